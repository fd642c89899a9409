import type { Listener } from '../base/emitter'
import { createStore, type Store } from '../base/store'
import { EchoError } from '../errors'
import { type ChannelStatus, tells, type Topic } from './topic'

/** How long a listener stays: until `signal` aborts, or (`once`) until its first call. */
export interface ListenOptions {
  readonly signal?: AbortSignal | undefined
  readonly once?: boolean | undefined
}

/** How a listener is called, where it is not just handed what the topic tells. */
export interface Manner {
  readonly handler?: Listener
  /** Tells apart registrations of one function for one event. */
  readonly tag?: string | undefined
}

interface Registration {
  readonly event: string | symbol
  readonly callback: Listener
  readonly tag: string | undefined
  /** What the topic calls. */
  readonly own: Listener
  /** Stops waiting for the signal. */
  readonly forget: (() => void) | undefined
}

/** What one holder has of a topic: the listeners it registered, which go when it goes. */
export class Hold {
  #topic: Topic | undefined
  #registrations: Registration[] = []
  #status: Store<ChannelStatus> | undefined

  constructor(topic: Topic) {
    this.#topic = topic
    topic.holders++
  }

  /** `undefined` once it was let go. */
  get topic(): Topic | undefined {
    return this.#topic
  }

  get status(): Store<ChannelStatus> {
    if (!this.#status) {
      const store = createStore<ChannelStatus>(this.#topic?.status ?? 'left', this.#topic?.report)
      this.register(tells.status, store.set)
      this.#status = store
    }
    return this.#status
  }

  /** Adds a listener; one that is registered for the event already is not added again. */
  register(event: string | symbol, callback: Listener, options: ListenOptions = {}, manner: Manner = {}): void {
    if (typeof callback !== 'function')
      throw new EchoError('invalid-listener', `The listener of ${String(event)} is no function but ${typeof callback}.`)
    const topic = this.#topic
    const { signal, once } = options
    const { handler = callback, tag } = manner
    if (
      !topic ||
      signal?.aborted ||
      this.#registrations.some((own) => own.event === event && own.callback === callback && own.tag === tag)
    )
      return
    const own = topic.listeners.add(
      event,
      once
        ? (first, second) => {
            this.#drop(registration)
            return handler(first, second)
          }
        : handler,
    )
    const abort = () => this.#drop(registration)
    signal?.addEventListener('abort', abort)
    const forget = signal && (() => signal.removeEventListener('abort', abort))
    const registration: Registration = { event, callback, tag, own, forget }
    // An array that grows reserves room for many, and most channels have one or two.
    this.#registrations = this.#registrations.concat(registration)
    if (topic.late(event))
      queueMicrotask(() => {
        const late = topic.late(event)
        if (late && this.#registrations.includes(registration)) topic.listeners.call(own, late.value)
      })
  }

  /** Removes one listener of an event or, without a callback, all that this holder has. */
  stop(event: string | symbol, callback?: Listener): void {
    for (const own of this.#registrations)
      if (own.event === event && (!callback || own.callback === callback)) this.#drop(own)
  }

  /** Lets go: nothing registered here is ever called again. Says whether it was held until now. */
  end(): boolean {
    if (!this.#topic) return false
    for (const own of this.#registrations) this.#drop(own)
    this.#topic.holders--
    this.#topic = undefined
    this.#status?.set('left')
    return true
  }

  #drop(registration: Registration): void {
    const { event, own, forget } = registration
    this.#registrations = this.#registrations.filter((other) => other !== registration)
    forget?.()
    this.#topic?.listeners.remove(event, own)
  }
}
