import { Emitter } from '../base/emitter'
import type { Report } from '../base/report'
import type { Trace } from '../base/trace'
import type { ChannelName, Connector, EventMeta, Gap, Member, Signal, Subscription } from '../contract'
import type { EchoError } from '../errors'
import { type MembersView, membersView } from './members'
import * as tells from './tells'

/** `left`: its holder gave it up, and nothing of it will ever be called again. */
export type ChannelStatus = 'joining' | 'joined' | 'failed' | 'left'

/** Who is in a presence channel. Frozen; `me` is undefined until the server has answered. */
export interface Presence<Info = any> {
  readonly members: readonly Member<Info>[]
  readonly me: Member<Info> | undefined
  readonly count: number
}

/** What topics share. */
export interface TopicContext {
  readonly connector: Connector
  readonly report: Report
  readonly trace: Trace
  readonly joined: () => void
}

/** Who is in a presence channel, and what was last shown of it. */
interface Roster {
  members: Map<string, Member>
  me: string | undefined
  shown?: Presence | undefined
  timer?: ReturnType<typeof setTimeout> | undefined
}

export const nobody: Presence = Object.freeze({ members: Object.freeze([]), me: undefined, count: 0 })

const SUCCEEDED = 'pusher:subscription_succeeded'
// Hostile lists are cut: nobody shows more people than this.
const MOST_MEMBERS = 10_000
// A server's clients come back together: what they load after a gap is spread over this, in milliseconds.
const MISSED_SPREAD = 2000

/** One channel of the server, however many hold it: its subscription, its status, its listeners, its members. */
export class Topic {
  readonly name: ChannelName
  readonly listeners: Emitter
  /** How many handles hold it. */
  holders = 0
  /** The handle that `echo.channel()` and its like hand out. */
  pinned: { unsubscribe(): void } | undefined
  /** Ends it, once nobody holds it. */
  lingering: ReturnType<typeof setTimeout> | undefined
  status: ChannelStatus = 'joining'
  /** Why it has failed. */
  error: EchoError | undefined
  readonly #context: TopicContext
  /** What was told last of that status: `here` comes before `subscribed`. */
  #told: symbol | undefined
  #subscription: Subscription
  #roster: Roster | undefined
  #missed: { readonly gap: Gap; readonly timer: ReturnType<typeof setTimeout> } | undefined

  constructor(name: ChannelName, context: TopicContext) {
    this.name = name
    this.#context = context
    this.listeners = new Emitter(context.report)
    this.#subscription = this.#subscribe()
  }

  get report(): Report {
    return this.#context.report
  }

  /** Whether a listener comes too late for what it wants to hear, and is told at once: with the `error`, if there is one. */
  late(event: string | symbol): boolean {
    return event === this.#told || (event === tells.here && this.#told === tells.subscribed)
  }

  /** What is known of everybody who is here, in the server's order; a new array each time. */
  infos(): unknown[] {
    return Array.from(this.#roster?.members.values() ?? [], ({ info }) => info)
  }

  /** Built when asked for, and kept until somebody comes or goes. */
  get presence(): Presence {
    const roster = this.#roster
    if (!roster) return nobody
    const { members, me = '' } = roster
    roster.shown ??= Object.freeze({
      members: Object.freeze(Array.from(members.values(), (member) => Object.freeze(member))),
      me: members.get(me),
      count: members.size,
    })
    return roster.shown
  }

  /** The same in the shape of pusher-js's `Members`. */
  membersView(): MembersView {
    const { members, me } = this.presence
    return membersView(members, me)
  }

  whisper(event: string, data: unknown): boolean {
    return this.#subscription.whisper(event, data)
  }

  /** Asks the server again after a failure. */
  retry(): void {
    if (this.status !== 'failed') return
    this.#subscription.unsubscribe()
    this.#enter('joining')
    this.#subscription = this.#subscribe()
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
        return this.#came(signal.member)
      case 'left':
        return this.#went(signal.member)
      case 'interrupted':
        clearTimeout(this.#missed?.timer)
        return this.#enter('joining')
      case 'problem':
      case 'failed': {
        const { error, type } = signal
        this.#context.trace?.('channel', error.message, this.name.wire)
        if (type === 'problem') return listeners.emit(tells.error, error)
        this.#enter('failed', error)
        listeners.emit('pusher:subscription_error', error)
        this.#tell('failed', tells.error)
      }
    }
  }

  #enter(status: ChannelStatus, error?: EchoError): void {
    const changes = status !== this.status
    this.status = status
    this.error = error
    this.#told = undefined
    if (changes) this.listeners.emit(tells.status, status)
  }

