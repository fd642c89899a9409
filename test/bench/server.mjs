import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocketServer } from 'ws'

/** How long the application takes to authorize a request, in milliseconds. */
const AUTHORIZATION = 20

/**
 * An application and its WebSocket server on one port: they authorize whoever asks, one channel or a batch, and accept
 * every subscription. Nothing of the library is in here.
 */
export async function serve(files) {
  const http = createServer((request, response) => {
    void answer(request, files).then(([type, body]) => response.setHeader('Content-Type', type).end(body))
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
    close() {
      for (const socket of sockets.clients) socket.terminate()
      http.closeAllConnections()
      http.close()
    },
  }
}

async function answer(request, files) {
  const { pathname } = new URL(request.url, 'http://127.0.0.1')
  if (pathname === '/broadcasting/auth') return ['application/json', JSON.stringify(await authorize(request))]
  if (pathname === '/own') return ['text/plain', 'yes']
  const file = files[pathname]
  return file === undefined ? ['text/html', '<!doctype html><title>bench</title>'] : ['text/javascript', file]
}

async function authorize(request) {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  await sleep(AUTHORIZATION)
  const data = { auth: 'app-key:signature' }
  const batch = [...new URLSearchParams(body)].filter(([field]) => field.startsWith('channel_name['))
  return batch.length > 0 ? Object.fromEntries(batch.map(([, name]) => [name, { status: 200, data }])) : data
}
