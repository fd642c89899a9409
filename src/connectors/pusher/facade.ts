import type { Report } from '../../base/report'
import type { Readable } from '../../base/store'
import type { ConnectionState } from '../../contract'
import { ConnectionError, EchoError } from '../../errors'
import { type Frame, payload } from '../../wire/frame'
import { type Bindings, createBindings, createDispatcher, type Dispatcher, type Listen } from './bindings'

/** What is shown of a channel. */
export interface FacadeTopic {
  readonly name: { readonly wire: string }
  readonly status: string
  whisper(event: string, data: unknown): boolean
}

/** What the facade is a view on. */
export interface FacadeHost<T extends FacadeTopic> {
  readonly state: Readable<ConnectionState>
  readonly options: object
  readonly report: Report
  connect(): void
  disconnect(): void
  /** Tells every frame. */
  watch(watcher: (frame: Frame) => void): void
  /** The channels that somebody holds. */
  topics(): T[]
  subscribe(wire: string): void
  unsubscribe(wire: string): void
  /** Listens to a channel by pusher-js's names. */
  listen(topic: T): Listen
  members(topic: T): unknown
}

/** A connection as pusher-js shows it; `connection` is `null` while there is none. */
export interface FacadeConnection extends Dispatcher {
  readonly state: string
  readonly socket_id: string | undefined
  readonly connection: { readonly id: string } | null
}

/** A channel as pusher-js shows it; `members` on presence channels only. */
export interface FacadeChannel extends Bindings {
  readonly name: string
  readonly subscribed: boolean
  readonly members: unknown
  trigger(event: string, data: unknown): boolean
}

/** What applications touch of a pusher-js client. */
export interface PusherFacade extends Dispatcher {
  readonly connection: FacadeConnection
  readonly config: object
  readonly channels: { readonly channels: Record<string, FacadeChannel>; all(): FacadeChannel[] }
  allChannels(): FacadeChannel[]
  channel(wire: string): FacadeChannel | undefined
  subscribe(wire: string): FacadeChannel | undefined
  unsubscribe(wire: string): void
  connect(): void
  disconnect(): void
}

// After so many milliseconds of trying, pusher-js calls its connection unavailable.
const PATIENCE = 10_000

/** Stands in for a pusher-js client where the connection is our own. */
export function createPusherFacade<T extends FacadeTopic>(host: FacadeHost<T>): PusherFacade {
  const { options: config, report, connect, disconnect, unsubscribe } = host
  const dispatcher = createDispatcher(report)
  const connection = createConnection(host)
  const shown = new WeakMap<T, FacadeChannel>()
  const show = (topic: T) => {
    const channel = shown.get(topic) ?? createChannel(host, topic)
    shown.set(topic, channel)
    return channel
  }
  const allChannels = () => host.topics().map(show)
  const channel = (wire: string) => {
    const topic = host.topics().find(({ name }) => name.wire === wire)
    return topic && show(topic)
  }
  host.watch(({ event, data }) => {
    if (event === 'pusher:error') connection.emit('error', { type: 'PusherError', data: payload(data) })
    if (!event.startsWith('pusher_internal:') && dispatcher.hears(event)) dispatcher.emit(event, payload(data))
  })
  return {
    ...dispatcher,
    connection,
    config,
    channels: {
      all: allChannels,
      get channels() {
        return byName(allChannels().map((channel) => [channel.name, channel]))
      },
    },
    allChannels,
    channel,
    subscribe(wire) {
      host.subscribe(wire)
      return channel(wire)
    },
    unsubscribe,
    connect,
    disconnect,
  }
}

/** A plain object in which a channel may have any name. */
export function byName<T>(entries: Iterable<readonly [name: string, value: T]>): Record<string, T> {
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}

function createChannel<T extends FacadeTopic>(host: FacadeHost<T>, topic: T): FacadeChannel {
  return {
    ...createBindings(host.listen(topic)),
    name: topic.name.wire,
    get subscribed() {
      return topic.status === 'joined'
    },
    get members() {
      return host.members(topic)
    },
    trigger(event, data) {
      if (event.startsWith('client-')) return topic.whisper(event.slice(7), data)
      throw new EchoError('invalid-whisper', `${event} does not start with client-.`)
    },
  }
}

function createConnection({ state: source, report }: Pick<FacadeHost<never>, 'state' | 'report'>): FacadeConnection {
  const dispatcher = createDispatcher(report)
  let shown = source.get()
  let state = shown.status === 'disconnected' ? 'initialized' : nameOf(shown, false)
  let since = Date.now()
  source.subscribe((now) => {
    const { status, error } = now
    const before = shown
    const previous = state
    shown = now
    if (before.status === 'connected' || before.status === 'disconnected') since = Date.now()
    state = nameOf(now, Date.now() - since >= PATIENCE)
    if (error && error !== before.error) dispatcher.emit('error', describe(error))
    if (state !== previous) {
      dispatcher.emit('state_change', { previous, current: state })
      dispatcher.emit(state, now.socketId && { socket_id: now.socketId })
    }
    if (status === 'reconnecting' && status !== before.status) dispatcher.emit(status)
  })
  return {
    ...dispatcher,
    get state() {
      return state
    },
    get socket_id() {
      return shown.socketId
    },
    get connection() {
      return shown.socketId === undefined ? null : { id: shown.socketId }
    },
  }
}

// A connection that was refused for good is `disconnected` in pusher-js: its `failed` says that a browser has no WebSocket.
function nameOf({ status, offline }: ConnectionState, tired: boolean): string {
  if (status === 'connected') return status
  if (status === 'disconnected' || status === 'failed') return 'disconnected'
  return tired || offline ? 'unavailable' : 'connecting'
}

// The code of a close is found as it is and wrapped, as pusher-js gives it at one time or another.
function describe(error: EchoError) {
  const code = error instanceof ConnectionError ? error.closeCode : undefined
  const plain = { type: 'PusherError', data: { code, message: error.message } }
  return { ...plain, error: plain }
}
