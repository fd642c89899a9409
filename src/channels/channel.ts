import type { Listener } from '../base/emitter'
import type { Readable } from '../base/store'
import type { ChannelTypes, EventMeta, Gap, Notifications } from '../contract'
import { EchoError } from '../errors'
import type { EventFormatter } from './event-name'
import { type Hold, hold, type ListenOptions, type Loose } from './hold'
import * as tells from './tells'
import type { ChannelStatus } from './topic'
import type { Whispers } from './whispers'

/** `throttle`: send the latest data at most once per so many milliseconds. */
export interface WhisperOptions {
  readonly throttle?: number
}

/** What a handle needs of the registry that made it. */
export interface ChannelHome {
  readonly formatter: EventFormatter
  readonly whispers: Whispers
  readonly options: object
  leave(hold: Hold, channel: Channel<any>): void
  /** What the connector brings: pusher-js or its stand-in, socket.io's socket, or nothing. */
  below(): { readonly pusher?: any; readonly socket?: any }
}

type EventOf<Events> = keyof Events & string
type Heard = (payload: any, meta: EventMeta) => unknown
// A whisper nobody registered is open, but still an object: Reverb refuses everything else.
type WhisperData<Data> = 0 extends 1 & Data ? object : Data extends object ? Data : never
const NOTIFICATION = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'

/** One holder's handle on a channel. Every verb returns the channel; once it is left, its verbs do nothing. */
export class Channel<T extends ChannelTypes = ChannelTypes> {
  /** The channel's name on the wire, for example `private-orders.1`. */
  readonly name: string
  readonly #home: ChannelHome
  readonly #hold: Hold

  static {
    // Vue's and Alpine's reactive proxies leave an object with this mark alone: `#private` fields do not pass a proxy.
    Object.defineProperty(this.prototype, '__v_skip', { value: true })
  }

  constructor(name: string, hold: Hold, home: ChannelHome) {
    this.name = name
    this.#hold = hold
    this.#home = home
  }