  // A listener that was told before may have disconnected, and then there is nothing more to tell.
  #tell(status: ChannelStatus, event: symbol): void {
    if (status !== this.status) return
    this.#told = event
    this.listeners.emit(event, this.error)
  }

  // The payload is opened for a listener only, and once for all of them.
  #event({ name, data, userId }: Signal & { type: 'event' }): void {
    const { listeners } = this
    const own = listeners.of(name)
    const all = listeners.of(tells.all)
    if (!own && !all) return
    const payload = data()
    const meta: EventMeta = { event: name, channel: this.name.wire, userId }
    listeners.emit(name, payload, meta, own)
    if (all && !name.startsWith('pusher:')) listeners.emit(tells.all, payload, meta)
  }

  #subscribed({ members, me, gap }: Signal & { type: 'subscribed' }): void {
    const { listeners } = this
    this.#enter('joined')
    this.#context.joined()
    if (gap && listeners.of(tells.missed)) this.#tellGap(gap)
    if (members) {
      this.#sync(members, me)
      this.#tell('joined', tells.here)
    }
    if (listeners.of(SUCCEEDED)) listeners.emit(SUCCEEDED, members ? this.membersView() : {})
    this.#tell('joined', tells.subscribed)
  }

  // Told late, and not at all while the connection is gone again: then the two gaps are one.
  #tellGap(gap: Gap): void {
    const missed = { ...gap, from: this.#missed?.gap.from ?? gap.from }
    const timer = setTimeout(() => {
      this.#missed = undefined
      this.listeners.emit(tells.missed, missed)
    }, Math.random() * MISSED_SPREAD)
    this.#missed = { gap: missed, timer }
  }

  #sync(list: readonly Member[], me: string | undefined): void {
    const members = new Map<string, Member>()
    for (const member of list.slice(0, MOST_MEMBERS)) members.set(member.id, member)
    const roster = (this.#roster ??= { members, me })
    const before = roster.members
    roster.members = members
    roster.me = me ?? roster.me
    this.#announce(roster)
    this.#tellOf(tells.leaving, before, members)
    this.#tellOf(tells.joining, members, before)
  }

  // Tells of those who are not among the others.
  #tellOf(event: symbol, members: Roster['members'], others: Roster['members']): void {
    for (const [id, member] of members) if (!others.has(id)) this.listeners.emit(event, member.info, member)
  }

  #came(member: Member): void {
    const roster = this.#roster
    const known = roster?.members.has(member.id)
    if (!roster || (!known && roster.members.size >= MOST_MEMBERS)) return
    roster.members.set(member.id, Object.freeze(member))
    this.#announce(roster)
    // A user's second tab is no second member: only what is known of them is renewed.
    if (!known) this.listeners.emit(tells.joining, member.info, member)
  }

  #went({ id }: Member): void {
    const roster = this.#roster
    const member = roster?.members.get(id)
    if (!roster || !member) return
    roster.members.delete(id)
    this.#announce(roster)
    this.listeners.emit(tells.leaving, member.info, member)
  }

  // Once per task: a browser runs microtasks between two messages, so a microtask would gather nothing.
  #announce(roster: Roster): void {
    roster.shown = undefined
    if (!this.listeners.of(tells.presence)) return
    roster.timer ??= setTimeout(() => {
      roster.timer = undefined
      this.listeners.emit(tells.presence, this.presence)
    })
  }
}
