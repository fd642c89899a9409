import { createRecord } from '../base/record'
import type { ChannelName } from '../contract'
import { Channel, type ChannelHome } from './channel'
import { Hold } from './hold'
import { PresenceChannel } from './presence'
import { Topic, type TopicContext } from './topic'
import { Whispers } from './whispers'

/** A handle of one's own on a channel; its listeners go with it. `using lease = echo.lease(…)` releases it too. */
export interface Lease<C> extends Disposable {
  readonly channel: C
  release(): void
}

/** What the registry is made of. `linger`: how long a channel stays that nobody holds, in milliseconds. */
export interface RegistryOptions extends Omit<TopicContext, 'joined'>, Omit<ChannelHome, 'leave' | 'whispers'> {
  readonly linger: number
}

/** One topic per wire name, one handle per holder; what nobody holds lingers for a moment before it is left. */
export class ChannelRegistry {
  /** The handles that `echo.channel()` and its like hand out, by wire name, in an object that applications may keep. */
  readonly pinned = createRecord<Channel>()
  readonly #topics = new Map<string, Topic>()
  readonly #whispers = new Whispers()
  readonly #home: RegistryOptions & TopicContext & ChannelHome
  /** The application has disconnected once: what it asks for from then on may wait for ever. */
  #rested = false

  constructor(options: RegistryOptions) {
    this.#home = {
      ...options,
      whispers: this.#whispers,
      joined: () => this.#whispers.flush(),
      leave: (hold, channel) => this.#release(hold, channel),
    }
  }

  /** The pinned handle: the same one until it is left. A channel that has failed is asked for again. */
  get(name: ChannelName): Channel {
    const topic = this.#topic(name)
    const { wire } = name
    if (!Object.hasOwn(this.pinned, wire)) this.pinned[wire] = this.#handle(name, new Hold(topic))
    const channel = this.pinned[wire]!
    this.#ask(topic)
    return channel
  }

  /** A handle for one holder. */
  lease(name: ChannelName): Lease<Channel> {
    const topic = this.#topic(name)
    const hold = new Hold(topic)
    const release = () => this.#release(hold)
    this.#ask(topic)
    return { channel: this.#handle(name, hold), release, [Symbol.dispose]: release }
  }

  /** Drops the pinned handle of a wire name, in this very tick. */
  leave(wire: string): void {
    if (Object.hasOwn(this.pinned, wire)) this.pinned[wire]!.unsubscribe()
  }

  leaveAll(): void {
    for (const wire in this.pinned) this.leave(wire)
  }

  /** Leaves what lingers and gives up what waits, so that no timer is left. */
  rest(): void {
    this.#rested = true
    for (const topic of this.#topics.values()) if (!topic.holders) this.#end(topic)
    this.#whispers.clear()
  }

  /** The topics that somebody holds, or that linger. */
  topics(): Iterable<Topic> {
    return this.#topics.values()
  }

  #handle({ kind, wire }: ChannelName, hold: Hold): Channel {
    return new (kind === 'presence' ? PresenceChannel : Channel)(wire, hold, this.#home)
  }

  #topic(name: ChannelName): Topic {
    const { wire } = name
    const topic = this.#topics.get(wire) ?? new Topic(name, this.#home)
    this.#topics.set(wire, topic)
    clearTimeout(topic.lingering)
    return topic
  }

  // Of what is held already: the status is told, and whoever hears of it may let go of what they have.
  #ask(topic: Topic): void {
    topic.retry()
    if (this.#rested && this.#home.connector.state.get().status === 'disconnected') topic.wait()
  }

  // Who says "leave" means it: what is not joined yet is given up at once, and its request aborted.
  #release(hold: Hold, left?: Channel<any>): void {
    const { topic } = hold
    if (!topic) return
    const { wire } = topic.name
    if (this.pinned[wire] === left) delete this.pinned[wire]
    hold.end()
    if (topic.holders) return
    if (left && topic.status !== 'joined') this.#end(topic)
    else topic.lingering = setTimeout(() => this.#end(topic), this.#home.linger)
  }

  #end(topic: Topic): void {
    clearTimeout(topic.lingering)
    this.#topics.delete(topic.name.wire)
    topic.end()
  }
}
