import { expect, vi } from 'vitest'
import type { Line } from '../line'

/** What applications touch of channels below Echo. */
export const channelPaths: readonly Line[] = [
  {
    says: 'Echo.connector.channels (keys, [wire], loop with Echo.leave(key)): "already joined?", clean-up',
    async holds({ connected, settle, server }) {
      const echo = await connected()
      const join = () => [echo.channel('a'), echo.private('a'), echo.join('b'), echo.private('c')]
      join()
      await settle()
      const { channels } = echo.connector
      expect(Object.keys(channels).sort()).toEqual(['a', 'presence-b', 'private-a', 'private-c'])
      expect(!!channels['private-a'] && !channels['private-z']).toBe(true)
      expect('presence-b' in channels && !('presence-z' in channels)).toBe(true)
      expect(channels.hasOwnProperty('private-c') && !channels.hasOwnProperty('private-z')).toBe(true)
      for (const key in echo.connector.channels) echo.leave(key)
      expect(Object.keys(echo.connector.channels)).toEqual([])
      join()
      for (const key of Object.keys(echo.connector.channels)) echo.leaveChannel(key)
      expect(Object.keys(echo.connector.channels)).toEqual([])
      join()
      for (const { name } of Object.values<any>(echo.connector.channels)) echo.leave(name)
      expect(Object.keys(echo.connector.channels)).toEqual([])
      await settle(400)
      expect(server.channels()).toEqual([])
    },
  },
  {
    says: 'a loop over Echo.connector.channels sees what is left on the way',
    async holds({ connected }) {
      const echo = await connected()
      for (const name of ['a', 'b']) echo.channel(name)
      const { channels } = echo.connector
      const seen: unknown[] = []
      for (const key in channels) {
        seen.push(key)
        echo.leaveAllChannels()
      }
      expect(seen).toEqual(['a'])
      expect(Object.keys(channels)).toEqual([])
      echo.channel('c')
      expect(Object.keys(channels)).toEqual(['c'])
    },
  },
  {
    says: 'Echo.connector.pusher.subscribe(wire) → .bind(event, cb), .unbind; .unsubscribe(wire): raw events beside Echo',
    async holds({ connected, settle, publish, server }) {
      const { pusher } = (await connected()).connector
      const [one, two] = [vi.fn(), vi.fn()]
      const channel = pusher.subscribe('raw')
      channel.bind('paid', one)
      channel.bind('paid', two)
      await settle()
      await publish('raw', 'paid', { id: 1 })
      expect(one.mock.calls[0]![0]).toEqual({ id: 1 })
      channel.unbind('paid', one)
      await publish('raw', 'paid', { id: 2 })
      expect([one, two].map(({ mock }) => mock.calls.length)).toEqual([1, 2])
      pusher.unsubscribe('raw')
      await settle(400)
      expect(server.channels()).toEqual([])
      await publish('raw', 'paid', { id: 3 })
      expect(two).toHaveBeenCalledTimes(2)
    },
  },
  {
    says: "Echo.connector.pusher.channel(wire) → .subscribed, .bind, .bind_global, .trigger('client-x', data), .members",
    async holds({ connected, settle, publish, whispers }) {
      const echo = await connected()
      const { pusher } = echo.connector
      expect(pusher.channel('presence-room')).toBeUndefined()
      echo.join('room')
      const channel = pusher.channel('presence-room')
      expect(channel.subscribed).toBe(false)
      await settle()
      expect(channel.subscribed).toBe(true)
      const [event, all] = [vi.fn(), vi.fn()]
      channel.bind('paid', event)
      channel.bind_global(all)
      await publish('presence-room', 'paid', { id: 1 })
      expect(event.mock.calls[0]![0]).toEqual({ id: 1 })
      expect(all.mock.calls[0]!.slice(0, 2)).toEqual(['paid', { id: 1 }])
      expect(channel.trigger('client-x', { on: true })).toBe(true)
      await settle()
      expect(whispers()).toMatchObject([{ event: 'client-x', channel: 'presence-room', data: { on: true } }])
      expect(channel.members).toMatchObject({ count: 1, me: { id: '1', info: { name: 'Ada' } } })
    },
  },
  {
    says: 'Echo.connector.pusher.channels.channels, .channels.all(), .allChannels() (objects with name): debugging, leave all',
    async holds({ connected, settle, server }) {
      const echo = await connected()
      const { pusher } = echo.connector
      echo.channel('a')
      echo.private('b')
      await settle()
      const names = ['a', 'private-b']
      expect(Object.keys(pusher.channels.channels)).toEqual(names)
      expect(pusher.channels.channels['private-b'].name).toBe('private-b')
      expect(pusher.channels.all().map(({ name }: { name: string }) => name)).toEqual(names)
      expect(pusher.allChannels().map(({ name }: { name: string }) => name)).toEqual(names)
      pusher.allChannels().forEach(({ name }: { name: string }) => echo.leaveChannel(name))
      await settle(400)
      expect(pusher.allChannels()).toHaveLength(0)
      expect(server.channels()).toEqual([])
    },
  },
  {
    says: 'Echo.connector.pusher.bind(event, cb), .bind_global(cb), .unbind_global(cb): events of every channel',
    async holds({ connected, settle, publish }) {
      const echo = await connected()
      const { pusher } = echo.connector
      const [event, all] = [vi.fn(), vi.fn()]
      echo.channel('a')
      echo.private('b')
      await settle()
      pusher.bind('paid', event)
      pusher.bind_global(all)
      await publish('a', 'paid', { id: 1 })
      await publish('private-b', 'paid', { id: 2 })
      expect(event.mock.calls.map(([data]) => data)).toEqual([{ id: 1 }, { id: 2 }])
      expect(all.mock.calls.map((args) => args.slice(0, 2))).toEqual([
        ['paid', { id: 1 }],
        ['paid', { id: 2 }],
      ])
      pusher.unbind_global(all)
      pusher.unbind('paid', event)
      await publish('a', 'paid', { id: 3 })
      expect([event, all].map(({ mock }) => mock.calls.length)).toEqual([2, 2])
    },
  },
  {
    says: 'beside the list: Echo.connector.pusher.send_event(event, data, wire?), .key, .channels.find(wire), .connection.options',
    async holds({ connected, settle, server }) {
      const { pusher } = (await connected()).connector
      expect(pusher.key).toBe('app-key')
      expect(pusher.connection.options).toBeTypeOf('object')
      expect(pusher.channels.find('news')).toBeUndefined()
      expect(pusher.subscribe('news')).toBe(pusher.channels.find('news'))
      expect(pusher.send_event('SendMessage', { text: 'Hello' }, 'private-chat')).toBe(true)
      expect(pusher.send_event('hi', 'there')).toBe(true)
      await settle()
      const [connection] = server.connections.values()
      expect(connection!.received.slice(-2)).toEqual([
        { event: 'SendMessage', data: { text: 'Hello' }, channel: 'private-chat' },
        { event: 'hi', data: 'there' },
      ])
      pusher.disconnect()
      expect(pusher.send_event('hi', 'there')).toBe(false)
    },
  },
  {
    says: "channel.on('pusher:subscription_succeeded' | 'pusher:subscription_error', cb): ready, refused",
    async holds({ auth, connected, settle }) {
      auth.reply = ({ channel }) => (channel === 'private-b' ? { status: 403 } : 'grant')
      const echo = await connected()
      const [ready, refused] = [vi.fn(), vi.fn()]
      echo.private('a').on('pusher:subscription_succeeded', ready).on('pusher:subscription_error', refused)
      echo.private('b').on('pusher:subscription_succeeded', ready).on('pusher:subscription_error', refused)
      await settle()
      expect(ready).toHaveBeenCalledOnce()
      expect(refused).toHaveBeenCalledOnce()
      expect(refused.mock.calls[0]![0]).toMatchObject({ type: 'AuthError', status: 403 })
    },
  },
  {
    says: "presence: channel.on('pusher:subscription_succeeded', cb(members)) with count, me, members, each",
    async holds({ connected, settle }) {
      const told: any[] = []
      ;(await connected()).join('room').on('pusher:subscription_succeeded', (members: unknown) => told.push(members))
      await settle()
      const [members] = told
      const each = vi.fn()
      members.each(each)
      const ada = { id: '1', info: { name: 'Ada' } }
      expect(members).toMatchObject({ count: 1, me: ada, myID: '1', members: { 1: ada.info } })
      expect(members.get('1')).toEqual(ada)
      expect(each.mock.calls[0]![0]).toEqual(ada)
    },
  },
  {
    says: 'channel.subscription.bind/unbind, .subscribed, .members.count/me/each, .trigger: raw access',
    async holds({ connected, settle, publish, whispers }) {
      const room = (await connected()).join('room')
      const heard = vi.fn()
      room.subscription.bind('paid', heard)
      expect(room.subscription.subscribed).toBe(false)
      await settle()
      expect(room.subscription.subscribed).toBe(true)
      await publish('presence-room', 'paid', { id: 1 })
      expect(heard.mock.calls[0]![0]).toEqual({ id: 1 })
      room.subscription.unbind('paid', heard)
      await publish('presence-room', 'paid', { id: 2 })
      expect(heard).toHaveBeenCalledOnce()
      const names: string[] = []
      room.subscription.members.each(({ info }: { info: { name: string } }) => names.push(info.name))
      expect([room.subscription.members.count, room.subscription.members.me.id, names]).toEqual([1, '1', ['Ada']])
      expect(room.subscription.trigger('client-typing', { on: true })).toBe(true)
      await settle()
      expect(whispers()).toHaveLength(1)
    },
  },
  {
    says: "Echo[type](channel).listen/stopListening, Echo.join(channel)[here|joining|leaving](cb), private(channel).stopListening('.Illuminate…'), socketId(): every Livewire page with Echo",
    async holds({ connected, visitor, settle, publish }) {
      const echo = await connected()
      const told: unknown[] = []
      const heard = vi.fn()
      const notification = '.Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'
      echo['private']('a').listen('.Paid', heard)
      echo['private']('a').stopListening(notification)
      echo.private('a').notification(heard)
      for (const verb of ['here', 'joining', 'leaving'])
        echo.join('room')[verb]((users: unknown) => told.push([verb, users]))
      await settle()
      const ben = visitor({ user_id: '2', user_info: { name: 'Ben' } })
      ben.join('room')
      await settle()
      ben.disconnect()
      await publish('private-a', 'Paid', {})
      await publish('private-a', notification.slice(1), { id: 1 })
      expect(heard).toHaveBeenCalledTimes(2)
      expect(told).toEqual([
        ['here', [{ name: 'Ada' }]],
        ['joining', { name: 'Ben' }],
        ['leaving', { name: 'Ben' }],
      ])
      expect(echo.socketId()).toMatch(/^\d+\.\d+$/)
    },
  },
  {
    says: "window.Pusher = Pusher, Pusher.logToConsole = true, options client, Pusher, encrypted, disableStats, cluster: 'mt1'",
    differs: ['`encrypted: false`, without `forceTLS`'],
    async holds({ client, connected, sockets, either }) {
      const { Pusher } = client
      if (Pusher) {
        vi.spyOn(console, 'log').mockImplementation(() => {})
        Pusher.logToConsole = true
        Pusher.logToConsole = false
        const options = { cluster: 'mt1', wsHost: 'localhost', forceTLS: false, enabledTransports: ['ws' as const] }
        const own = new Pusher('app-key', options)
        const handed = await connected({ client: own })
        expect(handed.connector.pusher).toBe(own)
        expect(handed.connectionStatus()).toBe('connected')
        vi.stubGlobal('Pusher', undefined)
        expect((await connected({ Pusher })).connector.pusher).toBeInstanceOf(Pusher)
        vi.stubGlobal('Pusher', Pusher)
      }
      await connected({ broadcaster: 'pusher', cluster: 'mt1', wsHost: undefined, disableStats: true, forceTLS: true })
      expect(sockets.at(-1)).toContain('wss://ws-mt1.pusher.com')
      await connected({ encrypted: true, forceTLS: undefined, wsHost: 'ws.test' })
      expect(sockets.at(-1)).toMatch(/^wss:/)
      await connected({ encrypted: false, forceTLS: undefined, wsHost: 'ws.test' })
      expect(sockets.at(-1)).toMatch(either(/^wss:/, client.Pusher ? /^wss:/ : /^ws:/))
    },
  },
]
