import type { Listener, Registration } from '../base/emitter'
import { bare } from '../base/record'
import { createStore, type Store } from '../base/store'
import { EchoError } from '../errors'
import * as tells from './tells'
import type { ChannelStatus, Topic } from './topic'

/** Any function at all, as laravel-echo takes it, where nothing is known of the payload. */
export type Loose<Payload> = 0 extends 1 & Payload ? CallableFunction : never

/** How long a listener stays: until `signal` aborts, or (`once`) until its first call. */
export interface ListenOptions {
  readonly signal?: AbortSignal | undefined
  readonly once?: boolean | undefined
}

/** Where `catchUp()` finds what a channel holds. */
export const hold = Symbol('hold')

/** What one holder has of a topic: the listeners it registered, which go when it goes. */
export class Hold {
  /** Stands in the way of this holder's events while `catchUp()` loads; absent where nobody asks for it. */
  declare gate?: { watch(own: Registration): void }
  #topic: Topic | undefined
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
      const store = createStore<ChannelStatus>(this.#topic?.status ?? 'left', this.#topic?.context.report)
      this.register(tells.status, store.set)
      this.#status = store
    }
    return this.#status
  }

  /**
   * Adds a listener; one that is registered for the event already is not added again. `call`: what is called for it;
   * `tag` tells apart registrations of one function for one event.
   */
  register(
    event: string | symbol,
    callback: CallableFunction,
    options?: ListenOptions,
    call = callback as Listener,
    tag?: string,
  ): void {
    if (typeof callback !== 'function')
      throw new EchoError('invalid-listener', `The listener of ${String(event)} is no function.`)
    const { signal, once } = bare(options)
    const topic = this.#topic
    if (!topic || signal?.aborted || this.#own(event, callback).some((own) => own.tag === tag)) return
    const { listeners } = topic
    const drop = () => listeners.remove(event, own)
    const own: Registration = {
      call: once
        ? (first, second) => {
            drop()
            return call(first, second)
          }
        : call,
      owner: this,
      callback,
    }
    // Most have neither: thousands of them are smaller without.
    if (tag !== undefined) own.tag = tag
    if (signal) {
      signal.addEventListener('abort', drop)
      own.forget = () => signal.removeEventListener('abort', drop)
    }
    listeners.add(event, own)
    this.gate?.watch(own)
    if (topic.late(event))
      queueMicrotask(() => topic.late(event) && listeners.emit(event, topic.error, undefined, [own]))
  }

  /** Removes one listener of an event or, without a callback, all that this holder has. */
  stop(event: string | symbol, callback?: CallableFunction): void {
    for (const own of this.#own(event, callback)) this.#topic?.listeners.remove(event, own)
  }

  /** Lets go: nothing registered here is ever called again. What is nobody's own goes with the last holder. */
  end(): void {
    const topic = this.#topic
    if (!topic) return
    const { listeners } = topic
    topic.holders--
    for (const [event, all] of listeners)
      for (const own of all) if (own.owner === this || !topic.holders) listeners.remove(event, own)
    this.#topic = undefined
    this.#status?.set('left')
  }

  #own(event: string | symbol, callback?: CallableFunction): readonly Registration[] {
    const all = this.#topic?.listeners.get(event) ?? []
    return all.filter((own) => own.owner === this && (!callback || own.callback === callback))
  }
}
