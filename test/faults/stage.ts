import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Echo, type EchoOptions } from 'antiphon'
import { serve } from 'antiphon/server'
import type { PusherServer, PusherServerOptions } from 'antiphon/testing'
import WebSocket from 'ws'
import { Encryption } from '../support/encryption'
import { Proxy } from './proxy'

/** Who asks for a presence channel. */
const me = { user_id: 'me', user_info: { id: 'me' } }

/** What the application's auth endpoint does about a channel: grants, answers with a status, or never answers. */
type Reply = 'grant' | 'never' | number

/** A server on a real port and an application's auth endpoint, each behind a proxy of its own. */
export class Stage {
  readonly server: PusherServer
  /** Before the server, and before the auth endpoint. */
  readonly wire: Proxy
  readonly road: Proxy
  readonly encryption = new Encryption()
  /** Milliseconds until the endpoint answers. */
  thinking = 0
  reply: (channel: string) => Reply = () => 'grant'
  /** How often each channel was asked for at the endpoint. */
  readonly asked = new Map<string, number>()
  /** The most requests that it had at once. */
  busiest = 0
  #busy = 0
  readonly #end: () => Promise<unknown>

  static async open(options: PusherServerOptions = {}): Promise<Stage> {
    let authorize: RequestListener = () => {}
    const fallback: RequestListener = (request, response) => authorize(request, response)
    const running = await serve({ like: 'reverb', ...options, port: 0, fallback })
    const [wire, road] = [await Proxy.before(running.port), await Proxy.before(running.port)]
    const stage = new Stage(running.server, wire, road, () =>
      Promise.all([wire.close(), road.close(), running.close()]),
    )
    authorize = (request, response) => void stage.#authorize(request, response)
    return stage
  }

  private constructor(server: PusherServer, wire: Proxy, road: Proxy, end: () => Promise<unknown>) {
    this.server = server
    this.wire = wire
    this.road = road
    this.#end = end
  }

  /** Options of a client that reaches both through the proxies. */
  get options() {
    return {
      broadcaster: 'reverb',
      key: 'app-key',
      wsHost: '127.0.0.1',
      wsPort: this.wire.port,
      wssPort: this.wire.port,
      forceTLS: false,
      enabledTransports: ['ws', 'wss'],
      authEndpoint: `http://127.0.0.1:${this.road.port}/broadcasting/auth`,
    } as const
  }

  /** Antiphon on its own socket. */
  echo(options: Partial<EchoOptions<'reverb'>> = {}): Echo<'reverb'> {
    return new Echo({
      ...this.options,
      autoConnect: true,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      ...options,
    })
  }

  publish(channel: string, data: object): void {
    this.server.publish(channel, 'App\\Events\\Said', data)
  }

  /** How many sockets are subscribed to each channel that has any. */
  subscriptions(): Record<string, number> {
    return Object.fromEntries(this.server.channels().map(({ name, subscriptions }) => [name, subscriptions]))
  }

  /** Ends every fault. */
  heal(): void {
    this.server.faults.clear()
    this.reply = () => 'grant'
    this.thinking = 0
    this.wire.heal()
    this.road.heal()
  }

  async close(): Promise<void> {
    await this.#end()
  }

  async #authorize(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    try {
      for await (const chunk of request.setEncoding('utf8')) body += chunk
    } catch {
      // The connection broke.
      return
    }
    const fields = new URLSearchParams(body)
    const channel = fields.get('channel_name') ?? ''
    this.asked.set(channel, (this.asked.get(channel) ?? 0) + 1)
    this.busiest = Math.max(this.busiest, ++this.#busy)
    response.on('close', () => this.#busy--)
    const reply = this.reply(channel)
    if (reply === 'never') return
    if (this.thinking) await wait(this.thinking)
    if (typeof reply === 'number') return void response.writeHead(reply).end()
    const member = channel.startsWith('presence-') ? me : undefined
    const secret = channel.startsWith('private-encrypted-') && { shared_secret: this.encryption.secretOf(channel) }
    const grant = { ...this.server.authorize(fields.get('socket_id') ?? '', channel, member), ...secret }
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(grant))
  }
}

/** Lets real time pass. */
export const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Waits until something is so, as long as it takes; a test's own timeout is its end. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(10)
}
