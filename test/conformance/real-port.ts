import type { RequestListener } from 'node:http'
import { serve } from 'antiphon/server'
import WebSocket from 'ws'
import type { AuthEndpoint } from '../support/auth-endpoint'
import { headersOf, httpFetch, textOf } from './http-fetch'
import type { Place, Venue } from './venue'

/** Where the errors of a page's handlers go, by the port that its WebSocket is connected to. */
const pages = new Map<string, unknown[]>()

/** `ws` as a page has it: what a handler throws harms nobody. */
class PageSocket {
  onopen: ((event: object) => void) | null = null
  onmessage: ((event: object) => void) | null = null
  onerror: ((event: object) => void) | null = null
  onclose: ((event: object) => void) | null = null
  readonly #socket: WebSocket

  constructor(url: string) {
    const socket = new WebSocket(url)
    const uncaught = pages.get(new URL(url).port)
    const tell = (handler: 'onopen' | 'onmessage' | 'onerror' | 'onclose', event: object) => {
      try {
        this[handler]?.(event)
      } catch (error) {
        uncaught?.push(error)
      }
    }
    socket.on('open', () => tell('onopen', { type: 'open' }))
    socket.on('message', (data) => tell('onmessage', { type: 'message', data: String(data) }))
    socket.on('error', () => tell('onerror', { type: 'error' }))
    socket.on('close', (code, reason) =>
      tell('onclose', { type: 'close', code, reason: String(reason), wasClean: code !== 1006 }),
    )
    this.#socket = socket
  }

  get readyState() {
    return this.#socket.readyState
  }

  send(text: string) {
    this.#socket.send(text)
  }

  close(code?: number, reason?: string) {
    this.#socket.close(code, reason)
  }
}

/** Over TCP: `serve()` on a free port, authorizations by HTTP. */
export const realPort: Venue = {
  host: '127.0.0.1',
  WebSocket: PageSocket,
  async open(options) {
    const endpoints: AuthEndpoint[] = []
    const uncaught: unknown[] = []
    const fallback = answerBy(endpoints)
    let running = await serve({ ...options, port: 0, fallback })
    const { port, url } = running
    pages.set(String(port), uncaught)
    return {
      get server() {
        return running.server
      },
      port,
      uncaught,
      authorizedBy(authEndpoint) {
        const endpoint = `${url}/auth/${endpoints.push(authEndpoint) - 1}`
        return { authEndpoint: endpoint, userAuthentication: { endpoint }, fetch: httpFetch }
      },
      async restart() {
        await running.close()
        running = await serve({ ...options, port, fallback })
      },
      async close() {
        pages.delete(String(port))
        await running.close()
      },
    } satisfies Place
  },
}

/** Hands requests for `/auth/0`, `/auth/1`, … to these endpoints. */
function answerBy(endpoints: readonly AuthEndpoint[]): RequestListener {
  return (request, response) => {
    const endpoint = endpoints[Number(request.url?.split('/').at(-1))]
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const answer = async () => {
      const { method = 'GET', url = '' } = request
      const init = { method, headers: headersOf(request), body: await textOf(request), signal: gone.signal }
      const answered = await endpoint!.fetch(url, init)
      const body = await answered.text()
      response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(body)
    }
    // What the endpoint does not answer is a connection that breaks.
    answer().catch(() => response.destroy())
  }
}
