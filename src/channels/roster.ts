import type { Emitter } from '../base/emitter'
import type { Member } from '../contract'
import { type MembersView, membersView, nobody, type Presence } from './members'
import * as tells from './tells'

type Members = Map<string, Member>

// Hostile lists are cut: nobody shows more people than this.
const MOST = 10_000

/** Keeps who is in a presence channel, and tells its listeners who comes and goes. */
export class Roster {
  readonly #listeners: Emitter
  /** `undefined` until the server has said. */
  #members: Members | undefined
  #me = ''
  #shown: Presence | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(listeners: Emitter) {
    this.#listeners = listeners
  }

  /** What is known of everybody who is here, in the server's order; a new array each time. */
  infos(): unknown[] {
    return Array.from(this.#members?.values() ?? [], ({ info }) => info)
  }

  /** Built when asked for, and kept until somebody comes or goes. */
  get presence(): Presence {
    const members = this.#members
    if (!members) return nobody
    this.#shown ??= Object.freeze({
      members: Object.freeze(Array.from(members.values(), (member) => Object.freeze(member))),
      me: members.get(this.#me),
      count: members.size,
    })
    return this.#shown
  }

  /** The same in the shape of pusher-js's `Members`. */
  view(): MembersView {
    const { members, me } = this.presence
    return membersView(members, me)
  }

  /** The server says who is here; whoever came or went since it last did is told of. */
  sync(list: readonly Member[], me = this.#me): void {
    const members: Members = new Map()
    for (const member of list.slice(0, MOST)) members.set(member.id, member)
    const before = this.#members ?? members
    this.#members = members
    this.#me = me
    this.#announce()
    this.#tell(tells.leaving, before, members)
    this.#tell(tells.joining, members, before)
  }

  came(member: Member): void {
    const members = this.#members
    const known = members?.has(member.id)
    if (!members || (!known && members.size >= MOST)) return
    members.set(member.id, Object.freeze(member))
    this.#announce()
    // A user's second tab is no second member: only what is known of them is renewed.
    if (!known) this.#listeners.emit(tells.joining, member.info, member)
  }

  went({ id }: Member): void {
    const member = this.#members?.get(id)
    if (!member) return
    this.#members?.delete(id)
    this.#announce()
    this.#listeners.emit(tells.leaving, member.info, member)
  }

  // Tells of those who are not among the others.
  #tell(event: symbol, members: Members, others: Members): void {
    for (const [id, member] of members) if (!others.has(id)) this.#listeners.emit(event, member.info, member)
  }

  // Once per task: a browser runs microtasks between two messages, so a microtask would gather nothing.
  #announce(): void {
    this.#shown = undefined
    if (this.#timer || !this.#listeners.get(tells.presence)) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#listeners.emit(tells.presence, this.presence)
    })
  }
}
