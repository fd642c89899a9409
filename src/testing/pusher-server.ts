import { memberId } from './personalities/pusher'
import { admit, isAppPath } from './pusher-admission'
import { Application } from './pusher-application'
import type { ServerMember } from './pusher-channel'
import type { ServerConnection } from './pusher-connection'
import { dispatch } from './pusher-dispatch'
import type { Faults } from './pusher-faults'
import { Liveness } from './pusher-liveness'
import { type PusherServerOptions, type ResolvedServerOptions, resolveServerOptions } from './pusher-options'
import { leave } from './pusher-presence'
import type { Transport, UpgradeRequest } from './transport'

/** What an occupied channel looks like from outside. */
export interface ChannelReport {
  readonly name: string
  readonly kind: 'public' | 'private' | 'presence'
  /** Sockets. */
  readonly subscriptions: number
  /** Members of a presence channel: users, not sockets. */
  readonly users: number
}

/** What an application's auth endpoint answers. */
export interface Authorization {
  readonly auth: string
  readonly channel_data?: string
}

/**
 * The server side of the Pusher protocol without a transport: connections in, frames out. For tests and development; it
 * behaves like Pusher, Reverb or soketi, and has misfortunes on demand.
 *
 * @example
 * const server = new PusherServer()
 * const echo = new Echo({ broadcaster: 'reverb', key: 'app-key', WebSocket: inMemoryWebSocket(server) })
 * server.publish('orders', 'OrderShipped', { id: 1 })
 */
export class PusherServer {
  /** What it was set up with, defaults filled in. */
  readonly options: ResolvedServerOptions
  readonly #app: Application
  readonly #liveness: Liveness

  constructor(options: PusherServerOptions = {}) {
    this.options = resolveServerOptions(options)
    this.#app = new Application(this.options)
    this.#liveness = new Liveness(this.#app)
  }

  /** Misfortunes on demand. */
  get faults(): Faults {
    return this.#app.faults
  }

  /** Black hole: while true, frames vanish both ways without a close, and new connections never open. */
  get offline(): boolean {
    return this.faults.offline
  }

  set offline(offline: boolean) {
    this.faults.offline = offline
  }

  /** The clients that are connected, by socket id, oldest first. */
  get connections(): ReadonlyMap<string, ServerConnection> {
    return this.#app.connections
  }

  /** Whether WebSockets may be opened on this path: `/app/KEY`, whatever stands before it and whatever the key. */
  serves(path: string): boolean {
    return isAppPath(path)
  }

  /** Takes in a client. The transport hands what comes from it to `receive`, and its end to `closed`. */
  accept(transport: Transport, request: UpgradeRequest = {}): ServerConnection {
    const connection = this.#app.connect(transport, {
      message: (from, text) => dispatch(this.#app, from, text),
      gone: (from) => this.#forget(from),
    })
    this.#liveness.watch(connection)
    admit(this.#app, connection, request)
    return connection
  }

  /**
   * Sends an event to all subscribers of these channels, as the HTTP API does after its checks. `data` becomes JSON text
   * unless it is a text already; a soketi sends it as it is.
   */
  publish(
    channels: string | readonly string[],
    event: string,
    data: unknown,
    options: { readonly except?: string | undefined } = {},
  ): void {
    const except = this.connections.get(options.except ?? '')
    const body = typeof data === 'string' || this.options.personality.objectData ? data : JSON.stringify(data)
    for (const name of [channels].flat()) {
      this.#app.channels.get(name)?.broadcast({ event, data: body, channel: name }, except)
    }
  }

  /** What an application's auth endpoint would answer, for a presence channel with the member it vouches for. */
  authorize(
    socketId: string,
    channel: string,
    member?: { readonly user_id: string | number; readonly user_info?: unknown },
  ): Authorization {
    const { key, sign, personality } = this.options
    const channelData = member && JSON.stringify(member)
    const request = { channel, auth: undefined, channelData }
    const signature = sign?.(personality.signed(socketId, request, personality.kindOf(channel))) ?? 'unsigned'
    const auth = `${key}:${signature}`
    return channelData === undefined ? { auth } : { auth, channel_data: channelData }
  }

  /** The occupied channels, oldest first. */
  channels(): ChannelReport[] {
    return [...this.#app.channels.values()].map((channel) => ({
      name: channel.name,
      kind: channel.kind,
      subscriptions: channel.subscribers.size,
      users: channel.members().length,
    }))
  }

  /** The members of a presence channel, each user once, in the order in which they came. */
  members(channel: string): ServerMember[] {
    return this.#app.channels.get(channel)?.members() ?? []
  }

  /** The connections that have a subscription. */
  subscribed(): ReadonlySet<ServerConnection> {
    return this.#app.subscribed()
  }

  /**
   * Ends every connection of a user, known by a presence channel. `false`: a Reverb gave up on the way, as it does at the
   * first socket whose oldest channel knows no user.
   */
  terminate(userId: string | number): boolean {
    for (const connection of this.#app.subscribed()) {
      const ids = this.#userIds(connection)
      const { terminationStumbles, terminated } = this.options.personality
      if (terminationStumbles && ids[0] === undefined) return false
      const known = terminationStumbles ? ids.slice(0, 1) : ids
      if (known.some((id) => id !== undefined && String(id) === String(userId)))
        this.#app.dismiss(connection, terminated)
    }
    return true
  }

  /** Cuts every connection without a close frame. */
  drop(): void {
    for (const connection of this.#together()) connection.drop()
  }

  /** Closes every connection with exactly this code and reason. */
  closeAll(code: number, reason = ''): void {
    for (const connection of this.#together()) connection.close(code, reason)
  }

  /** Ends everything, with no timer left: like a killed process, or like an orderly stop of this kind of server. */
  close(how: 'killed' | 'stopped' = 'killed'): void {
    this.faults.clear()
    for (const connection of this.#together()) {
      connection.forgetLate()
      this.#app.dismiss(connection, how === 'killed' ? 'cut' : this.options.personality.stopped)
    }
    this.#app.stop()
  }

  /** A connection's user ids, by the age of its channels; `undefined` where the channel knows no user. */
  #userIds(connection: ServerConnection) {
    return [...this.#app.channels.values()].flatMap((channel) => {
      const data = channel.subscribers.get(connection)
      return data ? [channel.kind === 'presence' ? memberId(data) : undefined] : []
    })
  }

  /** All who are to go at once: none of them is told that the others leave. */
  #together(): ServerConnection[] {
    this.#app.channels.clear()
    return [...this.connections.values()]
  }

  #forget(connection: ServerConnection): void {
    this.#app.connections.delete(connection.socketId)
    this.#liveness.unwatch(connection)
    for (const channel of this.#app.channels.values()) leave(this.#app, channel, connection)
  }
}
