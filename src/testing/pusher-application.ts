import type { Farewell } from './personalities/personality'
import { ChannelCache } from './pusher-cache'
import { ServerChannel } from './pusher-channel'
import { type ConnectionOwner, ServerConnection } from './pusher-connection'
import { Faults } from './pusher-faults'
import { FixedWindow } from './pusher-limits'
import type { ResolvedServerOptions } from './pusher-options'
import type { Transport } from './transport'

/** One Pusher application: what its connections and channels share. The parts of the server work on it. */
export class Application {
  readonly options: ResolvedServerOptions
  readonly faults = new Faults()
  readonly connections = new Map<string, ServerConnection>()
  readonly channels = new Map<string, ServerChannel>()
  readonly cache: ChannelCache
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()

  constructor(options: ResolvedServerOptions) {
    this.options = options
    this.cache = new ChannelCache(options.personality.cache)
  }

  get personality() {
    return this.options.personality
  }

  /** Takes in a client that was not greeted yet. */
  connect(transport: Transport, handler: Pick<ConnectionOwner, 'message' | 'gone'>): ServerConnection {
    const { personality, rateLimit, subscriptionsPerMinute, clientEventsPerSecond } = this.options
    const connection = new ServerConnection(this.#socketId(), transport, {
      faults: this.faults,
      encode: personality.encode,
      readsBinary: personality.readsBinary,
      limits: {
        frames: new FixedWindow(rateLimit.frames, rateLimit.per),
        subscriptions: new FixedWindow(subscriptionsPerMinute, 60_000),
        clientEvents: new FixedWindow(clientEventsPerSecond, 1_000),
      },
      ...handler,
    })
    this.connections.set(connection.socketId, connection)
    return connection
  }

  /** The channel of that name, made if nobody was subscribed to it. */
  channel(name: string): ServerChannel {
    const known = this.channels.get(name)
    if (known) return known
    const channel = new ServerChannel(name, this.personality.kindOf(name), this.personality)
    this.channels.set(name, channel)
    return channel
  }

  /** Connections with a subscription: by the age of their channels, then by that of the subscription. */
  subscribed(): Set<ServerConnection> {
    return new Set([...this.channels.values()].flatMap((channel) => [...channel.subscribers.keys()]))
  }

  /** Whether subscribers of this channel are told how many they are. */
  counts(channel: ServerChannel): boolean {
    return this.options.subscriptionCounts && channel.kind !== 'presence'
  }

  /** Ends the socket of a client that did wrong, as this server does it. */
  end(connection: ServerConnection, code: number, message: string): void {
    const { announced, close } = this.personality.ending
    if (announced) connection.send(this.personality.error(code, message))
    if (close === 'cut') connection.drop()
    else connection.close(code, close === 'code' ? '' : message)
  }

  /** Ends the socket of a client that did nothing wrong. */
  dismiss(connection: ServerConnection, farewell: Farewell): void {
    if (farewell === 'cut') connection.drop()
    else this.end(connection, farewell.code, farewell.message)
  }

  /** Runs `act` after so many milliseconds, unless the server ends before. */
  later(milliseconds: number, act: () => void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, milliseconds)
    this.#timers.add(timer)
    return () => {
      clearTimeout(timer)
      this.#timers.delete(timer)
    }
  }

  /** Clears every timer. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  /** Two integers with a dot: the server libraries of Pusher insist on it. */
  #socketId(): string {
    const part = () => 1 + Math.floor(this.options.random() * 999_999_999)
    for (;;) {
      const id = `${part()}.${part()}`
      if (!this.connections.has(id)) return id
    }
  }
}
