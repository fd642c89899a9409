import { Emitter } from '../base/emitter'
import type { Report } from '../base/report'
import type { Trace } from '../base/trace'
import type { ChannelName, Connector, EventMeta, Gap, Member, Signal, Subscription } from '../contract'
import type { EchoError } from '../errors'
import { type MembersView, membersView } from './members'

/** `left`: its holder gave it up, and nothing of it will ever be called again. */
export type ChannelStatus = 'joining' | 'joined' | 'failed' | 'left'

/** Who is in a presence channel. Frozen; `me` is undefined until the server has answered. */
export interface Presence<Info = any> {
  readonly members: readonly Member<Info>[]
  readonly me: Member<Info> | undefined
  readonly count: number
}

/** What a topic tells its listeners beside events; symbols, because a server may call an event anything. */
export const tells = {
  all: Symbol('all'),
  subscribed: Symbol('subscribed'),
  error: Symbol('error'),
  missed: Symbol('missed'),
  here: Symbol('here'),
  joining: Symbol('joining'),
  leaving: Symbol('leaving'),
  presence: Symbol('presence'),
  status: Symbol('status'),
} as const

/** What topics share. */
export interface TopicContext {
  readonly connector: Connector
  readonly report: Report
  readonly trace: Trace
  readonly joined: (topic: Topic) => void
}

/** Who is in a presence channel, and what was last shown of it. */
interface Roster {
  readonly members: Map<string, Member>
  readonly me: string | undefined
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
  readonly #wire: string
  readonly #context: TopicContext
  /** Its status or, when it has failed, why. */
  #state: 'joining' | 'joined' | 'left' | EchoError = 'joining'
  /** What was told last of that status: `here` comes before `subscribed`. */
  #told: symbol | undefined
  #subscription: Subscription
  #roster: Roster | undefined
  #missed: { gap: Gap; timer?: ReturnType<typeof setTimeout> } | undefined

  constructor(name: ChannelName, context: TopicContext) {
    this.name = name
    this.#wire = name.wire
    this.#context = context
    this.listeners = new Emitter(context.report)
    this.#subscription = this.#subscribe()
  }

  get report(): Report {
    return this.#context.report
  }

  get status(): ChannelStatus {
    return typeof this.#state === 'string' ? this.#state : 'failed'
  }

  get error(): EchoError | undefined {
    return typeof this.#state === 'string' ? undefined : this.#state
  }

  /** What a listener that comes late is told at once; `undefined`: its turn is still to come. */
  late(event: string | symbol): { readonly value: unknown } | undefined {
    const told = event === this.#told || (event === tells.here && this.#told === tells.subscribed)
    return told ? { value: this.error } : undefined
  }

