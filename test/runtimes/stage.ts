import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { type RunningServer, serve } from 'antiphon/server'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'

/** An application's server on a real port: its auth endpoint, and the Pusher server beside it. */
export class Stage {
  /** The headers of the authorizations since the test began. */
  readonly asked: IncomingHttpHeaders[] = []
  #running: RunningServer | undefined

  constructor() {
    beforeAll(async () => {
      this.#running = await serve({
        port: 0,
        like: 'reverb',
        fallback: (...exchange) => void this.#authorize(...exchange),
      })
    })
    afterEach(() => {
      this.asked.splice(0)
    })
    afterAll(() => this.#running?.close())
  }

  get server(): RunningServer['server'] {
    return this.#there.server
  }

  /** What `new Echo` needs to reach it from anywhere. */
  get options() {
    const { host, port, url } = this.#there
    return {
      broadcaster: 'reverb',
      key: 'app-key',
      wsHost: host,
      wsPort: port,
      forceTLS: false,
      authEndpoint: `${url}/broadcasting/auth`,
      bearerToken: 'token',
      reconnect: { min: 50, max: 500 },
    } as const
  }

  async #authorize(...[request, response]: Parameters<RequestListener>): Promise<void> {
    this.asked.push(request.headers)
    const form = new URLSearchParams(await text(request))
    const [socketId, channel] = [form.get('socket_id') ?? '', form.get('channel_name') ?? '']
    const user = { user_id: '1', user_info: { name: 'Ada' } }
    const granted = this.server.authorize(socketId, channel, channel.startsWith('presence-') ? user : undefined)
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(granted))
  }

  get #there(): RunningServer {
    if (!this.#running) throw new Error('The server is not there yet.')
    return this.#running
  }
}

/** Waits until it holds. */
export function eventually<T>(holds: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(holds, { timeout: 15_000, interval: 20 })
}
