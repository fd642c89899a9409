import { conceal, createRecord } from '../../base/record'
import type { Report } from '../../base/report'
import type { Readable } from '../../base/store'
import type { ConnectionState } from '../../contract'
import { ConnectionError, EchoError } from '../../errors'
import { payload } from '../../wire/frame'
import { type Bindings, createBindings, createDispatcher, type Dispatcher, type Listen } from './bindings'
import type { PusherConnector } from './connector'

/** What is shown of a channel. */
export interface FacadeTopic {
  readonly name: { readonly wire: string }
  readonly status: string
  whisper(event: string, data: unknown): boolean
}

/** What the facade is a view on. */
export interface FacadeHost<T extends FacadeTopic> {
  readonly connector: PusherConnector
  readonly echo: {
    readonly options: { readonly key?: unknown }
    channel(wire: string): unknown
    leaveChannel(wire: string): void
  }
  readonly report: Report
  /** The channels that somebody holds. */
  topics(): T[]
  /** Listens to a channel by pusher-js's names. */
  listen(topic: T): Listen
  members(topic: T): unknown
}

/** A connection as pusher-js shows it; `connection` is `null` while there is none. */
export interface FacadeConnection extends Dispatcher {
  readonly state: string
  readonly socket_id: string | undefined
  readonly connection: { readonly id: string } | null
  readonly options: object
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
  readonly key: unknown
  readonly channels: {
    readonly channels: Record<string, FacadeChannel>
    all(): FacadeChannel[]
    find(wire: string): FacadeChannel | undefined
  }
  allChannels(): FacadeChannel[]
  channel(wire: string): FacadeChannel | undefined
  subscribe(wire: string): FacadeChannel | undefined
  unsubscribe(wire: string): void
  /** Sends a frame as it stands: some applications' servers listen to events of their own. */
  send_event(event: string, data: unknown, wire?: string): boolean
  connect(): void
  disconnect(): void
}

// After so many milliseconds of trying, pusher-js calls its connection unavailable.
const PATIENCE = 10_000

/** Stands in for a pusher-js client where the connection is our own. */
export function createPusherFacade<T extends FacadeTopic>(host: FacadeHost<T>): PusherFacade {
  const { connector, echo, report } = host
  const { options: config } = echo
  const dispatcher = createDispatcher(report)
  const connection = createConnection(connector.state, config, report)
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
  connector.watch((frame) => {
    const { event } = frame
    const data = () => payload(frame.data)
    if (event === 'pusher:error') connection.emit('error', { type: 'PusherError', data: data() })
    if (connection.hears('message')) connection.emit('message', { ...frame, data: data() })
    if (!event.startsWith('pusher_internal:') && dispatcher.hears(event)) dispatcher.emit(event, data())
  })
  const facade: PusherFacade = {
    ...dispatcher,
    connection,
    config,
    key: config.key,
    channels: {
      all: allChannels,
      find: channel,
      get channels() {
        return Object.assign(createRecord(), Object.fromEntries(allChannels().map((one) => [one.name, one])))
      },
    },
    allChannels,
    channel,
    subscribe(wire) {
      echo.channel(wire)
      return channel(wire)
    },
    unsubscribe: (wire) => echo.leaveChannel(wire),
    send_event: (event, data, wire) => connector.send(event, data, wire),
    connect: () => connector.connect(),
    disconnect: () => connector.disconnect(),
  }
  // Behind the colon of a key of Ably's stands its secret.
  return conceal(facade, 'config', 'key')
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
      const { wire } = topic.name
      if (event.startsWith('client-') && !wire.startsWith('private-encrypted-'))
        return topic.whisper(event.slice(7), data)
      throw new EchoError('invalid-whisper', 'Only client- events can be sent, and none on encrypted channels.')
    },
  }
}

function createConnection(source: Readable<ConnectionState>, options: object, report: Report): FacadeConnection {
  const dispatcher = createDispatcher(report)
  let shown = source.get()
  let state = nameOf(shown, false)
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
  const connection: FacadeConnection = {
    ...dispatcher,
    options,
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
  return conceal(connection, 'options')
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