  /** Listens to an event by Laravel's name: `OrderShipped` (in the namespace), `.order.shipped` (as it stands). */
  listen<E extends EventOf<T['events']>>(
    event: E,
    callback: ((payload: T['events'][E], meta: EventMeta) => unknown) | Loose<T['events'][E]>,
    options?: ListenOptions,
  ): this {
    return this.on(this.#home.formatter.format(event), callback, options)
  }

  /** Ends one listener of an event or, without a callback, all of this handle's. */
  stopListening(event: EventOf<T['events']>, callback?: CallableFunction): this {
    return this.#stop(this.#home.formatter.format(event), callback)
  }

  /** Listens to every event of the application: `callback(event, payload)`. */
  listenToAll(callback: (event: string, payload: any) => unknown, options?: ListenOptions): this {
    const { formatter } = this.#home
    return this.register(tells.all, callback, options, (payload, meta: EventMeta) =>
      callback(formatter.strip(meta.event), payload),
    )
  }

  stopListeningToAll(callback?: CallableFunction): this {
    return this.#stop(tells.all, callback)
  }

  /** Listens to an event by its name on the wire. */
  on(event: string, callback: Heard | CallableFunction, options?: ListenOptions): this {
    return this.register(event, callback, options)
  }

  /** Called each time the server accepts; at once (in a microtask) when it has already. */
  subscribed(callback: CallableFunction, options?: ListenOptions): this {
    return this.register(tells.subscribed, callback, options)
  }

  /** Called with every failure of this channel; at once (in a microtask) when it has failed already. */
  error(callback: ((error: EchoError) => unknown) | CallableFunction, options?: ListenOptions): this {
    return this.register(tells.error, callback, options)
  }

  /** Called after a reconnection that may have lost events. */
  missed(callback: (gap: Gap) => unknown, options?: ListenOptions): this {
    return this.register(tells.missed, callback, options)
  }

  /** Listens to Laravel's notifications: to all, or to those of one class (dots or backslashes). */
  notification<N extends EventOf<Notifications>>(
    type: N,
    callback: (notification: Notifications[N] & { id: string; type: string }) => unknown,
    options?: ListenOptions,
  ): this
  notification(type: string, callback: (notification: any) => unknown, options?: ListenOptions): this
  notification(callback: ((notification: any) => unknown) | CallableFunction, options?: ListenOptions): this
  notification(...args: unknown[]): this {
    const [type, callback, options] = (typeof args[0] === 'string' ? args : ['', ...args]) as [
      string,
      Listener,
      ListenOptions | undefined,
    ]
    const wanted = slashed(type)
    const matching: Listener = (notification, meta) =>
      slashed(notification?.type) === wanted && callback(notification, meta)
    return this.register(NOTIFICATION, callback, options, wanted ? matching : undefined, wanted)
  }

  stopListeningForNotification(callback?: CallableFunction): this {
    return this.#stop(NOTIFICATION, callback)
  }

  listenForWhisper<W extends EventOf<T['whispers']>>(
    event: W,
    callback: ((data: T['whispers'][W], meta: EventMeta) => unknown) | Loose<T['whispers'][W]>,
    options?: ListenOptions,
  ): this {
    return this.on(`client-${event}`, callback, options)
  }

  stopListeningForWhisper(event: EventOf<T['whispers']>, callback?: CallableFunction): this {
    return this.#stop(`client-${event}`, callback)
  }

  /**
   * Sends an object to the other members, past the application's server. It waits until the channel is joined; what cannot
   * be sent reaches `error()` as `whisper-dropped`. Throws for data that is no object, and where nobody may whisper.
   */
  whisper<W extends EventOf<T['whispers']>>(
    event: W,
    data: WhisperData<T['whispers'][W]>,
    options?: WhisperOptions,
  ): this {
    const { topic } = this.#hold
    if (!topic) return this
    const { kind } = topic.name
    const allowed = kind === 'private' || kind === 'presence'
    if (!allowed || typeof data !== 'object' || !data)
      throw new EchoError(
        'invalid-whisper',
        allowed ? `The whisper ${event} needs an object.` : `Nobody can whisper on ${this.name}.`,
      )
    this.#home.whispers.send(topic, event, data, options?.throttle)
    return this
  }

  /** How many are subscribed, as the server told last: Pusher does, if its application asks for it. */
  get count(): number | undefined {
    const { subscription_count } = Object(this.#hold.topic?.counted)
    return typeof subscription_count === 'number' ? subscription_count : undefined
  }

  /** Called when a cache channel has no last event to begin with: load what you show. */
  cacheMiss(callback: () => unknown, options?: ListenOptions): this {
    return this.on('pusher:cache_miss', callback, options)
  }

  /** Whether the server has accepted, as a value to read and to follow. */
  get status(): Readable<ChannelStatus> {
    return this.#hold.status
  }

  /** Resolves when the channel is joined; rejects with its `EchoError`, or with the signal's reason. */
  ready(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const status = this.status.get()
        if (signal?.aborted) reject(signal.reason)
        else if (status === 'joined') resolve()
        else if (status === 'joining') return
        else reject(this.#hold.topic?.error ?? new EchoError('channel-left', `${this.name} was left.`))
        undo()
        signal?.removeEventListener('abort', check)
      }
      const undo = this.status.subscribe(check)
      signal?.addEventListener('abort', check)
      check()
    })
  }

  /** Asks the server again after a failure. */
  retry(): this {
    this.#hold.topic?.retry()
    return this
  }

  /** As `retry`, by the incumbent's name. */
  subscribe(): this {
    return this.retry()
  }

  /** Leaves this one channel. */
  unsubscribe(): void {
    this.#home.leave(this.#hold, this)
  }

  /** pusher-js's channel or, on our own socket, its stand-in. */
  get subscription(): any {
    return this.pusher?.channel(this.name)
  }

  /** pusher-js or, on our own socket, its stand-in. */
  get pusher(): any {
    return this.#home.below().pusher
  }

  /** The socket of socket.io. */
  get socket(): any {
    return this.#home.below().socket
  }

  get options(): object {
    return this.#home.options
  }

  get eventFormatter(): EventFormatter {
    return this.#home.formatter
  }

  get notificationCreatedEvent(): string {
    return `.${NOTIFICATION}`
  }

  /** For `catchUp()`. */
  get [hold](): Hold {
    return this.#hold
  }

  protected register(...registration: Parameters<Hold['register']>): this {
    this.#hold.register(...registration)
    return this
  }

  #stop(event: string | symbol, callback?: CallableFunction): this {
    this.#hold.stop(event, callback)
    return this
  }
}

function slashed(type: unknown): string {
  return typeof type === 'string' ? type.replaceAll('.', '\\').replace(/^\\/, '') : ''
}
