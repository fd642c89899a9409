import { ConnectionError, type ConnectionState, type EchoError } from 'antiphon'
import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { ada, eventually, joined } from '../stage'

/** The connection as an application sees it. */
export const connection: readonly Scenario[] = [
  {
    name: 'the status says connecting, then connected; the socket id is the server’s',
    async run(stage) {
      const { echo } = stage.visitor()
      expect(echo.connectionStatus()).toBe('connecting')
      expect(echo.socketId()).toBe(undefined)
      expect(echo.socketHeaders()).toEqual({})
      const seen: unknown[] = []
      echo.connection.subscribe(({ status, socketId }) => seen.push([status, socketId]))
      await eventually(() => expect(echo.connectionStatus()).toBe('connected'))
      const [socketId] = stage.server.connections.keys()
      expect(seen).toEqual([['connected', socketId]])
      expect(echo.socketHeaders()).toEqual({ 'X-Socket-ID': socketId })
    },
  },
  {
    name: 'with a loss the socket id goes at once, and the status says reconnecting, then connected',
    async run(stage) {
      const { echo } = await stage.connected()
      const before = echo.socketId()
      const seen: unknown[] = []
      echo.connector.onConnectionChange((status) => seen.push([status, echo.socketId() !== undefined]))
      stage.server.drop()
      await eventually(() => expect(echo.connectionStatus()).not.toBe('connected'))
      expect(echo.socketId()).toBe(undefined)
      await eventually(() =>
        expect(seen).toEqual([
          ['reconnecting', false],
          ['connected', true],
        ]),
      )
      expect(echo.socketId()).not.toBe(before)
    },
  },
  {
    name: 'a picture of the connection is frozen, and says when the next attempt is due',
    async run(stage) {
      const { echo } = await stage.connected()
      const seen: ConnectionState[] = []
      echo.connection.subscribe((state) => seen.push(state))
      const lostAt = Date.now()
      stage.server.drop()
      await eventually(() => expect(echo.connectionStatus()).toBe('reconnecting'))
      await eventually(() => expect(echo.connectionStatus()).toBe('connected'))
      expect(seen.every((state) => Object.isFrozen(state))).toBe(true)
      expect(seen.some(({ retryAt }) => retryAt && retryAt >= lostAt && retryAt < lostAt + 10_000)).toBe(true)
    },
  },
  {
    name: 'what is asked for before connect() is joined after it',
    async run(stage) {
      const { echo } = stage.visitor(ada, { autoConnect: false })
      const channel = echo.private('orders')
      expect([echo.connectionStatus(), channel.status.get()]).toEqual(['disconnected', 'joining'])
      expect(stage.server.connections.size).toBe(0)
      echo.connect()
      await joined(channel)
    },
  },
  ...(['pusher', 'reverb', 'soketi'] as const).map(
    (like): Scenario => ({
      name: `an unknown key is final where the server is a ${like}: status, channels and ready() say so`,
      server: { like, key: 'another' },
      async run(stage) {
        const { echo } = stage.visitor()
        const errors: EchoError[] = []
        const channel = echo.private('orders').error((error) => errors.push(error))
        await eventually(() => expect(echo.connectionStatus()).toBe('failed'))
        const { error } = echo.connection.get()
        expect(error).toBeInstanceOf(ConnectionError)
        expect(error).toMatchObject({ code: 'connection-refused', closeCode: 4001 })
        expect(channel.status.get()).toBe('failed')
        expect(errors).toEqual([error])
        await expect(echo.channel('late').ready()).rejects.toBe(error)
      },
    }),
  ),
  {
    name: 'a connection that was ended for good comes back with connect(), and so do its channels',
    async run(stage) {
      const visitor = await stage.connected()
      const channel = visitor.echo.private('orders')
      await joined(channel)
      stage.server.closeAll(4009, 'ended by the application')
      await eventually(() => expect(visitor.echo.connectionStatus()).toBe('failed'))
      expect(channel.status.get()).toBe('failed')
      visitor.echo.connect()
      await visitor.connected()
      await joined(channel)
    },
  },
  {
    name: 'a server that cannot be reached is tried again within seconds',
    except: {
      'pusher-js': {
        because: 'it waits for 15 s after an attempt that failed',
        seen: "'connecting' to be 'connected'",
      },
    },
    async run(stage) {
      stage.server.faults.refuse(2)
      await stage.connected()
    },
  },
  {
    name: 'the server’s pings are answered',
    server: { like: 'pusher', pingInterval: 100 },
    async run(stage) {
      const visitor = await stage.connected()
      await eventually(() => expect(visitor.sent('pusher:pong').length).toBeGreaterThan(0))
      expect(visitor.echo.connectionStatus()).toBe('connected')
    },
  },
  {
    name: 'a server that is silent for as long as it said is asked whether it is there',
    server: { activityTimeout: 1 },
    async run(stage) {
      const visitor = await stage.connected()
      await eventually(() => expect(visitor.sent('pusher:ping').length).toBeGreaterThan(0))
      expect(visitor.echo.connectionStatus()).toBe('connected')
    },
  },
]
