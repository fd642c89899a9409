import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { ada, ben, cleo, eventually, joined, type Visitor } from '../stage'

/** Who is in a room, for those who are. */
export const presence: readonly Scenario[] = [
  {
    name: 'here() lists everybody, oneself too, in the order of the server',
    async run(stage) {
      await enter(stage.visitor(cleo))
      await enter(stage.visitor(ada))
      const { here } = await enter(stage.visitor(ben))
      expect(here).toEqual([[{ name: 'Cleo' }, { name: 'Ada' }, { name: 'Ben' }]])
    },
  },
  {
    name: 'here() that comes late is called with who is here now',
    async run(stage) {
      const { room } = await enter(stage.visitor(ada))
      await enter(stage.visitor(ben))
      await eventually(() => expect(room.presence.get().count).toBe(2))
      const late: unknown[] = []
      room.here((users) => late.push(users))
      expect(late).toEqual([])
      await Promise.resolve()
      expect(late).toEqual([[{ name: 'Ada' }, { name: 'Ben' }]])
    },
  },
  {
    name: 'here() hands out an array of one’s own: applications push to it',
    async run(stage) {
      const { echo } = stage.visitor(ada)
      const lists: unknown[][] = []
      const room = echo.join('room').here((users) => lists.push(users))
      room.here((users) => lists.push(users))
      await joined(room)
      lists[0]?.push('pushed')
      expect(lists[1]).toEqual([{ name: 'Ada' }])
      expect(room.presence.get().members).toHaveLength(1)
    },
  },
  {
    name: 'joining() and leaving() are called for others, not for oneself',
    async run(stage) {
      const visitor = stage.visitor(ada)
      const { room, moves } = await enter(visitor)
      const members: unknown[] = []
      room.joining((_user, member) => members.push(member))
      const guest = await enter(stage.visitor(ben))
      await eventually(() => expect(moves).toEqual(['+Ben']))
      guest.echo.leave('room')
      await eventually(() => expect(moves).toEqual(['+Ben', '-Ben']))
      expect(members).toEqual([{ id: '2', info: { name: 'Ben' } }])
      expect(guest.moves).toEqual([])
    },
  },
  {
    name: 'a user whose connection breaks leaves the room',
    async run(stage) {
      const { moves } = await enter(stage.visitor(ada))
      const guest = stage.visitor(ben)
      await enter(guest)
      await eventually(() => expect(moves).toEqual(['+Ben']))
      guest.echo.disconnect()
      await eventually(() => expect(moves).toEqual(['+Ben', '-Ben']))
    },
  },
  {
    name: 'two tabs of one user are one member, who leaves with the last of them',
    async run(stage) {
      const visitor = stage.visitor(ada)
      const { room, moves } = await enter(visitor)
      const one = await enter(stage.visitor(ben))
      const two = await enter(stage.visitor(ben))
      expect(two.here).toEqual([[{ name: 'Ada' }, { name: 'Ben' }]])
      one.echo.leave('room')
      await eventually(() => expect(stage.server.channels()[0]?.subscriptions).toBe(2))
      await visitor.caughtUp()
      expect(moves).toEqual(['+Ben'])
      expect(room.presence.get().count).toBe(2)
      two.echo.leave('room')
      await eventually(() => expect(moves).toEqual(['+Ben', '-Ben']))
    },
  },
  {
    name: 'ids that are numbers keep the order of the server, and are told as text',
    async run(stage) {
      for (const id of [20, 3]) await enter(stage.visitor({ user_id: id, user_info: { name: `N${id}` } }))
      const { room, here, moves } = await enter(stage.visitor({ user_id: 10, user_info: { name: 'N10' } }))
      expect(here).toEqual([[{ name: 'N20' }, { name: 'N3' }, { name: 'N10' }]])
      expect(room.presence.get().members.map(({ id }) => id)).toEqual(['20', '3', '10'])
      expect(room.presence.get().me?.id).toBe('10')
      const guest = await enter(stage.visitor({ user_id: 1, user_info: { name: 'N1' } }))
      guest.echo.leave('room')
      await eventually(() => expect(moves).toEqual(['+N1', '-N1']))
    },
  },
  {
    name: 'presence keeps who is here: a frozen picture, and its subscribers are told of each change',
    async run(stage) {
      const { room } = await enter(stage.visitor(ada))
      const seen: number[] = []
      room.presence.subscribe(({ count }) => seen.push(count))
      const before = room.presence.get()
      expect(before).toEqual({
        members: [{ id: '1', info: { name: 'Ada' } }],
        me: { id: '1', info: { name: 'Ada' } },
        count: 1,
      })
      expect(Object.isFrozen(before) && Object.isFrozen(before.members)).toBe(true)
      const guest = await enter(stage.visitor(ben))
      await eventually(() => expect(seen).toEqual([2]))
      guest.echo.leave('room')
      await eventually(() => expect(seen).toEqual([2, 1]))
      expect(before.count).toBe(1)
    },
  },
  {
    name: 'members of whom nothing is known but their id are members',
    server: { like: 'pusher' },
    async run(stage) {
      const { room } = await enter(stage.visitor({ user_id: 'a' }))
      const infos: unknown[] = []
      room.joining((info) => infos.push(info ?? 'nothing'))
      const guest = await enter(stage.visitor({ user_id: 'b' }))
      await eventually(() => expect(infos).toEqual(['nothing']))
      expect(guest.room.presence.get().members.map(({ id }) => id)).toEqual(['a', 'b'])
    },
  },
  {
    name: 'joined by one holder already, another one gets the list at once',
    async run(stage) {
      const visitor = stage.visitor(ada)
      await enter(visitor)
      const { channel } = visitor.echo.lease('presence', 'room')
      const lists: unknown[] = []
      channel.here((users) => lists.push(users))
      await Promise.resolve()
      expect(lists).toEqual([[{ name: 'Ada' }]])
      expect(visitor.auth.requests).toHaveLength(1)
    },
  },
]

async function enter({ echo }: Visitor) {
  const here: unknown[] = []
  const moves: string[] = []
  const room = echo.join('room').here((users) => here.push(users))
  room.joining((user) => moves.push(`+${user?.name}`)).leaving((user) => moves.push(`-${user?.name}`))
  await joined(room)
  return { echo, room, here, moves }
}
