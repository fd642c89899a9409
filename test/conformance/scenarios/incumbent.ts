import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { ada, ben, eventually, joined } from '../stage'

/** What applications of laravel-echo touch below Echo: `echo.connector`, and pusher-js or what stands in for it. */
export const incumbent: readonly Scenario[] = [
  {
    name: 'connector.pusher.connection tells its states as pusher-js does, and reconnecting beside them',
    async run(stage) {
      const { echo } = stage.visitor(ada, { autoConnect: false })
      const { connection } = echo.connector.pusher
      const told: string[] = []
      for (const state of ['connecting', 'connected', 'disconnected', 'unavailable', 'failed', 'reconnecting'])
        connection.bind(state, () => told.push(state))
      connection.bind('state_change', ({ previous, current }: any) => told.push(`${previous} > ${current}`))
      echo.connect()
      await eventually(() => expect(connection.state).toBe('connected'))
      expect(told.splice(0)).toEqual(expect.arrayContaining(['connecting', 'connecting > connected', 'connected']))
      stage.server.drop()
      await eventually(() => expect(told).toContain('connected'))
      const outage = ['connected > connecting', 'connecting', 'reconnecting', 'connecting > connected', 'connected']
      expect(told.splice(0).sort()).toEqual(outage.sort())
      echo.disconnect()
      expect(connection.state).toBe('disconnected')
      expect(told).toEqual(['connected > disconnected', 'disconnected'])
    },
  },
  {
    name: 'within connected, the socket id is there: in the event, on the connection and on Echo',
    async run(stage) {
      const { echo } = stage.visitor()
      const ids: unknown[] = []
      echo.connector.pusher.connection.bind('connected', (event: { socket_id: string }) =>
        ids.push(
          event.socket_id,
          echo.socketId(),
          echo.connector.socketId(),
          echo.connector.pusher.connection.socket_id,
        ),
      )
      await eventually(() => expect(ids).toHaveLength(4))
      const [id] = stage.server.connections.keys()
      expect(ids).toEqual([id, id, id, id])
      expect(echo.connector.pusher.connection.connection).not.toBe(null)
    },
  },
  {
    name: 'unbind() ends what bind() began',
    async run(stage) {
      const visitor = await stage.connected()
      const { connection } = visitor.echo.connector.pusher
      const told: string[] = []
      const [one, two] = ['one', 'two'].map((name) => () => told.push(name))
      connection.bind('connected', one)
      connection.bind('connected', two)
      connection.unbind('connected', one)
      stage.server.drop()
      await eventually(() => expect(told).toEqual(['two']))
    },
  },
  {
    name: 'an error within a connection is told to connection.bind("error"), and ends nothing',
    async run(stage) {
      const visitor = await stage.connected()
      const channel = visitor.echo.private('orders')
      await joined(channel)
      const errors: unknown[] = []
      visitor.echo.connector.pusher.connection.bind('error', (error: unknown) => errors.push(error))
      const data = { code: 4301, message: 'Rate limit exceeded' }
      visitor.connection.send({ event: 'pusher:error', data: JSON.stringify(data) })
      await eventually(() => expect(errors).toEqual([expect.objectContaining({ type: 'PusherError', data })]))
      expect(visitor.echo.connectionStatus()).toBe('connected')
      expect(channel.status.get()).toBe('joined')
    },
  },
  {
    name: 'a refused connection is told to connection.bind("error") with its code, and ends disconnected',
    server: { like: 'pusher', key: 'another' },
    async run(stage) {
      const { echo } = stage.visitor(ada, { autoConnect: false })
      const { connection } = echo.connector.pusher
      const codes: unknown[] = []
      connection.bind('error', (error: any) => codes.push(error.error?.data?.code ?? error.data?.code))
      echo.connect()
      await eventually(() => expect(connection.state).toBe('disconnected'))
      expect(codes).toContain(4001)
    },
  },
  {
    name: 'connector.pusher.disconnect() and connect() are those of Echo, and the channels come back',
    async run(stage) {
      const visitor = await stage.connected()
      const { echo } = visitor
      const heard: unknown[] = []
      const channel = echo.private('orders').listen('.Paid', (n: number) => heard.push(n))
      await joined(channel)
      echo.connector.pusher.disconnect()
      expect([echo.connectionStatus(), channel.status.get()]).toEqual(['disconnected', 'joining'])
      echo.connector.pusher.connect()
      await joined(channel)
      stage.server.publish('private-orders', 'Paid', 1)
      await eventually(() => expect(heard).toEqual([1]))
    },
  },
  {
    name: 'connector.channels has the channels by wire name until they are left',
    async run(stage) {
      const { echo } = stage.visitor()
      const [news, orders, room] = [echo.channel('news'), echo.private('orders'), echo.join('room')]
      expect(echo.connector.channels).toEqual({ news, 'private-orders': orders, 'presence-room': room })
      expect(echo.connector.channels['private-orders']).toBe(orders)
      echo.leave('orders')
      expect(Object.keys(echo.connector.channels)).toEqual(['news', 'presence-room'])
      for (const wire of Object.keys(echo.connector.channels)) echo.leave(wire)
      expect(Object.keys(echo.connector.channels)).toEqual([])
    },
  },
  {
    name: 'the connector’s own verbs give the same channels',
    async run(stage) {
      const { echo } = await stage.connected()
      const { connector } = echo
      expect(connector.channel('a')).toBe(echo.channel('a'))
      expect(connector.privateChannel('a')).toBe(echo.private('a'))
      expect(connector.presenceChannel('a')).toBe(echo.join('a'))
      expect(connector.listen('a', 'Published', () => {})).toBe(echo.channel('a'))
      expect(connector.connectionStatus()).toBe('connected')
      expect(connector.socketId()).toBe(echo.socketId())
      connector.leaveChannel('a')
      connector.leave('a')
      expect(connector.channels).toEqual({})
    },
  },
  {
    name: 'connector.pusher.channel(wire) binds to an event, to all, and unbinds',
    async run(stage) {
      const visitor = stage.visitor()
      const channel = visitor.echo.private('orders')
      await joined(channel)
      const raw = visitor.echo.connector.pusher.channel('private-orders')
      expect([raw.name, raw.subscribed]).toEqual(['private-orders', true])
      expect(visitor.echo.connector.pusher.channel('unheard-of')).toBe(undefined)
      const told: unknown[] = []
      const hear = (data: unknown) => told.push(data)
      const hearAll = (event: string, data: unknown) => told.push([event, data])
      raw.bind('Paid', hear).bind_global(hearAll)
      stage.server.publish('private-orders', 'Paid', { id: 1 })
      await visitor.caughtUp()
      expect(told.splice(0)).toEqual(expect.arrayContaining([{ id: 1 }, ['Paid', { id: 1 }]]))
      raw.unbind('Paid', hear).unbind_global(hearAll)
      stage.server.publish('private-orders', 'Paid', { id: 2 })
      await visitor.caughtUp()
      expect(told).toEqual([])
    },
  },
  {
    name: 'channel.subscription is that channel: it has members, and triggers client events',
    async run(stage) {
      const [mine, other] = [stage.visitor(ada), stage.visitor(ben)]
      const room = mine.echo.join('room')
      const heard: unknown[] = []
      const theirs = other.echo.join('room').listenForWhisper('typing', (data) => heard.push(data))
      await joined(room, theirs)
      await eventually(() => expect(room.presence.get().count).toBe(2))
      const { members } = room.subscription
      const names: string[] = []
      members.each(({ info }: { info: { name: string } }) => names.push(info.name))
      expect([members.count, members.me, names.sort()]).toEqual([2, { id: '1', info: { name: 'Ada' } }, ['Ada', 'Ben']])
      expect(room.subscription).toBe(mine.echo.connector.pusher.channel('presence-room'))
      expect(room.subscription.trigger('client-typing', { on: true })).toBe(true)
      await eventually(() => expect(heard).toEqual([{ on: true }]))
    },
  },
  {
    name: 'connector.pusher.subscribe(wire) hears raw events beside Echo, until unsubscribe(wire)',
    async run(stage) {
      const visitor = await stage.connected()
      const { pusher } = visitor.echo.connector
      const told: unknown[] = []
      pusher.subscribe('raw').bind('Paid', (data: unknown) => told.push(data))
      await eventually(() => expect(pusher.channel('raw').subscribed).toBe(true))
      stage.server.publish('raw', 'Paid', 1)
      await eventually(() => expect(told).toEqual([1]))
      pusher.unsubscribe('raw')
      await eventually(() => expect(stage.server.channels()).toEqual([]))
    },
  },
  {
    name: 'connector.pusher lists its channels, and binds to events of all of them',
    async run(stage) {
      const visitor = await stage.connected()
      const { pusher } = visitor.echo.connector
      await joined(visitor.echo.channel('a'), visitor.echo.private('b'))
      const names = ['a', 'private-b']
      expect(pusher.allChannels().map(({ name }: { name: string }) => name)).toEqual(names)
      expect(pusher.channels.all().map(({ name }: { name: string }) => name)).toEqual(names)
      expect(Object.keys(pusher.channels.channels)).toEqual(names)
      const told: unknown[] = []
      const hear = (data: unknown) => told.push(data)
      const hearAll = (event: string, data: unknown) => event === 'Paid' && told.push([event, data])
      pusher.bind('Paid', hear)
      pusher.bind_global(hearAll)
      for (const name of names) stage.server.publish(name, 'Paid', name)
      await visitor.caughtUp()
      expect(told.splice(0)).toEqual(expect.arrayContaining([...names, ...names.map((name) => ['Paid', name])]))
      pusher.unbind('Paid', hear)
      pusher.unbind_global(hearAll)
      stage.server.publish('a', 'Paid', 'a')
      await visitor.caughtUp()
      expect(told).toEqual([])
    },
  },
]
