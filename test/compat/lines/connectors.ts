import { expect, vi } from 'vitest'
import type { Line } from '../line'

/** The connector, and what a channel of each kind has. */
export const connectors: readonly Line[] = [
  {
    says: 'options (defaults merged in; options.auth.headers is there unless the application gave an auth without it)',
    holds({ start }) {
      const { options } = start({ bearerToken: 'secret' }).connector
      expect(options).toMatchObject({
        broadcaster: 'reverb',
        key: 'app-key',
        namespace: 'App.Events',
        authEndpoint: '/broadcasting/auth',
        userAuthentication: { endpoint: '/broadcasting/user-auth' },
        auth: { headers: { Authorization: 'Bearer secret' } },
      })
      expect(start({ namespace: 'Mine', authEndpoint: '/auth' }).connector.options).toMatchObject({
        namespace: 'Mine',
        authEndpoint: '/auth',
        auth: { headers: {} },
      })
    },
  },
  {
    says: 'channels (plain object, key = wire name; entry gone after leaving)',
    holds({ start }) {
      const echo = start()
      const [channel, room] = [echo.private('a'), echo.join('a')]
      echo.channel('a')
      expect(Object.keys(echo.connector.channels).sort()).toEqual(['a', 'presence-a', 'private-a'])
      expect(echo.connector.channels['private-a']).toBe(channel)
      expect(Object.values(echo.connector.channels)).toContain(room)
      echo.leaveChannel('private-a')
      expect('private-a' in echo.connector.channels).toBe(false)
      expect(echo.connector.channels['private-a']).toBeUndefined()
    },
  },
  {
    says: 'connect, disconnect, channel, privateChannel, presenceChannel, listen, leave, leaveChannel, socketId, connectionStatus: all',
    async holds({ connected, server }) {
      const echo = await connected()
      const { connector } = echo
      expect(connector.channel('a')).toBe(echo.channel('a'))
      expect(connector.privateChannel('a')).toBe(echo.private('a'))
      expect(connector.presenceChannel('a')).toBe(echo.join('a'))
      expect(connector.listen('a', 'Event', () => {})).toBe(echo.channel('a'))
      connector.leaveChannel('private-a')
      expect(Object.keys(connector.channels)).toEqual(['a', 'presence-a'])
      connector.leave('a')
      expect(Object.keys(connector.channels)).toEqual([])
      const [id] = server.connections.keys()
      expect([connector.socketId(), connector.connectionStatus()]).toEqual([id, 'connected'])
      connector.disconnect()
      expect(connector.connectionStatus()).toBe('disconnected')
      expect(() => connector.connect()).not.toThrow()
    },
  },
  {
    says: 'onConnectionChange(cb) → undo: all',
    differs: ['`connector.onConnectionChange(callback)`'],
    async holds({ start, settle, either }) {
      const { connector } = start()
      const told: string[] = []
      const undo = connector.onConnectionChange((status: string) => told.push(status))
      await settle()
      expect(told).toEqual(either(['connected', 'connected'], ['connected']))
      connector.disconnect()
      expect(told.slice(either(2, 1))).toEqual(either(['disconnected', 'disconnected'], ['disconnected']))
      const { length } = told
      undo()
      connector.connect()
      await settle()
      expect(told).toHaveLength(length)
    },
  },
  {
    says: 'encryptedPrivateChannel: pusher kinds, null',
    holds({ start, encrypting }) {
      const echo = encrypting()
      const channel = echo.encryptedPrivate('a')
      expect(channel.name).toBe('private-encrypted-a')
      expect(echo.connector.encryptedPrivateChannel('a')).toBe(channel)
      expect(
        start({ broadcaster: 'null' })
          .connector.encryptedPrivateChannel('a')
          .listen('Event', () => {}),
      ).toBeTypeOf('object')
    },
  },
  {
    says: 'pusher (the pusher-js instance), signin(): reverb, pusher, ably',
    differs: ['without pusher-js'],
    async holds({ client, connected, either }) {
      const { connector } = await connected({ userAuthentication: { endpoint: '/user-auth', headers: {} } })
      expect(connector.pusher.connection.state).toBe('connected')
      if (client.Pusher) expect(connector.pusher).toBeInstanceOf(client.Pusher)
      expect(connector.signin).toBeTypeOf('function')
      for (const broadcaster of ['pusher', 'ably'])
        expect((await connected({ broadcaster, cluster: 'mt1' })).connector.pusher.connection.state).toBe('connected')
      vi.stubGlobal('Pusher', undefined)
      if (either(true, false)) await expect(connected()).rejects.toThrow('Pusher client not found')
      else expect((await connected()).connectionStatus()).toBe('connected')
    },
  },
  {
    says: 'notificationCreatedEvent, subscribe(), unsubscribe(); name (wire), options, eventFormatter: all; not null',
    async holds({ connected, settle, server }) {
      const channel = (await connected()).private('a')
      expect(channel.notificationCreatedEvent).toBe('.Illuminate\\Notifications\\Events\\BroadcastNotificationCreated')
      expect(channel.name).toBe('private-a')
      expect(channel.options).toMatchObject({ key: 'app-key', auth: { headers: {} } })
      expect(channel.eventFormatter.format('Paid')).toBe('App\\Events\\Paid')
      channel.subscribe()
      await settle()
      expect(server.channels()).toHaveLength(1)
      channel.unsubscribe()
      await settle(400)
      expect(server.channels()).toEqual([])
    },
  },
  {
    says: 'listen, stopListening(event, cb?), on(wireEvent, cb), subscribed(cb), error(cb), notification(cb), stopListeningForNotification(cb), listenForWhisper, stopListeningForWhisper(event, cb?) → the channel: all',
    async holds({ connected, settle, publish }) {
      const echo = await connected()
      for (const kind of ['channel', 'private', 'join']) {
        const channel = echo[kind]('a')
        const [event, raw, notification, whisper] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()]
        const [accepted, refused] = [vi.fn(), vi.fn()]
        expect(channel.listen('Paid', event).on('paid', raw)).toBe(channel)
        expect(channel.notification(notification).listenForWhisper('typing', whisper)).toBe(channel)
        expect(channel.subscribed(accepted).error(refused)).toBe(channel)
        await settle()
        const told = async () => {
          await publish(channel.name, 'App\\Events\\Paid', {})
          await publish(channel.name, 'paid', {})
          await publish(channel.name, channel.notificationCreatedEvent.slice(1), {})
          await publish(channel.name, 'client-typing', {})
          return [event, raw, notification, whisper].map(({ mock }) => mock.calls.length)
        }
        expect(await told()).toEqual([1, 1, 1, 1])
        expect(channel.stopListening('Paid', event).stopListeningForNotification(notification)).toBe(channel)
        expect(channel.stopListeningForWhisper('typing', whisper)).toBe(channel)
        expect(await told()).toEqual([1, 2, 1, 1])
        expect(channel.stopListening('.paid').stopListeningForWhisper('typing')).toBe(channel)
        expect(await told()).toEqual([1, 2, 1, 1])
        expect(accepted).toHaveBeenCalledOnce()
        expect(refused).not.toHaveBeenCalled()
      }
    },
  },
  {
    says: 'listenToAll(cb), stopListeningToAll(cb?) → the channel: pusher kinds',
    async holds({ connected, settle, publish }) {
      const channel = (await connected()).private('a')
      const [one, two] = [vi.fn(), vi.fn()]
      expect(channel.listenToAll(one).listenToAll(two)).toBe(channel)
      await settle()
      const told = async () => {
        await publish('private-a', 'App\\Events\\Paid', { id: 1 })
        return [one, two].map(({ mock }) => mock.calls.length)
      }
      expect(await told()).toEqual([1, 1])
      expect(one).toHaveBeenLastCalledWith('Paid', { id: 1 })
      channel.stopListening('Paid')
      expect(await told()).toEqual([2, 2])
      expect(channel.stopListeningToAll()).toBe(channel)
      expect(await told()).toEqual([2, 2])
    },
  },
  {
    says: 'stopListeningToAll(cb) with the function that was handed to listenToAll',
    differs: ['`stopListeningToAll(callback)`'],
    async holds({ connected, settle, publish, either }) {
      const channel = (await connected()).private('a')
      const heard = vi.fn()
      channel.listenToAll(heard).stopListeningToAll(heard)
      await settle()
      await publish('private-a', 'App\\Events\\Paid', {})
      expect(heard).toHaveBeenCalledTimes(either(1, 0))
    },
  },
  {
    says: 'whisper(event, data) → the channel: private, presence (on encrypted present, always fails)',
    async holds({ connected, settle, whispers, encrypting }) {
      const echo = await connected()
      for (const channel of [echo.private('a'), echo.join('a')]) {
        await settle()
        expect(channel.whisper('typing', { on: true })).toBe(channel)
        await settle()
        expect(whispers().at(-1)).toEqual({ event: 'client-typing', channel: channel.name, data: { on: true } })
      }
      const encrypted = encrypting().encryptedPrivate('a')
      expect(encrypted.whisper).toBeTypeOf('function')
      await settle()
      expect(() => encrypted.whisper('typing', {})).toThrow(/encrypted/)
    },
  },
  {
    says: 'here, joining, leaving → the channel: presence',
    async holds({ connected, visitor, settle }) {
      const told: unknown[] = []
      const echo = await connected()
      const room = echo.join('room')
      const hear = (what: string) => (users: unknown) => told.push([what, users])
      expect(room.here(hear('here')).joining(hear('joining')).leaving(hear('leaving'))).toBe(room)
      await settle()
      const ben = visitor({ user_id: '2', user_info: { name: 'Ben' } })
      ben.join('room')
      await settle()
      ben.disconnect()
      await settle()
      expect(told).toEqual([
        ['here', [{ name: 'Ada' }]],
        ['joining', { name: 'Ben' }],
        ['leaving', { name: 'Ben' }],
      ])
    },
  },
  {
    says: "pusher, subscription (pusher-js's channel): pusher kinds",
    async holds({ connected, settle }) {
      const echo = await connected()
      const channel = echo.private('a')
      await settle()
      expect(channel.pusher === echo.connector.pusher).toBe(true)
      expect(channel.subscription).toBe(echo.connector.pusher.channel('private-a'))
      expect(channel.subscription).toMatchObject({ name: 'private-a', subscribed: true })
    },
  },
]
