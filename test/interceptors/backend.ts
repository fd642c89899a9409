import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ConnectionState, createStore, Echo, type EchoOptions } from 'antiphon'
import { afterEach } from 'vitest'

/** One request as an application's server got it. */
export interface Request {
  readonly method: string
  readonly path: string
  /** `X-Socket-ID`; undefined: there was none. */
  readonly socketId: string | undefined
}

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Has something done after the test, last come, first served. */
export function afterwards(close: () => unknown): void {
  closers.push(close)
}

/** An application's server on a real port, which any page may ask. */
export class Backend {
  readonly requests: Request[] = []
  readonly #server: Server

  constructor(server: Server) {
    this.#server = server
    server.on('request', (request: IncomingMessage, response) => {
      const { method = '', url = '', headers } = request
      const origin = headers.origin ?? '*'
      response.setHeader('Access-Control-Allow-Origin', origin)
      response.setHeader('Access-Control-Allow-Headers', headers['access-control-request-headers'] ?? '*')
      response.setHeader('Access-Control-Allow-Methods', '*')
      if (method === 'OPTIONS') return response.writeHead(204).end()
      this.requests.push({ method, path: url, socketId: headers['x-socket-id'] as string | undefined })
      if (headers['x-inertia']) {
        response.setHeader('X-Inertia', 'true')
        response.setHeader('Content-Type', 'application/json')
        return response.end(JSON.stringify(pageOf(url)))
      }
      const html = headers.accept?.includes('text/html')
      response.setHeader('Content-Type', html ? 'text/html' : 'application/json')
      return response.end(html ? '<!doctype html><html><head></head><body>Hello</body></html>' : '{}')
    })
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The ids in the order in which the requests came. */
  get ids(): (string | undefined)[] {
    return this.requests.map(({ socketId }) => socketId)
  }
}

export async function backend(): Promise<Backend> {
  const server = createServer()
  const made = new Backend(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  afterwards(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return made
}

/** What a server of Inertia's answers. */
export const pageOf = (url: string) => ({ component: 'Page', props: { errors: {} }, url, version: null, flash: {} })

const shown = (socketId: string | undefined): ConnectionState => ({
  status: socketId === undefined ? 'reconnecting' : 'connected',
  socketId,
  attempt: 0,
  retryAt: undefined,
  error: undefined,
  offline: false,
})

/** An Echo, and the pen for its connection: `be('1.1')` connects it, `be(undefined)` loses the connection. */
export function echoWith(options: Partial<EchoOptions<'function'>> = {}, id: string | undefined = '1.1') {
  const state = createStore<ConnectionState>({ ...shown(undefined), status: 'disconnected' })
  const be = (next: string | undefined) => state.set(shown(next))
  const echo = new Echo({
    broadcaster: () => ({
      state,
      connect: () => be(id),
      disconnect: () => state.set({ ...shown(undefined), status: 'disconnected' }),
      subscribe: () => ({ whisper: () => false, unsubscribe() {} }),
    }),
    autoConnect: true,
    ...options,
  })
  afterwards(() => echo.disconnect())
  return { echo, be }
}
