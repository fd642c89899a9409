// The applications behind the example pages: what Laravel's routes and events would be. It answers everything under /examples/.
import { readFile } from 'node:fs/promises'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { activityFeed } from './activity-feed/server.mjs'
import { chat } from './chat/server.mjs'
import { dashboard } from './dashboard/server.mjs'
import { liveTable } from './live-table/server.mjs'
import { livewirePage } from './livewire/server.mjs'
import { orderStatus } from './order-status/server.mjs'
import { serverSentEvents } from './server-sent-events/server.mjs'
import { sharedDocument } from './shared-document/server.mjs'

const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' }
const fromModules = (path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url))
const built = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url))

// What a page without a build step loads by script tag.
const scripts = {
  'echo.js': built('echo.global.js'),
  'alpine-echo.js': built('alpine.global.js'),
  'alpine.js': fromModules('alpinejs/dist/cdn.min.js'),
}

/** Answers requests for the examples; `sockets()` is the WebSocket server that runs now. */
export function examples(sockets) {
  const laravel = {
    /** As `broadcast(new Event(…))`; `toOthers`: the socket id of whoever caused it. */
    broadcast: (channel, event, payload, toOthers) =>
      sockets().server.publish(channel, `App\\Events\\${event}`, payload, { except: toOthers }),
    /** As `$user->notify(new Type(…))`. */
    notify: (guest, type, payload) =>
      sockets().server.publish(
        `private-App.Models.User.${guest}`,
        'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated',
        { ...payload, id: crypto.randomUUID(), type: `App\\Notifications\\${type}` },
      ),
    /** Ends one connection, as a network does. */
    cut: (socketId) => sockets().server.connections.get(socketId)?.drop(),
  }
  const routes = {
    // Everybody may join every room here, under the name they say; in your application routes/channels.php decides.
    'POST /broadcasting/auth'({ socket_id: socketId, channel_name: channel }, { guest }) {
      const member = { user_id: guest, user_info: { name: guest } }
      return sockets().server.authorize(socketId, channel, channel.startsWith('presence-') ? member : undefined)
    },
    'POST /cut'(_input, { socketId }) {
      laravel.cut(socketId)
      return {}
    },
    ...activityFeed(laravel),
    ...chat(laravel),
    ...dashboard(laravel),
    ...liveTable(laravel),
    ...livewirePage(laravel),
    ...orderStatus(laravel),
    ...sharedDocument(laravel),
  }

  return async (request, response) => {
    if (request.url.startsWith('/server-sent-events/')) return serverSentEvents(request, response)
    const url = new URL(request.url, 'http://localhost')
    const path = url.pathname.replace('/examples', '')
    const route = routes[`${request.method} ${path}`]
    const headers = (type) => ({
      'Content-Type': `${types[type] ?? 'application/json'}; charset=utf-8`,
      'Content-Security-Policy': policy(sockets().port),
      'Cache-Control': 'no-store',
    })
    if (route) {
      const input = request.method === 'GET' ? Object.fromEntries(url.searchParams) : await inputOf(request)
      const guest = decodeURIComponent(request.headers['x-guest'] ?? 'nobody')
      const answer = await route(input, { guest, socketId: request.headers['x-socket-id'] })
      const [status, body] = typeof answer === 'number' ? [answer, {}] : [200, answer]
      return response.writeHead(status, headers()).end(JSON.stringify(body))
    }
    if (path === '/settings.js') return response.writeHead(200, headers('js')).end(settings(sockets()))
    const content = await find(path)
    if (!content) return response.writeHead(404, headers()).end('{}')
    response.writeHead(200, headers(path.endsWith('/') ? 'html' : path.split('.').at(-1))).end(content)
  }
}

/** A page: built by Vite, or as it stands in its folder. */
async function find(path) {
  const name = path.replace(/^\//, '').replace(/\/$/, '/index.html')
  if (name.includes('..')) return undefined
  if (Object.hasOwn(scripts, name)) return readFile(scripts[name])
  for (const folder of ['./dist/', './'])
    try {
      return await readFile(new URL(folder + name, import.meta.url))
    } catch {
      // The next folder may have it.
    }
  return undefined
}

async function inputOf(request) {
  if (request.headers['content-type']?.startsWith('application/json')) return json(request)
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return Object.fromEntries(new URLSearchParams(body))
}

/** What Laravel's installer writes into .env and Vite hands to the page; and who is asking, which your session knows. */
function settings({ server, port }) {
  return `const { searchParams } = new URL(location.href)
window.guest = searchParams.get('name') ?? sessionStorage.guest ?? 'Guest ' + Math.floor(Math.random() * 900 + 100)
sessionStorage.guest = window.guest
const asGuest = { 'X-Guest': encodeURIComponent(window.guest) }
window.reverb = {
  broadcaster: 'reverb',
  key: ${JSON.stringify(server.options.key)},
  wsHost: location.hostname,
  wsPort: ${port},
  forceTLS: false,
  authEndpoint: '/examples/broadcasting/auth',
  auth: { headers: asGuest },
}
/** Sends JSON to the application; leave the connection's id to Echo, for toOthers(). */
window.send = async (method, path, data, echo = window.Echo) => {
  const headers = { 'Content-Type': 'application/json', ...asGuest, ...echo.socketHeaders() }
  const response = await fetch('/examples/' + path, { method, headers, body: data && JSON.stringify(data) })
  if (!response.ok) throw new Error(path + ' answered ' + response.status)
  return response.json()
}
`
}

// Alpine's usual build evaluates what stands in attributes; its CSP build does not.
function policy(port) {
  const sockets = `ws://127.0.0.1:${port} ws://localhost:${port}`
  return `default-src 'self'; script-src 'self' 'unsafe-eval'; connect-src 'self' ${sockets}; base-uri 'none'; frame-ancestors 'self'`
}
