import type { MemberId } from './personalities/personality'
import { memberId } from './personalities/pusher'
import { admit, isAppPath } from './pusher-admission'
import { Application } from './pusher-application'
import type { ServerMember } from './pusher-channel'
import type { ServerConnection } from './pusher-connection'
import { dispatch } from './pusher-dispatch'
import type { Faults } from './pusher-faults'
import type { CachedFrame } from './pusher-frame'
import { Liveness } from './pusher-liveness'
import { type PusherServerOptions, type ResolvedServerOptions, resolveServerOptions } from './pusher-options'
import { leave } from './pusher-presence'
import { signedUser, signout } from './pusher-users'
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

/** What an application's user-auth endpoint answers. */
export interface Authentication {
  readonly auth: string
  readonly user_data: string
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
      const frame = { event, data: body, channel: name }
      const channel = this.#app.channels.get(name)
      this.#app.cache.published(frame, !!channel)
      channel?.broadcast(frame, except)
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

  /** What an application's user-auth endpoint would answer: to whom this socket belongs, and whom they watch. */
  authenticate(
    socketId: string,
    user: { readonly id: string; readonly user_info?: unknown; readonly watchlist?: readonly string[] },
  ): Authentication {
    const { key, sign } = this.options
    const userData = JSON.stringify(user)
    return { auth: `${key}:${sign?.(signedUser(socketId, userData)) ?? 'unsigned'}`, user_data: userData }
  }

  /** What is kept of a cache channel. */
  cached(channel: string): CachedFrame | undefined {
    return this.#app.cache.of(channel)
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
   * Ends every connection of a user who has signed in. A Reverb goes by each socket's oldest channel instead; `false`: it
   * gave up on the way, as it does where that is no presence channel.
   */
  terminate(userId: string | number): boolean {
    const { users, terminated } = this.options.personality
    for (const connection of users ? [...this.connections.values()] : this.#app.subscribed()) {
      const id = users ? connection.user?.id : this.#oldestId(connection)
      if (id === undefined && !users) return false
      if (id !== undefined && String(id) === String(userId)) this.#app.dismiss(connection, terminated)
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

  /** Whom a connection's oldest channel knows it as. */
  #oldestId(connection: ServerConnection): MemberId | undefined {
    const oldest = [...this.#app.channels.values()].find(({ subscribers }) => subscribers.has(connection))
    return oldest?.kind === 'presence' ? memberId(oldest.subscribers.get(connection)) : undefined
  }

  /** All who are to go at once: none of them is told that the others leave. */
  #together(): ServerConnection[] {
    this.#app.channels.clear()
    const all = [...this.connections.values()]
    for (const connection of all) connection.user = undefined
    return all
  }

  #forget(connection: ServerConnection): void {
    this.#app.connections.delete(connection.socketId)
    this.#liveness.unwatch(connection)
    for (const channel of this.#app.channels.values()) leave(this.#app, channel, connection)
    signout(this.#app, connection)
  }
}
