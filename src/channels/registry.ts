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
  readonly #topics = new Map<string, Topic>()
  readonly #pinned = new Map<string, Channel>()
  readonly #lingering = new Map<Topic, ReturnType<typeof setTimeout>>()
  readonly #whispers = new Whispers()
  readonly #context: TopicContext
  readonly #home: ChannelHome
  readonly #linger: number

  constructor({ linger, ...options }: RegistryOptions) {
    this.#linger = linger
    this.#context = { ...options, joined: () => this.#whispers.flush() }
    this.#home = { ...options, whispers: this.#whispers, leave: (channel, hold) => this.#leave(channel, hold) }
  }

  /** The pinned handle: the same one until it is left. A channel that has failed is asked for again. */
  get(name: ChannelName): Channel {
    const { wire } = name
    const pinned = this.#pinned.get(wire)?.retry()
    if (pinned) return pinned
    const { channel } = this.#take(name)
    this.#pinned.set(wire, channel)
    return channel
  }

  /** A handle for one holder. */
  lease(name: ChannelName): Lease<Channel> {
    const { channel, hold } = this.#take(name)
    const release = () => this.#let(hold)
    return { channel, release, [Symbol.dispose]: release }
  }

  /** Drops the pinned handle of a wire name, in this very tick. */
  leave(wire: string): void {
    this.#pinned.get(wire)?.unsubscribe()
  }

  leaveAll(): void {
    for (const channel of [...this.#pinned.values()]) channel.unsubscribe()
  }

  /** Leaves what lingers and gives up what waits, so that no timer is left. */
  rest(): void {
    for (const topic of [...this.#lingering.keys()]) this.#end(topic)
    this.#whispers.clear()
  }

  /** The pinned channels by wire name. */
  channels(): [wire: string, channel: Channel][] {
    return [...this.#pinned]
  }

  /** The topics that somebody holds, or that linger. */
  topics(): Iterable<Topic> {
    return this.#topics.values()
  }

  find(wire: string): Topic | undefined {
    return this.#topics.get(wire)
  }

  #take(name: ChannelName) {
    const topic = this.#topic(name)
    const hold = new Hold(topic)
    const Class = name.kind === 'presence' ? PresenceChannel : Channel
    return { hold, channel: new Class(name.wire, hold, this.#home) }
  }

  #topic(name: ChannelName): Topic {
    const known = this.#topics.get(name.wire)
    if (known) {
      clearTimeout(this.#lingering.get(known))
      this.#lingering.delete(known)
      known.retry()
      return known
    }
    const topic = new Topic(name, this.#context)
    this.#topics.set(name.wire, topic)
    return topic
  }

  // Who says "leave" means it: what is not joined yet is given up at once, and its request aborted.
  #leave(channel: Channel<any>, hold: Hold): void {
    const { topic } = hold
    if (!topic) return
    if (this.#pinned.get(channel.name) === channel) this.#pinned.delete(channel.name)
    this.#let(hold)
    if (topic.status !== 'joined' && this.#lingering.has(topic)) this.#end(topic)
  }

  #let(hold: Hold): void {
    const { topic } = hold
    if (!topic || !hold.end() || topic.holders) return
    this.#lingering.set(
      topic,
      setTimeout(() => this.#end(topic), this.#linger),
    )
  }

  #end(topic: Topic): void {
    clearTimeout(this.#lingering.get(topic))
    this.#lingering.delete(topic)
    this.#topics.delete(topic.name.wire)
    topic.end()
  }
}
