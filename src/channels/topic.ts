import { Emitter } from '../base/emitter'
import type { Report } from '../base/report'
import type { Trace } from '../base/trace'
import type { ChannelName, Connector, EventMeta, Gap, Loss, Signal, Subscription } from '../contract'
import { EchoError } from '../errors'
import { Roster } from './roster'
import * as tells from './tells'

/** `left`: its holder gave it up, and nothing of it will ever be called again. */
export type ChannelStatus = 'joining' | 'joined' | 'failed' | 'left'

/** What topics share. */
export interface TopicContext {
  readonly connector: Connector
  readonly report: Report
  readonly trace: Trace
  readonly joined: () => void
}

const SUCCEEDED = 'pusher:subscription_succeeded'
// A server's clients come back together: what they load after a gap is spread over this, in milliseconds.
export const MISSED_SPREAD = 2000

/** One channel of the server, however many hold it: its subscription, its status, its listeners, its members. */
export class Topic {
  readonly name: ChannelName
  readonly listeners: Emitter
  /** Who is in it, if it is a presence channel. */
  readonly roster: Roster | undefined
  /** How many handles hold it. */
  holders = 0
  /** Ends it, once nobody holds it. */
  lingering: ReturnType<typeof setTimeout> | undefined
  status: ChannelStatus = 'joining'
  /** Why it has failed. */
  error: EchoError | undefined
  /** What the server told last of how many are subscribed. */
  counted: unknown
  readonly #context: TopicContext
  /** What was told last of that status: `here` comes before `subscribed`. */
  #told: symbol | undefined
  #subscription: Subscription
  /** What is still to be told of a loss. */
  #missed: (Loss & { timer?: ReturnType<typeof setTimeout> }) | undefined

  constructor(name: ChannelName, context: TopicContext) {
    this.name = name
    this.#context = context
    this.listeners = new Emitter(context.report)
    this.roster = name.kind === 'presence' ? new Roster(this.listeners) : undefined
    this.#subscription = this.#subscribe()
  }

  get context(): TopicContext {
    return this.#context
  }

  /** Whether a listener comes too late for what it wants to hear, and is told at once: with the `error`, if there is one. */
  late(event: string | symbol): boolean {
    return event === this.#told || (event === tells.here && this.#told === tells.subscribed)
  }

  whisper(event: string, data: unknown): boolean {
    return this.#subscription.whisper(event, data)
  }

  /** Asks the server again after a failure. */
  retry(): void {
    if (this.status !== 'failed') return
    this.#subscription.unsubscribe()
    this.#subscription = this.#subscribe()
    this.#enter('joining')
  }

  /** Says that it is asked for in vain until somebody connects. */
  wait(): void {
    const error = new EchoError('disconnected', `${this.name.wire} waits for connect(): disconnect() was called.`)
    queueMicrotask(() => this.status === 'joining' && this.#receive({ type: 'problem', error }))
  }

  /** Leaves the server's channel for good. */
  end(): void {
    clearTimeout(this.#missed?.timer)
    this.status = 'left'
    this.#subscription.unsubscribe()
  }

  #subscribe(): Subscription {
    return this.#context.connector.subscribe(this.name, this.#receive.bind(this))
  }

  #receive(signal: Signal): void {
    const { listeners } = this
    switch (signal.type) {
      case 'event':
        return this.#event(signal)
      case 'subscribed':
        return this.#subscribed(signal)
      case 'joined':
        return this.roster?.came(signal.member)
      case 'left':
        return this.roster?.went(signal.member)
      case 'interrupted':
        return this.#interrupted(signal.loss)
      case 'problem':
      case 'failed': {
        const { error, type } = signal
        this.#context.trace?.('channel', error.message, this.name.wire)
        if (type === 'problem') return listeners.emit(tells.error, error)
        this.#enter('failed', error)
        listeners.emit('pusher:subscription_error', error)
        // It is told also where a listener of the status has asked again already.
        if (this.status === 'failed') this.#told = tells.error
        listeners.emit(tells.error, error)
      }
    }
  }

  #enter(status: ChannelStatus, error?: EchoError): void {
    this.status = status
    this.error = error
    this.#told = undefined
    // Stores listen, which tell of changes only.
    this.listeners.emit(tells.status, status)
  }

  // A listener that was told before may have disconnected, and then there is nothing more to tell.
  #tell(event: symbol): void {
    if (this.status !== 'joined') return
    this.#told = event
    this.listeners.emit(event)
  }

  // The payload is opened for a listener only, and once for all of them.
  #event({ name, data, userId }: Signal & { type: 'event' }): void {
    const { listeners } = this
    if (name === tells.count) this.counted = data()
    const own = listeners.get(name)
    const all = listeners.get(tells.all)
    if (!own && !all) return
    const payload = data()
    const meta: EventMeta = { event: name, channel: this.name.wire, userId }
    listeners.emit(name, payload, meta, own)
    if (all && !name.startsWith('pusher:')) listeners.emit(tells.all, payload, meta)
  }

  #interrupted(loss: Loss | undefined): void {
    // What was not told yet is part of the same gap.
    clearTimeout(this.#missed?.timer)
    if (this.status === 'joined') this.#missed ??= { ...(loss ?? { from: Date.now(), reason: 'connection-lost' }) }
    this.#enter('joining')
  }

  #subscribed({ members, me }: Signal & { type: 'subscribed' }): void {
    const { listeners, roster } = this
    this.#enter('joined')
    this.#context.joined()
    // As may one that was told of the status, and then the gap goes on.
    if (this.status !== 'joined') return
    if (listeners.get(tells.missed)) this.#tellGap()
    else this.#missed = undefined
    if (members) {
      roster?.sync(members, me)
      this.#tell(tells.here)
    }
    if (listeners.get(SUCCEEDED)) listeners.emit(SUCCEEDED, roster?.view() ?? {})
    this.#tell(tells.subscribed)
  }

  // Told late, so that a server's clients do not load what they missed all at once.
  #tellGap(): void {
    const missed = this.#missed
    if (!missed) return
    const { from, reason } = missed
    // A clock may have been set back meanwhile.
    const gap: Gap = { from, to: Math.max(from, Date.now()), reason }
    missed.timer = setTimeout(() => {
      this.#missed = undefined
      this.listeners.emit(tells.missed, gap)
    }, Math.random() * MISSED_SPREAD)
  }
}
