import { createHmac } from 'node:crypto'
import { Echo, type EchoOptions, type TraceEntry } from 'antiphon'
import { inMemoryWebSocket, PusherServer, type PusherServerOptions, type ServerConnection } from 'antiphon/testing'
import { afterEach, beforeAll, vi } from 'vitest'
import { AuthEndpoint } from './auth-endpoint'
import { advance, now, randomFrom, until } from './clock'

/** A frame as the server received it. */
export interface ReceivedFrame {
  readonly event: string
  readonly channel?: string
  readonly data?: any
}

export interface RigOptions {
  /** How the server is; a Reverb that checks signatures if nothing else is said. */
  readonly server?: PusherServerOptions
  /** Options of `new Echo` beside the rig's own. */
  readonly echo?: Partial<EchoOptions<'reverb'>>
  /** A server that is there already: two rigs, two users. */
  readonly on?: PusherServer
}

// What is loaded when it is first needed takes a time that no fake clock knows: it is there before.
beforeAll(() => import('../../src/connectors/pusher/crypto'))

const rigs = new Set<Rig>()

afterEach(() => {
  for (const { echo, server } of rigs) {
    echo.disconnect()
    server.close()
  }
  rigs.clear()
  vi.unstubAllGlobals()
})

/**
 * An Echo on a server in memory, with a scripted auth endpoint and everything that can be seen from outside. Needs
 * `fakeTime()`. What it made ends with the test.
 *
 * @example
 * const { echo, server } = await connected()
 * echo.channel('news').listen('Published', heard)
 * await advance(10)
 * server.publish('news', 'App\\Events\\Published', { id: 1 })
 */
export class Rig {
  readonly server: PusherServer
  readonly auth: AuthEndpoint
  readonly echo: Echo<'reverb'>
  /** Every WebSocket that was opened, and when: milliseconds since the test began. */
  readonly sockets: WebSocket[] = []
  readonly attempts: number[] = []
  /** What reached `onError`. */
  readonly errors: unknown[] = []
  /** The class of those WebSockets. */
  readonly webSocket: typeof WebSocket
  readonly trace: TraceEntry[] = []

  constructor({ server = {}, echo = {}, on }: RigOptions = {}) {
    this.server = on ?? createServer(server)
    this.auth = new AuthEndpoint(this.server)
    this.webSocket = this.#recorded()
    this.echo = new Echo({
      broadcaster: 'reverb',
      key: 'app-key',
      wsHost: 'ws.test',
      forceTLS: false,
      autoConnect: true,
      fetch: this.auth.fetch,
      WebSocket: this.webSocket,
      onError: (error) => this.errors.push(error),
      trace: (entry) => this.trace.push(entry),
      ...echo,
    })
    rigs.add(this)
  }

  /** The WebSocket that was opened last. */
  get socket(): WebSocket {
    const socket = this.sockets.at(-1)
    if (!socket) throw new Error('No WebSocket was opened.')
    return socket
  }

  /** The server's end of the connection that is open now. */
  get connection(): ServerConnection {
    const connection = this.server.connections.get(this.echo.socketId() ?? '')
    if (!connection) throw new Error('There is no connection.')
    return connection
  }

  /** What the server heard on the connection that is open now, `event` only if given. */
  received(event?: string): ReceivedFrame[] {
    const frames = this.connection.received as ReceivedFrame[]
    return event === undefined ? [...frames] : frames.filter((frame) => frame.event === event)
  }

  /** The channels that were asked for on the connection that is open now, in order. */
  subscribes(): string[] {
    return this.received('pusher:subscribe').map(({ data }) => data.channel)
  }

  /** Cuts the connection, waits until there is a new one, and until its channels have joined. */
  async reconnect(): Promise<void> {
    this.server.drop()
    await advance(1)
    await this.back()
    await advance(100)
  }

  /** Waits until the connection is open. */
  async back(): Promise<void> {
    await until(() => this.echo.connectionStatus() === 'connected')
  }

  #recorded(): typeof WebSocket {
    const { sockets, attempts } = this
    return class extends inMemoryWebSocket(this.server) {
      constructor(url: string | URL) {
        super(url)
        sockets.push(this)
        attempts.push(now())
      }
    }
  }
}

/** A rig whose connection is open. */
export async function connected(options: RigOptions = {}): Promise<Rig> {
  const rig = new Rig(options)
  await advance(50)
  return rig
}

function createServer(options: PusherServerOptions): PusherServer {
  const sign = (message: string) => createHmac('sha256', 'app-secret').update(message).digest('hex')
  return new PusherServer({ like: 'reverb', sign, random: randomFrom(7), ...options })
}
