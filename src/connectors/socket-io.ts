import type { Credentials } from '../auth/credentials'
import type { Store } from '../base/store'
import type { ChannelName, ConnectionState, ConnectionStatus, Connector, Signal, Subscription } from '../contract'
import { ConnectionError } from '../errors'
import type { ResolvedOptions } from '../options'
import { words } from '../wire/frame'
import { failSoon } from './fail-soon'
import { disconnected } from './pusher-js-state'
import type { SocketIoPacket, SocketIoSocket } from './socket-io-client'
import { type SocketIoLink, SocketIoSubscription } from './socket-io-subscription'

/** Packets that carry an event, the second with binary parts (socket.io-protocol). */
const EVENTS = [2, 5]

/** Speaks laravel-echo-server's protocol over a socket of socket.io-client, which connects and reconnects in its own way. */
export class SocketIoConnector implements Connector {
  readonly state: Store<ConnectionState>
  readonly #socket: SocketIoSocket
  readonly #trace: ResolvedOptions['trace']
  readonly #link: SocketIoLink
  readonly #subscriptions = new Map<string, SocketIoSubscription>()
  // Channels that were left while the server may still let us in, by wire name.
  readonly #withdrawn = new Set<string>()
  #heard = Date.now()

  constructor(
    socket: SocketIoSocket,
    state: Store<ConnectionState>,
    read: () => Promise<Credentials>,
    { report, trace }: Pick<ResolvedOptions, 'report' | 'trace'>,
  ) {
    this.#socket = socket
    this.state = state
    this.#trace = trace
    this.#link = {
      socket,
      report,
      read,
      left: (channel, asked, joined) => this.#left(channel, asked, joined),
    }
    this.#follow()
    // The application may have connected it by itself.
    if (socket.connected) this.opened()
  }

  connect(): void {
    const socket = this.#socket
    if (socket.connected) return
    if (!this.#trying) this.#show({ status: 'connecting' })
    // Twice would be a second greeting, where the first is on its way.
    if (!socket.active) socket.connect()
  }

  disconnect(): void {
    this.#socket.disconnect()
    // It tells of it only if it was connected.
    if (this.state.get().status !== 'disconnected') this.#down('disconnected')
  }

  subscribe(channel: ChannelName, receive: (signal: Signal) => void): Subscription {
    const { wire } = channel
    const subscription = new SocketIoSubscription(channel, this.#link, receive)
    this.#subscriptions.set(wire, subscription)
    failSoon(this.state, (error) => subscription.fail(error))
    if (this.#socket.connected) subscription.open()
    return subscription
  }

  /** There is a connection. */
  opened(): void {
    this.#heard = Date.now()
    this.#withdrawn.clear()
    this.#show({ status: 'connected' })
    for (const subscription of this.#all()) if (this.#socket.connected) subscription.open()
  }

  /** The connection ended, or did not come about; `refused`: the server, or socket.io, will have no more of it. */
  lost(cause: unknown, refused = false): void {
    if (cause === 'io client disconnect') return this.#down('disconnected')
    const { active, io } = this.#socket
    const final = refused || active === false || cause === 'io server disconnect' || !io.reconnection()
    const why = words((cause as Error | undefined)?.message ?? cause)
    const code = final ? 'connection-refused' : why.includes('timeout') ? 'connection-timeout' : 'connection-lost'
    const error = new ConnectionError(code, `The connection ${final ? 'ended for good' : 'was lost'} (${why}).`)
    const trying = this.state.get().status === 'connecting' ? 'connecting' : 'reconnecting'
    // Whatever is left of it is closed, so that `connect()` starts afresh.
    if (final) this.#socket.disconnect()
    this.#down(final ? 'failed' : trying, error)
  }

  get #trying(): boolean {
    return this.state.get().status.endsWith('connecting')
  }

  #follow(): void {
    const socket = this.#socket
    const manager = socket.io
    const heard = () => {
      this.#heard = Date.now()
    }
    const unlessUnwanted = (cause: unknown, refused = false) => this.#trying && this.lost(cause, refused)
    socket.on('connect_error', (cause: unknown) => unlessUnwanted(cause))
    manager.on('reconnect_attempt', (attempt: number) => this.#trying && this.#show({ ...this.state.get(), attempt }))
    manager.on('reconnect_failed', () => unlessUnwanted('it was tried often enough', true))
    if (socket.onAny) {
      socket.onAny((...args) => this.#hear(...args))
      manager.on('ping', heard)
      return
    }
    // Version 2 has no listener for all events, but its manager hands out each packet. There the client pings.
    manager.on('packet', ({ type, nsp, data }: SocketIoPacket) => {
      if (EVENTS.includes(type) && nsp === socket.nsp) this.#hear(...data)
    })
    manager.on('pong', heard)
    // What fails on the way is an Error, and a loss follows; what the server's own checks say is the end.
    socket.on('error', (cause: unknown) => cause instanceof Error || unlessUnwanted(cause, true))
  }

  #down(status: ConnectionStatus, error?: ConnectionError): void {
    this.#show({ status, error, attempt: status.endsWith('connecting') ? this.state.get().attempt : 0 })
    const loss = { from: this.#heard, reason: status === 'disconnected' ? status : 'connection-lost' } as const
    for (const subscription of this.#all()) {
      subscription.interrupt(loss)
      if (status === 'failed' && error) subscription.fail(error)
    }
  }

  #hear(event?: unknown, channel?: unknown, data?: unknown): void {
    this.#heard = Date.now()
    if (typeof event !== 'string' || typeof channel !== 'string') return
    const subscription = this.#subscriptions.get(channel)
    if (subscription) return subscription.hear(event, data)
    // A server that took its time let in who had left meanwhile.
    if (channel.startsWith('presence-') && event !== 'presence:subscribed') return
    if (this.#withdrawn.delete(channel)) this.#socket.emit('unsubscribe', { channel })
  }

  #left({ kind, wire }: ChannelName, asked: object | undefined, joined: boolean): void {
    this.#subscriptions.delete(wire)
    if (!asked || !this.#socket.connected) return
    // A laravel-echo-server dies of an unsubscribe for a presence channel that it has not let us into yet.
    const waits = kind === 'presence' && !joined
    if (!waits) this.#socket.emit('unsubscribe', asked)
    if (waits || kind === 'private') this.#withdrawn.add(wire)
  }

  #show(change: Partial<ConnectionState> & Pick<ConnectionState, 'status'>): void {
    const { connected, id } = this.#socket
    const before = this.state.get().status
    const offline = !connected && globalThis.navigator?.onLine === false
    this.state.set(Object.freeze({ ...disconnected, ...change, socketId: connected ? id : undefined, offline }))
    if (change.status !== before) this.#trace?.('connection', `${before} → ${change.status}`)
  }

  // A copy: whoever is told may leave, or ask for more.
  #all(): SocketIoSubscription[] {
    return [...this.#subscriptions.values()]
  }
}
