import type { Readable } from './base/store'
import type { Channel } from './channels/channel'
import { EventFormatter } from './channels/event-name'
import type { ListenOptions } from './channels/hold'
import { channelName, wireNames } from './channels/name'
import type { PresenceChannel } from './channels/presence'
import { ChannelRegistry, type Lease } from './channels/registry'
import { type ConnectorView, createConnectorView } from './compat'
import { createConnector } from './connectors/create'
import type { ChannelKind, ConnectionState, ConnectionStatus, Connector, EventMeta, TypesOf } from './contract'
import { EchoError } from './errors'
import { type BroadcastDriver, type EchoOptions, resolveOptions } from './options'

/** The channel of a kind and name, typed by `Register`. */
export type ChannelOf<K extends ChannelKind, N extends string> = K extends 'presence'
  ? PresenceChannel<TypesOf<K, N>>
  : Channel<TypesOf<K, N>>

/** The options of a driver, from which the driver can be inferred; or a connector of one's own. */
type OptionsFor<T extends BroadcastDriver> = (EchoOptions<T> & { broadcaster: T }) | EchoOptions<'function'>

/** Where `inspect()` finds the channels. */
export const registry = Symbol('registry')

/**
 * Real-time channels of one application server.
 *
 * @example
 * const echo = new Echo({ broadcaster: 'reverb', key: 'app-key', wsHost: 'localhost', wsPort: 8080, forceTLS: false })
 * echo.private(`orders.${id}`).listen('OrderShipped', (event) => show(event))
 */
export class Echo<T extends BroadcastDriver = BroadcastDriver> {
  /** Our own copy of the options. `auth` is read for every request; other writes change nothing. */
  readonly options: EchoOptions & { auth: { headers: any } }
  readonly #connector: Connector
  readonly #registry: ChannelRegistry
  #view: ConnectorView | undefined

  static {
    Object.defineProperty(this.prototype, '__v_skip', { value: true })
  }

  constructor(options: OptionsFor<T>) {
    const resolved = resolveOptions(options)
    const connector = createConnector(resolved)
    this.options = resolved.options as Echo['options']
    this.#connector = connector
    this.#registry = new ChannelRegistry({
      ...resolved,
      connector,
      formatter: new EventFormatter(resolved.namespace),
      subscription: (wire) => this.connector.pusher?.channel(wire),
    })
    if (resolved.autoConnect) this.connect()
  }

  /** The public channel of that name; the same object until it is left. */
  channel<N extends string>(name: N): ChannelOf<'public', N> {
    return this.#get('public', name)
  }

  /** The private channel of that name, which the application's server must authorize. */
  private<N extends string>(name: N): ChannelOf<'private', N> {
    return this.#get('private', name)
  }

  /** The private channel of that name whose events only its members can read. */
  encryptedPrivate<N extends string>(name: N): ChannelOf<'encrypted', N> {
    return this.#get('encrypted', name)
  }

  /** The presence channel of that name, which knows who is in it. */
  join<N extends string>(name: N): ChannelOf<'presence', N> {
    return this.#get('presence', name)
  }

  /** Listens to one event of a public channel. */
  listen<N extends string>(
    name: N,
    event: string,
    callback: (payload: any, meta: EventMeta) => unknown,
    options?: ListenOptions,
  ): ChannelOf<'public', N> {
    return this.channel(name).listen(event as never, callback, options)
  }

  /** A handle of one's own on a channel, for a component: its listeners go when it is released. */
  lease<K extends ChannelKind, N extends string>(kind: K, name: N): Lease<ChannelOf<K, N>> {
    return this.#registry.lease(this.#name(kind, name)) as Lease<ChannelOf<K, N>>
  }

  /** Leaves the channels of that name, of every kind; what is leased stays with its holders. */
  leave(name: string): void {
    for (const wire of wireNames(name)) this.#registry.leave(wire)
  }

  /** Leaves one channel by its wire name. */
  leaveChannel(wire: string): void {
    this.#registry.leave(wire)
  }

  leaveAllChannels(): void {
    this.#registry.leaveAll()
  }

  /** The connection's id while there is one; the server sends nothing back to it for `toOthers()`. */
  socketId(): string | undefined {
    return this.connection.get().socketId
  }

  /** The header that Laravel's `toOthers()` reads, to be spread into a request; empty without a connection. */
  socketHeaders(): { 'X-Socket-ID'?: string } {
    const id = this.socketId()
    return id === undefined ? {} : { 'X-Socket-ID': id }
  }

  connectionStatus(): ConnectionStatus {
    return this.connection.get().status
  }

  /** The connection as a value to read and to follow. */
  get connection(): Readable<ConnectionState> {
    return this.#connector.state
  }

  /** Connects; after `disconnect()`, the same channels come back with their listeners. */
  connect(): void {
    this.#connector.connect()
  }

  /** Leaves no socket, timer or window listener behind. Call it at logout. */
  disconnect(): void {
    this.#registry.rest()
    this.#connector.disconnect()
  }

  /** The connector as applications of laravel-echo know it. */
  get connector(): ConnectorView {
    this.#view ??= createConnectorView(this, this.#connector, this.#registry)
    return this.#view
  }

  signin(): never {
    throw notYet('signin()')
  }

  /** What a log may show of it: options hold tokens. */
  toJSON(): ConnectionState {
    return this.connection.get()
  }

  /** For `inspect()`. */
  get [registry](): ChannelRegistry {
    return this.#registry
  }

  #get<K extends ChannelKind, N extends string>(kind: K, name: N): ChannelOf<K, N> {
    return this.#registry.get(this.#name(kind, name)) as ChannelOf<K, N>
  }

  #name(kind: ChannelKind, name: string) {
    const channel = channelName(kind, name)
    if (channel.kind === 'encrypted') throw notYet('An encrypted channel')
    return channel
  }
}

function notYet(what: string): EchoError {
  return new EchoError('not-supported', `${what} is not there yet.`)
}
