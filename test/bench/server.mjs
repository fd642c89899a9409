import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { page } from './page.mjs'

/** How long the application takes to authorize a request, in milliseconds. */
const AUTHORIZATION = 20

/**
 * An application and its WebSocket server on one port: they authorize whoever asks, one channel or a batch, and accept
 * every subscription. Nothing of the library is in here. `scripts`: what pages may load, by path.
 */
export async function serve(scripts) {
  const results = []
  const http = createServer((request, response) => {
    const send = (type, body) => response.setHeader('Content-Type', type).end(body)
    const { pathname } = new URL(request.url, 'http://127.0.0.1')
    if (pathname === '/broadcasting/auth') void authorize(request).then((grants) => send('application/json', grants))
    else if (pathname === '/result') void read(request).then(results.shift())
    else if (pathname === '/page') send('text/html', page)
    else if (pathname in scripts) send('text/javascript', scripts[pathname])
    else send('text/plain', 'yes')
  })
  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket) => {
    const send = (event, data, channel) => socket.send(JSON.stringify({ event, channel, data: JSON.stringify(data) }))
    send('pusher:connection_established', { socket_id: '1.1', activity_timeout: 120 })
    socket.on('message', (text) => {
      const { event, data } = JSON.parse(text)
      if (event === 'pusher:ping') send('pusher:pong', {})
      if (event === 'pusher:subscribe') send('pusher_internal:subscription_succeeded', {}, data.channel)
    })
  })
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    port: http.address().port,
    /** What the next page tells. */
    async result() {
      const { value, error } = JSON.parse(await new Promise((resolve) => results.push(resolve)))
      if (error) throw new Error(error)
      return value
    },
    close() {
      for (const socket of sockets.clients) socket.terminate()
      http.closeAllConnections()
      http.close()
    },
  }
}

async function read(request) {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return body
}

async function authorize(request) {
  const body = await read(request)
  await sleep(AUTHORIZATION)
  const data = { auth: 'app-key:signature' }
  const batch = [...new URLSearchParams(body)].filter(([field]) => field.startsWith('channel_name['))
  const grants = Object.fromEntries(batch.map(([, name]) => [name, { status: 200, data }]))
  return JSON.stringify(batch.length > 0 ? grants : data)
}
