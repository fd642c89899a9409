import { createHmac } from 'node:crypto'
import { PusherServer, type PusherServerOptions } from 'antiphon/testing'
import { type Client, Server, WebSocket } from 'mock-socket'
import type { Place, Venue } from './venue'

let lastPort = 10_000

/** In memory, through the WebSocket class of mock-socket. */
export const mockSocket: Venue = {
  host: 'localhost',
  WebSocket,
  async open(options) {
    const port = ++lastPort
    const uncaught: unknown[] = []
    const accept = (client: Client) => attach(server, client, uncaught)
    let server = createServer(options)
    let mock = listen(port, accept, () => server)
    return {
      get server() {
        return server
      },
      port,
      uncaught,
      authorizedBy: ({ fetch }) => ({ authEndpoint: '/broadcasting/auth', fetch }),
      async restart() {
        server.close()
        mock.stop()
        server = createServer(options)
        mock = listen(port, accept, () => server)
      },
      async close() {
        server.close()
        mock.stop()
      },
    } satisfies Place
  },
}

function createServer(options: PusherServerOptions): PusherServer {
  return new PusherServer({
    ...options,
    sign: (message) => createHmac('sha256', 'app-secret').update(message).digest('hex'),
  })
}

function listen(port: number, accept: (client: Client) => void, server: () => PusherServer): Server {
  const mock = new Server(`ws://localhost:${port}/app/app-key`, {
    mock: false,
    verifyClient: () => !server().faults.cutsNext(),
  })
  mock.on('connection', accept)
  return mock
}

// mock-socket calls a page's handlers while the server is still sending: here they come later, as from a network.
function attach(server: PusherServer, client: Client, uncaught: unknown[]): void {
  const later = (act: () => void) =>
    setTimeout(() => {
      try {
        if (client.readyState === WebSocket.OPEN) act()
      } catch (error) {
        uncaught.push(error)
      }
    })
  const { pathname, search } = new URL(client.url)
  const connection = server.accept(
    {
      send: (text) => later(() => client.send(text)),
      close: (code, reason) => later(() => client.close({ code, reason, wasClean: true })),
      drop: () => later(() => client.close({ code: 1006, reason: '', wasClean: false })),
    },
    { path: pathname + search },
  )
  client.on('message', (text) => connection.receive(text as string))
  client.on('close', () => connection.closed())
}
