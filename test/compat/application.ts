import { createHmac } from 'node:crypto'
import { Echo } from 'antiphon'
import { inMemoryWebSocket, PusherServer } from 'antiphon/testing'
import axios from 'axios'
import { Connector } from 'laravel-echo'
import Pusher from 'pusher-js'
import EncryptingPusher from 'pusher-js/with-encryption'
import { vi } from 'vitest'
import { AuthEndpoint, type User } from '../support/auth-endpoint'
import type { Client } from './clients'
import { pageRequest } from './page-request'
import { reverb } from './reverb'

const sign = (message: string) => createHmac('sha256', 'app-secret').update(message).digest('hex')

/** One application in its page, its server and its auth endpoint, on the client that it imports. Needs fake timers. */
export class Application {
  readonly client: Client
  readonly server: PusherServer
  readonly auth: AuthEndpoint
  /** What listeners threw. */
  readonly errors: unknown[] = []
  /** The addresses of the WebSockets that were opened. */
  readonly sockets: string[] = []
  readonly #echoes: { disconnect(): void }[] = []

  constructor(client: Client, like: 'reverb' | 'pusher' = 'reverb') {
    this.client = client
    this.server = new PusherServer({ like, sign })
    this.auth = new AuthEndpoint(this.server)
    localStorage.clear()
    const { sockets } = this
    vi.stubGlobal(
      'WebSocket',
      class extends inMemoryWebSocket(this.server) {
        constructor(url: string | URL) {
          super(url)
          sockets.push(String(url))
        }
      },
    )
    vi.stubGlobal('XMLHttpRequest', pageRequest(this.fetch))
    vi.stubGlobal('fetch', this.fetch)
    vi.stubGlobal('Pusher', client.Pusher)
  }

  /** The page's requests: they all come to the auth endpoint, as forms or as JSON. */
  readonly fetch = (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const body = String(init.body)
    const form = body.startsWith('{') ? new URLSearchParams(JSON.parse(body) as Record<string, string>) : body
    return this.auth.fetch(url, { ...init, body: form })
  }

  /** Loads a file of `applications/`, with the imports changed that the client stands for. */
  readonly load = async (name: string): Promise<any> => {
    const { module, Pusher } = this.client
    vi.resetModules()
    vi.doMock('laravel-echo', () => module)
    vi.doMock('pusher-js', () => ({ default: Pusher }))
    // One per page: laravel-echo never takes its interceptor back.
    vi.doMock('axios', () => ({ default: axios.create() }))
    return import(`./applications/${name}.ts`)
  }

  /** What is answered differently on purpose. */
  readonly either = <T>(theirs: T, ours: T): T => (this.client.incumbent ? theirs : ours)

  /** `new Echo(options)`, as a page of Laravel's installer makes it. */
  readonly start = (options: object = {}): any => this.keep(new this.client.module.default({ ...reverb, ...options }))

  /** The same, once it is connected. */
  readonly connected = async (options: object = {}): Promise<any> => {
    const echo = this.start(options)
    await this.settle()
    return echo
  }

  /** Another user's page. */
  readonly visitor = (user: User): Echo => {
    const authorize = async ({ channel, socketId }: { channel: string; socketId: string }) =>
      this.server.authorize(socketId, channel, channel.startsWith('presence-') ? user : undefined)
    return this.keep(new Echo({ ...reverb, Pusher: null, authorize, onError: this.errors.push.bind(this.errors) }))
  }

  /** Disconnects this one at the end, too. */
  readonly keep = <T extends { disconnect(): void }>(echo: T): T => {
    this.#echoes.push(echo)
    return echo
  }

  /** Time for frames to cross, and for promises. */
  readonly settle = async (milliseconds = 100): Promise<void> => {
    await vi.advanceTimersByTimeAsync(milliseconds)
  }

  /** Lets time pass until an assertion holds, for what loads on first use. */
  readonly eventually = (assertion: () => void): Promise<void> =>
    vi.waitFor(
      async () => {
        await this.settle(10)
        assertion()
      },
      { timeout: 20_000, interval: 5 },
    )

  /** Publishes an event of the application's backend, and waits until it is there. */
  readonly publish = async (channel: string, event: string, data: unknown): Promise<void> => {
    this.server.publish(channel, event, data)
    await this.settle()
  }

  /** The connections break, and there is no server any more. */
  readonly outage = async (): Promise<void> => {
    this.server.drop()
    await this.settle(1)
    this.server.offline = true
  }

  /** The client events that the server heard, on whatever connection. */
  readonly whispers = (): { event: string; channel: string; data: unknown }[] =>
    [...this.server.connections.values()].flatMap(({ received }) =>
      (received as ReturnType<Application['whispers']>).filter(({ event }) => event.startsWith('client-')),
    )

  /** An Echo that can decrypt. */
  readonly encrypting = (): any => this.start(this.client.Pusher && { Pusher: EncryptingPusher })

  /** Writes Laravel's CSRF token into the page. */
  readonly meta = (csrfToken: string): void => {
    document.head.innerHTML = `<meta name="csrf-token" content="${csrfToken}">`
  }

  close(): void {
    for (const echo of this.#echoes) echo.disconnect()
    Pusher.instances.splice(0)
    // laravel-echo writes tokens into what all its instances share.
    const { auth, userAuthentication } = Connector._defaultOptions
    for (const headers of [auth.headers, userAuthentication.headers] as Record<string, string>[])
      for (const name of Object.keys(headers)) delete headers[name]
    this.server.close()
    document.head.innerHTML = ''
    for (const name of ['laravel-echo', 'pusher-js', 'axios']) vi.doUnmock(name)
    vi.unstubAllEnvs()
    vi.unstubAllGlobals()
  }
}
