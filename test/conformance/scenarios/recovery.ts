import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { ada, ben, cleo, eventually, joined, type Visitor } from '../stage'

/** What comes back after a loss, and what is told of it. */
export const recovery: readonly Scenario[] = [
  {
    name: 'after a loss every channel is back, its listeners hear each event once',
    async run(stage) {
      const visitor = await stage.connected()
      const heard: string[] = []
      const channels = [visitor.echo.channel('a'), visitor.echo.private('b'), visitor.echo.join('c')]
      for (const channel of channels)
        channel.listen('.Next', (n: number) => heard.push(`${n}`)).subscribed(() => heard.push(channel.name))
      await joined(...channels)
      await lose(visitor, () => stage.server.drop())
      await joined(...channels)
      for (const { name } of channels) stage.server.publish(name, 'Next', 1)
      await visitor.caughtUp()
      const names = ['a', 'presence-c', 'private-b']
      expect(heard.sort()).toEqual(['1', '1', '1', ...names.flatMap((name) => [name, name])])
      expect(visitor.auth.for('private-b').map(({ socketId }) => socketId)[1]).toBe(visitor.echo.socketId())
    },
  },
  {
    name: 'after a loss a channel is told what it may have missed, once, and not at its first join',
    async run(stage) {
      const visitor = await stage.connected()
      const gaps: unknown[] = []
      const began = Date.now()
      const channel = visitor.echo.private('orders').missed((gap) => gaps.push(gap))
      await joined(channel)
      await lose(visitor, () => stage.server.drop())
      await eventually(() => expect(gaps).toHaveLength(1))
      expect(gaps).toMatchObject([{ reason: 'connection-lost' }])
      const [{ from, to }] = gaps as [{ from: number; to: number }]
      expect(began <= from && from <= to && to <= Date.now()).toBe(true)
    },
  },
  {
    name: 'after a loss a room tells who went and who came meanwhile, then everybody',
    async run(stage) {
      const guest = stage.visitor(ben)
      await joined(guest.echo.join('room'))
      // The room lets Ada back in when it has changed.
      let changed = Promise.resolve()
      const visitor = await stage.connected(ada, {
        authorize: ({ channel, socketId }) => changed.then(() => stage.server.authorize(socketId, channel, ada)),
      })
      const told: unknown[] = []
      const room = visitor.echo
        .join('room')
        .here((users) => told.push(users.map(({ name }) => name)))
        .joining(({ name }) => told.push(`+${name}`))
        .leaving(({ name }) => told.push(`-${name}`))
      await joined(room)
      expect(told.splice(0)).toEqual([['Ben', 'Ada']])
      let change = () => {}
      changed = new Promise((resolve) => (change = resolve))
      visitor.connection.drop()
      await eventually(() => expect(room.status.get()).toBe('joining'))
      guest.echo.disconnect()
      await joined(stage.visitor(cleo).echo.join('room'))
      await visitor.connected()
      expect(room.presence.get().members.map(({ info }) => info.name)).toEqual(['Ben', 'Ada'])
      expect(told).toEqual([])
      change()
      await joined(room)
      expect(told).toEqual(['-Ben', '+Cleo', ['Cleo', 'Ada']])
    },
  },
  {
    name: 'when the server is restarted everybody comes back, and the room is whole',
    async run(stage) {
      const users = [ada, ben, cleo]
      const rooms = users.map((user) => stage.visitor(user).echo.join('room'))
      await joined(...rooms)
      await eventually(() => expect(rooms.map((room) => room.presence.get().count)).toEqual([3, 3, 3]))
      await stage.restart()
      await eventually(() => expect(stage.server.members('room')).toEqual([]))
      await eventually(() => expect(stage.server.members('presence-room')).toHaveLength(3))
      await joined(...rooms)
      await eventually(() => expect(rooms.map((room) => room.presence.get().count)).toEqual([3, 3, 3]))
    },
  },
  {
    name: 'disconnect() leaves nothing at the server; connect() brings the same channels back with their listeners',
    async run(stage) {
      const visitor = await stage.connected()
      const { echo } = visitor
      const heard: unknown[] = []
      const gaps: unknown[] = []
      const channel = echo.private('orders').listen('.Paid', (n: number) => heard.push(n))
      channel.missed(({ reason }) => gaps.push(reason))
      await joined(channel)
      echo.disconnect()
      expect([echo.connectionStatus(), echo.socketId(), channel.status.get()]).toEqual([
        'disconnected',
        undefined,
        'joining',
      ])
      await eventually(() => expect(stage.server.connections.size).toBe(0))
      echo.connect()
      expect(echo.connectionStatus()).toBe('connecting')
      expect(echo.private('orders')).toBe(channel)
      await joined(channel)
      stage.server.publish('private-orders', 'Paid', 1)
      await visitor.caughtUp()
      expect(heard).toEqual([1])
      await eventually(() => expect(gaps).toEqual(['disconnected']))
    },
  },
  ...([1001, 1011, 4100, 4200] as const).map(
    (code): Scenario => ({
      name: `a close with ${code} is a loss like any other`,
      async run(stage) {
        const visitor = await stage.connected()
        const channel = visitor.echo.private('orders')
        await joined(channel)
        await lose(visitor, () => stage.server.closeAll(code, 'for now'))
        await joined(channel)
      },
    }),
  ),
]

/** Waits until the connection was lost and is there again. */
async function lose(visitor: Visitor, act: () => void): Promise<void> {
  const before = visitor.echo.socketId()
  act()
  await eventually(() => expect([before, undefined]).not.toContain(visitor.echo.socketId()))
}
