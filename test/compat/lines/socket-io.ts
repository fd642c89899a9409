import { io } from 'socket.io-client'
import { expect } from 'vitest'
import type { Line } from '../line'
import type { SocketIoApplication } from '../socket-io-application'

/** What is said of socket.io. */
export const socketIo: readonly Line<SocketIoApplication>[] = [
  {
    says: 'encryptedPrivate throws on socket.io',
    holds({ start }) {
      expect(() => start().encryptedPrivate('a')).toThrow(/does not support encrypted|no encrypted/)
    },
  },
  {
    says: 'socket (the socket.io socket), getSocketIO(): socket.io; pusher is absent there, socket absent elsewhere',
    holds({ start, module }) {
      const { connector } = start()
      expect(connector.socket.io).toBeTypeOf('object')
      expect(connector.getSocketIO()).toBe(io)
      expect('pusher' in connector || connector.pusher).toBeFalsy()
      const none = new module.default({ broadcaster: 'null' }).connector
      expect('socket' in none || none.socket).toBeFalsy()
    },
  },
  {
    says: 'Echo.connector.socket.on/off/emit, .id, .connected: status, own events',
    async holds({ start, place, eventually }) {
      const echo = start()
      const { socket } = echo.connector
      const told: string[] = []
      const hear = (what: string) => () => told.push(what)
      const off = hear('off')
      socket.on('connect', off)
      socket.off('connect', off)
      socket.on('connect', hear('connect'))
      socket.on('disconnect', hear('disconnect'))
      socket.on('greeting', (name: string) => told.push(name))
      expect(socket.connected).toBe(false)
      await eventually(() => socket.connected)
      expect(socket.id).toBe(echo.socketId())
      const theirs = place.sockets.get(socket.id)!
      theirs.on('hello', (name: string) => theirs.emit('greeting', `Hello ${name}`))
      socket.emit('hello', 'Ada')
      await eventually(() => told.length === 2)
      echo.disconnect()
      await eventually(() => !socket.connected)
      expect(told).toEqual(['connect', 'Hello Ada', 'disconnect'])
    },
  },
  {
    says: 'bearerToken ends up in auth.headers, for socket.io too (sent with every subscribe)',
    async holds({ start, place, eventually }) {
      const echo = start({ bearerToken: 'Ada', auth: { headers: { 'X-Team': '7' } } })
      expect(echo.connector.options.auth.headers.Authorization).toBe('Bearer Ada')
      echo.private('a')
      await eventually(() => place.application.about('private-a').length === 1)
      echo.connector.options.auth.headers.Authorization = 'Bearer Ben'
      echo.private('b')
      await eventually(() => place.application.about('private-b').length === 1)
      const [first] = place.application.about('private-a')
      const [second] = place.application.about('private-b')
      expect(first!.headers).toMatchObject({ authorization: 'Bearer Ada', 'x-team': '7' })
      expect(second!.headers).toMatchObject({ authorization: 'Bearer Ben', 'x-team': '7' })
    },
  },
  {
    says: 'All options go on to io(host, options)',
    holds({ start, place }) {
      const asked: unknown[][] = []
      const client = (...args: Parameters<typeof io>) => {
        asked.push(args)
        return io(...args)
      }
      start({ client, transports: ['websocket'], path: '/ws', reconnectionAttempts: 3 })
      const [[host, options]] = asked as [[string, object]]
      expect(host).toBe(place.url)
      expect(options).toMatchObject({ transports: ['websocket'], path: '/ws', reconnectionAttempts: 3 })
    },
  },
  {
    says: 'socket, on, listen, notification, whisper, here, joining, leaving of a channel: socket.io',
    async holds({ connected, place, joined, eventually }) {
      const echo = await connected()
      const told: unknown[] = []
      const hear = (what: string) => (data: unknown) => told.push([what, data])
      const room = echo.join('room').here(hear('here')).joining(hear('joining')).leaving(hear('leaving'))
      room.listen('Paid', hear('Paid')).on('raw', hear('raw')).listenForWhisper('typing', hear('typing'))
      expect(room.socket).toBe(echo.connector.socket)
      expect(room.name).toBe('presence-room')
      await eventually(() => told.length === 1)
      const ben = await connected({ bearerToken: 'Ben' })
      const theirs = ben.join('room')
      await joined('presence-room', 2)
      await place.publish('presence-room', 'App\\Events\\Paid', { id: 1 })
      await place.publish('presence-room', 'raw', 7)
      await eventually(() => told.length === 4)
      theirs.whisper('typing', { on: true })
      await eventually(() => told.length === 5)
      ben.leave('room')
      await eventually(() => told.length === 6)
      expect(told).toEqual([
        ['here', [{ name: 'Ada' }]],
        ['joining', { name: 'Ben' }],
        ['Paid', { id: 1 }],
        ['raw', 7],
        ['typing', { on: true }],
        ['leaving', { name: 'Ben' }],
      ])
    },
  },
  {
    says: 'events, unbind() of a channel: socket.io',
    differs: ['`channel.events`, `channel.unbind()`, with socket.io'],
    holds({ start, either }) {
      const channel = start().channel('a')
      expect('events' in channel && 'unbind' in channel).toBe(either(true, false))
      expect(channel.stopListening).toBeTypeOf('function')
    },
  },
  {
    says: 'on purpose: `subscribed()`, `error()`, `listenToAll()` with socket.io',
    differs: ['`subscribed()`, `error()`, `listenToAll()` with socket.io'],
    async holds({ connected, place, eventually, joined, either }) {
      place.application.reply = ({ channel }) => (channel === 'private-secret' ? { status: 403 } : 'yes')
      const echo = await connected()
      const told: string[] = []
      echo.private('secret').error(() => told.push('refused'))
      const news = echo.channel('news').subscribed(() => told.push('joined'))
      expect('listenToAll' in news).toBe(either(false, true))
      await joined('news')
      news.listen('.paid', () => told.push('paid'))
      news.listenToAll?.((event: string) => told.push(`all: ${event}`))
      await place.publish('news', 'paid', {})
      await eventually(() => told.includes('paid') && place.application.about('private-secret').length === 1)
      await eventually(() => told.length === either(1, 4))
      expect(told.sort()).toEqual(either(['paid'], ['all: .paid', 'joined', 'paid', 'refused']))
    },
  },
]
