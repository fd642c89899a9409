import type { Member } from '../contract'

/** Who came and who went between two lists. */
export interface Difference {
  readonly joined: readonly Member[]
  readonly left: readonly Member[]
}

/** A presence channel's members, as applications of pusher-js know them. */
export interface MembersView {
  readonly count: number
  readonly myID: string | undefined
  readonly me: Member | null
  readonly members: Record<string, unknown>
  get(id: string): Member | null
  each(callback: (member: Member) => void): void
}

/** Compares the members before and after an outage. Pure. */
export function difference(before: ReadonlyMap<string, Member>, after: ReadonlyMap<string, Member>): Difference {
  return {
    joined: [...after.values()].filter(({ id }) => !before.has(id)),
    left: [...before.values()].filter(({ id }) => !after.has(id)),
  }
}

/** The members in the shape of pusher-js's `Members`. */
export function membersView(members: ReadonlyMap<string, Member>, myID: string | undefined): MembersView {
  const get = (id: string) => members.get(String(id)) ?? null
  return {
    count: members.size,
    myID,
    me: myID === undefined ? null : get(myID),
    // Object.fromEntries defines properties, so that a user called `__proto__` is one like any other.
    members: Object.fromEntries([...members.values()].map(({ id, info }) => [id, info])),
    get,
    each: (callback) => members.forEach((member) => callback(member)),
  }
}
