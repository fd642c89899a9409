import type { Member } from '../contract'

/** Who is in a presence channel. Frozen; `me` is undefined until the server has answered. */
export interface Presence<Info = any> {
  readonly members: readonly Member<Info>[]
  readonly me: Member<Info> | undefined
  readonly count: number
}

/** Nobody is here, or nobody is known to be. */
export const nobody: Presence = Object.freeze({ members: Object.freeze([]), me: undefined, count: 0 })

/** A presence channel's members, as applications of pusher-js know them. */
export interface MembersView {
  readonly count: number
  readonly myID: string | undefined
  readonly me: Member | null
  readonly members: Record<string, unknown>
  get(id: string): Member | null
  each(callback: (member: Member) => void): void
}

/** The members in the shape of pusher-js's `Members`. */
export function membersView(members: readonly Member[], me: Member | undefined): MembersView {
  return {
    count: members.length,
    myID: me?.id,
    me: me ?? null,
    // Object.fromEntries defines properties, so that a user called `__proto__` is one like any other.
    members: Object.fromEntries(members.map(({ id, info }) => [id, info])),
    get: (id) => members.find((member) => member.id === String(id)) ?? null,
    each: (callback) => {
      for (const member of members) callback(member)
    },
  }
}
