// The demo's application: a page, its endpoints, and the WebSocket server to which the page connects. In production Laravel
// is the one and Reverb the other; what goes over the wire is the same.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { serve } from 'antiphon/server'
import { examples } from '../application.mjs'

const host = '127.0.0.1'
const steps = ['Placed', 'Packed', 'Shipped', 'Delivered']
const users = new Map() // by token
const messages = []

const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' }
const files = {
  '/': 'index.html',
  '/page.css': 'page.css',
  '/page.js': 'page.js',
  '/favicon.svg': 'favicon.svg',
  '/echo.global.js': '../../dist/echo.global.js',
}

// What each answers is sent as JSON; a number is a status. `socketId` is the sender's `X-Socket-ID`.
const routes = {
  'POST /session'(_user, { name }) {
    if (!isText(name, 24)) return 422
    const token = randomUUID()
    const order = { id: 1001 + users.size, step: 0, steps }
    users.set(token, { id: String(users.size + 1), name: name.trim(), order })
    return { token }
  },
  'GET /state': (user) => ({ user, messages, key: sockets.server.options.key, wsPort: sockets.port }),
  'POST /broadcasting/auth'(user, { socket_id: socketId, channel_name: channel }) {
    const member = { user_id: user.id, user_info: { name: user.name } }
    if (channel === 'presence-room') return sockets.server.authorize(socketId, channel, member)
    const own = [`private-orders.${user.order.id}`, `private-App.Models.User.${user.id}`]
    return own.includes(channel) ? sockets.server.authorize(socketId, channel) : 403
  },
  'POST /messages'(user, { text }, socketId) {
    if (!isText(text, 500)) return 422
    const message = { id: messages.length + 1, text: text.trim(), author: user.name, authorId: user.id, at: Date.now() }
    messages.push(message)
    sockets.server.publish('presence-room', 'App\\Events\\MessageSent', message, { except: socketId })
    return message
  },
  'POST /order/advance'({ id, order }) {
    order.step = (order.step + 1) % steps.length
    sockets.server.publish(`private-orders.${order.id}`, 'App\\Events\\OrderStatusChanged', order)
    if (steps[order.step] === 'Shipped') notify(id, 'OrderShipped', `Your order ${order.id} is on its way.`)
    return {}
  },
  'POST /wave': (user, { to }) => notify(to, 'Waved', `${user.name} waves at you.`),
  'POST /connection/cut'(_user, _input, socketId) {
    sockets.server.connections.get(socketId)?.drop()
    return {}
  },
  async 'POST /server/restart'() {
    await sockets.close()
    await wait(2_500)
    sockets = await serve({ host, port: sockets.port, like: 'reverb' })
    return {}
  },
}

const isText = (text, most) => typeof text === 'string' && text.trim() !== '' && text.length <= most

// As Laravel broadcasts a notification to a user.
function notify(userId, type, message) {
  const event = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'
  const notification = { message, id: randomUUID(), type: `App\\Notifications\\${type}` }
  sockets.server.publish(`private-App.Models.User.${userId}`, event, notification)
  return {}
}

async function answer(request) {
  const action = `${request.method} ${request.url}`
  const user = users.get(request.headers.authorization?.replace('Bearer ', ''))
  const route = routes[action]
  if (!route) return 404
  if (!user && action !== 'POST /session') return 401
  return route(user, await inputOf(request), request.headers['x-socket-id'])
}

async function inputOf(request) {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) if ((body += chunk).length > 10_000) return {}
  const isJson = request.headers['content-type'] === 'application/json'
  return isJson ? Object(JSON.parse(body || '{}')) : Object.fromEntries(new URLSearchParams(body))
}

function headers(type) {
  const webSockets = `ws://127.0.0.1:${sockets.port} ws://localhost:${sockets.port}`
  const policy = `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${webSockets};`
  return {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Security-Policy': `${policy} base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'Cache-Control': 'no-store',
  }
}

async function respond(request, response) {
  if (/^\/(examples|server-sent-events)\//.test(request.url)) return answerExample(request, response)
  const file = files[request.url]
  if (file) {
    const content = await readFile(new URL(file, import.meta.url))
    return response.writeHead(200, headers(types[file.split('.').at(-1)])).end(content)
  }
  const answered = await answer(request).catch(() => 400)
  const [status, body] = typeof answered === 'number' ? [answered, {}] : [200, answered]
  response.writeHead(status, headers('application/json')).end(JSON.stringify(body))
}

const answerExample = examples(() => sockets)

const application = createServer((request, response) => {
  respond(request, response).catch(() => response.writeHead(500).end())
})

const listen = (port) =>
  new Promise((resolve, reject) => {
    application.once('error', reject).listen(port, host, () => resolve(application.address().port))
  })

// On the port asked for or, where that is taken, on the next one that is free.
const free = (start, port) =>
  start(port).catch((error) => {
    if (error.code === 'EADDRINUSE') return free(start, port + 1)
    console.error(`The demo cannot start: ${error.message}`)
    process.exit(1)
  })

const port = await free(listen, Number(process.env.PORT ?? 8000))
let sockets = await free((port) => serve({ host, port, like: 'reverb' }), process.env.PORT === '0' ? 0 : port + 1)

setInterval(() => {
  const measured = { memory: process.memoryUsage().heapUsed, connections: sockets.server.connections.size }
  sockets.server.publish('metrics', 'App\\Events\\Measured', measured)
}, 1_000)

console.log(`The demo is at http://${host}:${port}`)