  /** Built when asked for, and kept until somebody comes or goes. */
  get presence(): Presence {
    const roster = this.#roster
    if (!roster) return nobody
    const { members, me } = roster
    roster.shown ??= Object.freeze({
      members: Object.freeze([...members.values()]),
      me: me === undefined ? undefined : members.get(me),
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
    if (!this.error) return
    this.#subscription.unsubscribe()
    this.#enter('joining')
    this.#subscription = this.#subscribe()
  }

  /** Leaves the server's channel for good. */
  end(): void {
    clearTimeout(this.#roster?.timer)
    clearTimeout(this.#missed?.timer)
    this.#state = 'left'
    this.#subscription.unsubscribe()
  }

  #subscribe(): Subscription {
    return this.#context.connector.subscribe(this.name, this.#receive.bind(this))
  }

  #receive(signal: Signal): void {
    switch (signal.type) {
      case 'event':
        return this.#event(signal)
      case 'subscribed':
        return this.#subscribed(signal)
      case 'joined':
      case 'left':
        return this.#moved(signal.type, signal.member)
      case 'interrupted':
        clearTimeout(this.#missed?.timer)
        return this.#enter('joining')
      case 'problem':
        this.#context.trace?.('channel', signal.error.message, this.#wire)
        return this.listeners.emit(tells.error, signal.error)
      case 'failed':
        this.#context.trace?.('channel', signal.error.message, this.#wire)
        this.#enter(signal.error)
        this.listeners.emit('pusher:subscription_error', signal.error)
        return this.#tell(tells.error, signal.error)
    }
  }

  #enter(state: 'joining' | 'joined' | EchoError): void {
    const before = this.status
    this.#state = state
    this.#told = undefined
    if (this.status !== before) this.listeners.emit(tells.status, this.status)
  }

  // A listener that was told before may have disconnected, and then there is nothing more to tell.
  #tell(event: symbol, value?: unknown): void {
    if (this.status !== (value ? 'failed' : 'joined')) return
    this.#told = event
    this.listeners.emit(event, value)
  }

  // The payload is opened for a listener only, and once for all of them.
  #event({ name, data, userId }: Signal & { type: 'event' }): void {
    const { listeners } = this
    const own = listeners.of(name)
    const all = listeners.of(tells.all)
    if (!own && !all) return
    const payload = data()
    const meta: EventMeta = { event: name, channel: this.#wire, userId }
    listeners.emit(name, payload, meta, own)
    if (all && !name.startsWith('pusher:')) listeners.emit(tells.all, payload, meta)
  }

  #subscribed({ members, me, gap }: Signal & { type: 'subscribed' }): void {
    const { listeners } = this
    this.#enter('joined')
    this.#context.joined(this)
    if (gap && listeners.of(tells.missed)) this.#tellGap(gap)
    if (members) this.#sync(members, me)
    if (members) this.#tell(tells.here)
    if (listeners.of(SUCCEEDED)) listeners.emit(SUCCEEDED, members ? this.membersView() : {})
    this.#tell(tells.subscribed)
  }

  // Told late, and not at all while the connection is gone again: then the two gaps are one.
  #tellGap(gap: Gap): void {
    clearTimeout(this.#missed?.timer)
    const missed = { ...gap, from: this.#missed?.gap.from ?? gap.from }
    const timer = setTimeout(() => {
      this.#missed = undefined
      this.listeners.emit(tells.missed, missed)
    }, Math.random() * MISSED_SPREAD)
    this.#missed = { gap: missed, timer }
  }

  #sync(list: readonly Member[], me: string | undefined): void {
    const before = this.#roster
    const members = new Map(list.slice(0, MOST_MEMBERS).map((member) => [member.id, Object.freeze(member)]))
    this.#roster = { ...before, members, me: me ?? before?.me }
    this.#announce()
    if (!before) return
    for (const member of before.members.values())
      if (!members.has(member.id)) this.listeners.emit(tells.leaving, member.info, member)
    for (const member of members.values())
      if (!before.members.has(member.id)) this.listeners.emit(tells.joining, member.info, member)
  }

  #moved(type: 'joined' | 'left', member: Member): void {
    const members = this.#roster?.members
    const known = members?.get(member.id)
    if (!members || (type === 'left' ? !known : !known && members.size >= MOST_MEMBERS)) return
    if (type === 'left') members.delete(member.id)
    else members.set(member.id, Object.freeze(member))
    this.#announce()
    // A user's second tab is no second member: only what is known of them is renewed.
    if (type === 'left') this.listeners.emit(tells.leaving, known?.info, known)
    else if (!known) this.listeners.emit(tells.joining, member.info, member)
  }

  // Once per task: a browser runs microtasks between two messages, so a microtask would gather nothing.
  #announce(): void {
    const roster = this.#roster
    if (!roster) return
    roster.shown = undefined
    if (!this.listeners.of(tells.presence)) return
    roster.timer ??= setTimeout(() => {
      if (this.#roster) this.#roster.timer = undefined
      this.listeners.emit(tells.presence, this.presence)
    })
  }
}
