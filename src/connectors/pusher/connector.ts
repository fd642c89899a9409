import { createStore, type Store } from '../../base/store'
import {
  type Authorizer,
  type ChannelName,
  type ConnectionState,
  type Connector,
  type Signal,
  type Subscription,
  userChannel,
} from '../../contract'
import { type Frame, fields, text, words } from '../../wire/frame'
import type { SocketState } from '../../wire/machine'
import { Socket, type SocketOptions } from '../../wire/socket'
import { failSoon } from '../fail-soon'
import type { JoinInput } from './join'
import { type Link, PusherSubscription } from './subscription'
import type { UserLink } from './user'

// A server that limits our rate is asked again this far apart: 60 frames a minute is the usual limit.
const PACE = 1100
const ACCEPTED = 'pusher_internal:subscription_succeeded'

/** Speaks the Pusher protocol over a socket of our own. */
export class PusherConnector implements Connector {
  readonly state: Store<ConnectionState>
  /** `users` loads what signing in needs. */
  readonly extras = { users: () => this.#loadUsers() }
  readonly #socket: Socket
  readonly #link: Link
  readonly #trace: SocketOptions['trace']
  readonly #subscriptions = new Map<string, PusherSubscription>()
  // Channels that were left before the server answered, by wire name.
  readonly #withdrawn = new Set<string>()
  #watcher: ((frame: Frame) => void) | undefined
  #user: UserLink | undefined
  #turn = 0

  constructor(options: SocketOptions, authorize: Authorizer) {
    this.#trace = options.trace
    this.#socket = new Socket(
      options,
      (frame) => this.#route(frame),
      (state, before) => this.#changed(state, before),
    )
    this.state = createStore(picture(this.#socket), options.report)
    this.#link = { authorize, socket: this.#socket, left: (wire, asked) => this.#left(wire, asked) }
  }

  connect(): void {
    this.#socket.step('connect')
  }

  disconnect(): void {
    this.#socket.step('disconnect')
  }

  subscribe(channel: ChannelName, receive: (signal: Signal) => void): Subscription {
    const link = channel === userChannel && this.#user
    const subscription = new PusherSubscription(channel, link || this.#link, receive)
    this.#subscriptions.set(channel.wire, subscription)
    failSoon(this.state, (error) => subscription.step('refused', error))
    const open = () => this.state.get().status === 'connected' && subscription.step('open')
    // A machine that slept finds out first whether the connection still is one.
    if (this.#socket.overdue) setTimeout(open)
    else open()
    return subscription
  }

  /** Sends a frame of the application's own; `false` while there is no connection. */
  send(event: string, data: unknown, channel?: string): boolean {
    return this.#socket.send(event, data, channel)
  }

  /** Hands every frame of an open connection to one watcher, before its channel gets it. */
  watch(watcher: (frame: Frame) => void): void {
    this.#watcher = watcher
  }

  async #loadUsers(): Promise<void> {
    const { UserLink } = await import('./user')
    const tell = (frame: Frame) => this.#subscriptions.get(userChannel.wire)?.frame(frame)
    this.#user ??= new UserLink(this.#link, tell)
  }

  #route(frame: Frame): void {
    this.#watcher?.(frame)
    const { event, channel, data } = frame
    // PHP takes a channel called 0 for none, so that a Reverb leaves the name out where it accepts.
    const subscription = this.#subscriptions.get(channel ?? (event === ACCEPTED ? '0' : ''))
    if (subscription) subscription.frame(frame)
    else if (event === 'pusher:error' && !Object.hasOwn(frame, 'channel')) this.#blame(fields(data))
    else if (!this.#user?.frame(frame)) {
      this.#trace?.('frame', 'dropped: for no channel that is held')
      // A server that took its time let in who had left meanwhile.
      if (event === ACCEPTED && this.#withdrawn.delete(channel ?? ''))
        this.#socket.send('pusher:unsubscribe', { channel })
    }
  }

  // An error within a connection names no channel, so only what cannot be misunderstood is attributed.
  #blame({ code, message }: ReturnType<typeof fields>): void {
    this.#trace?.('connection', `The server reports ${text(code)}: ${words(message)}`)
    const asked = this.#asked()
    const [first, ...others] = asked.filter(({ channel }) => channel.kind !== 'public')
    if (code === 4009 && !others.length) first?.reject(code, message)
    this.#user?.refuse(code, message, !first)
    if (code === 4301) {
      const now = Date.now()
      // No further ahead than all of them take: a clock may have been set back.
      this.#turn = Math.max(now, Math.min(this.#turn, now + PACE * this.#subscriptions.size)) + PACE
      asked[0]?.step('limited', this.#turn)
    }
  }

  #asked(): PusherSubscription[] {
    return [...this.#subscriptions.values()].filter(({ state }) => state.name === 'asked')
  }

  // A server closes the connection over a frame that is too long (1009). Asked for again, the channel would cost it once more.
  #tooLong(): void {
    const lengthOf = ({ state }: PusherSubscription) => state.grant?.channel_data?.length ?? 0
    const [longest] = this.#asked()
      .filter(lengthOf)
      .sort((a, b) => lengthOf(b) - lengthOf(a))
    longest?.tooLong()
  }

  #left(wire: string, asked: boolean): void {
    this.#subscriptions.delete(wire)
    if (asked) this.#withdrawn.add(wire)
  }

  #changed(state: SocketState, before: SocketState): void {
    const { name, error, until, offline } = state
    const waits = name === 'waiting' && until !== before.until
    if (waits || name !== before.name || offline !== before.offline) this.state.set(picture(this.#socket))
    if (name === before.name) return
    if (error?.closeCode === 1009) this.#tooLong()
    const closed = name === 'closed'
    if (before.name === 'open' || closed)
      this.#tellAll('down', { from: this.#socket.heard, reason: closed ? 'disconnected' : 'connection-lost' })
    this.#withdrawn.clear()
    if (name === 'open') this.#tellAll(name)
    if (name === 'failed' && error) this.#tellAll('refused', error)
  }

  #tellAll(...input: JoinInput): void {
    for (const subscription of [...this.#subscriptions.values()]) subscription.step(...input)
  }
}

/** What an application may know of the connection's state. */
function picture({ behind, state }: Socket): ConnectionState {
  const { name, socketId, attempt, until, error, offline, openedAt } = state
  const trying = openedAt ? 'reconnecting' : 'connecting'
  const statuses = {
    idle: 'disconnected',
    opening: trying,
    open: 'connected',
    waiting: trying,
    failed: 'failed',
    closed: 'disconnected',
  } as const
  return Object.freeze({
    status: statuses[name],
    socketId: name === 'open' ? socketId : undefined,
    attempt,
    retryAt: name === 'waiting' && until < Infinity ? until - behind : undefined,
    error,
    offline,
  })
}
