import { conceal } from './base/record'
import type { Readable } from './base/store'
import type { Broadcaster, ChannelOf } from './broadcaster'
import { EventFormatter } from './channels/event-name'
import type { ListenOptions } from './channels/hold'
import { channelName, wireNames } from './channels/name'
import { ChannelRegistry, type Lease } from './channels/registry'
import type { Session, User } from './channels/user'
import { type ConnectorView, createConnectorView } from './compat'
import { createConnector } from './connectors/create'
import type { ChannelKind, ConnectionState, ConnectionStatus, Connector, EventMeta } from './contract'
import { EchoError } from './errors'
import { createInterceptors, type Interceptors } from './interceptors'
import { type BroadcastDriver, type EchoOptions, resolveOptions } from './options'

/** The options of a driver, from which the driver can be inferred; or a connector of one's own. */
type OptionsFor<T extends keyof Broadcaster> =
  | (EchoOptions<Exclude<T, 'function'>> & { broadcaster: T })
  | EchoOptions<'function'>

/** Where `inspect()` finds the channels. */
export const registry = Symbol('registry')

/**
 * Real-time channels of one application server.
 *
 * @example
 * const echo = new Echo({ broadcaster: 'reverb', key: 'app-key', wsHost: 'localhost', wsPort: 8080, forceTLS: false })
 * echo.private(`orders.${id}`).listen('OrderShipped', (event) => show(event))
 */
export class Echo<T extends keyof Broadcaster = BroadcastDriver> {
  /** Our own copy of the options. `auth` is read for every request; other writes change nothing. */
  readonly options: EchoOptions & { auth: { headers: any } }
  readonly #connector: Connector
  readonly #registry: ChannelRegistry
  readonly #interceptors: Interceptors
  #view: ConnectorView | undefined
  #session: Session = {}

  static {
    Object.defineProperty(this.prototype, '__v_skip', { value: true })
  }

  constructor(options: OptionsFor<T>) {
    const resolved = resolveOptions(options)
    const interceptors = createInterceptors(resolved.options)
    const connector = createConnector(resolved)
    this.options = resolved.options as Echo['options']
    conceal(this, 'options')
    this.#connector = connector
    this.#interceptors = interceptors
    this.#registry = new ChannelRegistry({
      ...resolved,
      connector,
      formatter: new EventFormatter(resolved.namespace),
      below: () => this.connector,
    })
    const intercept = () => interceptors.start((url) => this.socketHeaders(url)['X-Socket-ID'])
    intercept()
    // And again, because a page may get its axios later: Laravel's bootstrap.js imports this first.
    connector.state.subscribe(({ status }) => status === 'connected' && intercept())
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
    callback: ((payload: any, meta: EventMeta) => unknown) | CallableFunction,
    options?: ListenOptions,
  ): ChannelOf<'public', N> {
    return this.channel(name).listen(event as never, callback as never, options)
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

  /**
   * The header that Laravel's `toOthers()` reads, to be spread into a request; empty without a connection and, if the
   * request's `url` is given, where it may not go (`interceptorOrigins`).
   */
  socketHeaders(url?: string | URL): { 'X-Socket-ID'?: string } {
    const id = this.socketId()
    return id === undefined || (url !== undefined && !this.#interceptors.allows(url)) ? {} : { 'X-Socket-ID': id }
  }

  /** Puts `X-Socket-ID` on the requests of the libraries below that the page has as globals; `new Echo` does it too. */
  registerInterceptors(): void {
    this.#interceptors.register()
  }

  /** On the requests of `window.axios`; registering twice adds the header once, here and below. */
  registerAxiosRequestInterceptor(): void {
    this.#interceptors.register(['axios.interceptors.request'])
  }

  /** On the requests of `window.jQuery`. */
  registerjQueryAjaxSetup(): void {
    this.#interceptors.register(['jQuery.ajaxPrefilter'])
  }

  /** On the requests of Turbo. */
  registerTurboRequestInterceptor(): void {
    this.#interceptors.register(['document.defaultView'])
  }

  /** On the requests of Vue-resource, the `http` of `window.Vue`. */
  registerVueRequestInterceptor(): void {
    this.#interceptors.register(['Vue.http.interceptors'])
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
    const session = this.#session
    this.#session = {}
    session.over = true
    session.user?.leave()
    this.#registry.rest()
    this.#connector.disconnect()
    this.#interceptors.stop()
  }

  /** The connector as applications of laravel-echo know it. */
  get connector(): ConnectorView {
    this.#view ??= createConnectorView(this, this.#connector, this.#registry)
    return this.#view
  }

  /**
   * Signs the user in, on this connection and on each one after it; rejects with the `AuthError` of a refusal. It waits for a
   * connection, and asked for twice it happens once. `disconnect()` forgets the user.
   */
  async signin(): Promise<User> {
    const session = this.#session
    const { users } = (this.#connector as { extras?: { users?: () => Promise<void> } }).extras ?? {}
    const [{ signIn }] = await Promise.all([import('./channels/user'), users?.()]).catch((cause: unknown) => {
      if (cause instanceof EchoError) throw cause
      throw new EchoError('load-failed', 'signin() did not load.', cause)
    })
    return signIn(session, this.#registry, !!users)
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
    const { broadcaster } = this.options
    if (channel.kind === 'encrypted' && (broadcaster === 'ably' || broadcaster === 'socket.io'))
      throw new EchoError('not-supported', `${broadcaster} has no encrypted channels.`)
    return channel
  }
}
