import { expect, vi } from 'vitest'
import type { Line } from '../line'

/** What applications touch of the connection below Echo. */
export const connectionPaths: readonly Line[] = [
  {
    says: 'Echo.connector.pusher.connection.bind(name, cb): connected, disconnected, state_change ({ previous, current }), connecting',
    async holds({ start, settle }) {
      const { connection, disconnect, connect } = handle(start())
      const told: string[] = []
      for (const name of ['connected', 'disconnected', 'connecting']) connection().bind(name, () => told.push(name))
      connection().bind('state_change', ({ previous, current }: any) => told.push(`${previous} > ${current}`))
      await settle()
      expect(told.splice(0).sort()).toEqual(['connected', 'connecting > connected'])
      disconnect()
      expect(told.splice(0).sort()).toEqual(['connected > disconnected', 'disconnected'])
      connect()
      await settle()
      expect(told.sort()).toEqual(['connected', 'connecting', 'connecting > connected', 'disconnected > connecting'])
    },
  },
  {
    says: 'Echo.connector.pusher.connection.bind(name, cb): error, unavailable, failed',
    async holds({ connected, server, outage, settle }) {
      const { connection } = handle(await connected())
      const told: unknown[] = []
      for (const name of ['error', 'unavailable', 'failed'])
        connection().bind(name, (data: any) => told.push(data ? data.data : name))
      for (const client of server.connections.values())
        client.send({ event: 'pusher:error', data: { code: 4200, message: 'What?' } })
      await settle()
      expect(told.splice(0)).toEqual([{ code: 4200, message: 'What?' }])
      await outage()
      // It is so from 10 s after the attempts begin, and no longer in an attempt that was begun anew, 15 s later at the soonest.
      await settle(20_000)
      expect(connection().state).toBe('unavailable')
      expect(told).toContain('unavailable')
      expect(told).toContainEqual(expect.objectContaining({ code: 1006 }))
    },
  },
  {
    says: "axios.defaults.headers.common['X-Socket-ID'] = Echo.socketId() inside connected",
    async holds({ start, settle, server }) {
      const echo = start()
      const common: Record<string, string> = {}
      echo.connector.pusher.connection.bind('connected', () => {
        common['X-Socket-ID'] = echo.socketId()
      })
      await settle()
      expect(common['X-Socket-ID']).toBe([...server.connections.keys()][0])
    },
  },
  {
    says: 'connection.state, connection.socket_id: polling; strings of pusher-js, not of connectionStatus()',
    async holds({ start, settle, server, outage }) {
      const { connection, disconnect } = handle(start())
      const states = new Set<string>()
      connection().bind('state_change', ({ current }: { current: string }) => states.add(current))
      expect(connection().state).toBe('connecting')
      expect(connection().socket_id).toBeUndefined()
      await settle()
      expect(connection().state).toBe('connected')
      expect(connection().socket_id).toBe([...server.connections.keys()][0])
      await outage()
      await settle(1500)
      expect(connection().state).toBe('connecting')
      await settle(240_000)
      expect(states).toContain('unavailable')
      disconnect()
      expect(connection().state).toBe('disconnected')
    },
  },
  {
    says: 'connection.state, when it is first read after disconnect()',
    async holds({ connected }) {
      const echo = await connected()
      echo.disconnect()
      expect(echo.connector.pusher.connection.state).toBe('disconnected')
    },
  },
  {
    says: 'connection.connection !== null: "is connected" in computed properties',
    async holds({ start, settle }) {
      const { connection, disconnect } = handle(start())
      expect(connection().connection).toBeNull()
      await settle()
      expect(connection().connection !== null).toBe(true)
      disconnect()
      expect(connection().connection).toBeNull()
    },
  },
  {
    says: 'Echo.connector.pusher.connect(), .disconnect(): reconnect buttons, page visibility; channels and listeners are expected back',
    async holds({ connected, settle, publish }) {
      const echo = await connected()
      const heard = vi.fn()
      echo.private('a').listen('.Paid', heard)
      await settle()
      const { pusher } = echo.connector
      pusher.disconnect()
      expect(echo.connectionStatus()).toBe('disconnected')
      pusher.connect()
      await settle()
      expect(echo.connectionStatus()).toBe('connected')
      await publish('private-a', 'Paid', {})
      expect(heard).toHaveBeenCalledOnce()
    },
  },
  {
    says: 'Echo.connector.connect(), Echo.connector.disconnect(): reconnect',
    differs: ['`connect()` after `disconnect()`'],
    async holds({ connected, settle, server, publish, either }) {
      const { connector } = await connected()
      const heard = vi.fn()
      connector.privateChannel('a').listen('.Paid', heard)
      await settle()
      connector.disconnect()
      await settle()
      expect(server.connections.size).toBe(0)
      connector.connect()
      await settle()
      expect(connector.connectionStatus()).toBe('connected')
      await publish('private-a', 'Paid', {})
      // The incumbent makes another pusher-js, which knows of no channels.
      expect(heard).toHaveBeenCalledTimes(either(0, 1))
    },
  },
  {
    says: "beside the list: connection.bind('message', cb), connection.bind_global(cb): every frame, for logs",
    async holds({ connected, settle, publish }) {
      const echo = await connected()
      const { connection } = echo.connector.pusher
      const [messages, all] = [vi.fn(), vi.fn()]
      connection.bind('message', messages)
      connection.bind_global(all)
      echo.channel('news')
      await settle()
      await publish('news', 'published', { id: 1 })
      const accepted = expect.objectContaining({ event: 'pusher_internal:subscription_succeeded', channel: 'news' })
      const published = expect.objectContaining({ event: 'published', channel: 'news', data: { id: 1 } })
      expect(messages.mock.calls.map(([message]) => message)).toEqual([accepted, published])
      expect(all).toHaveBeenCalledWith('message', published)
      connection.unbind('message', messages)
      await publish('news', 'published', { id: 2 })
      expect(messages).toHaveBeenCalledTimes(2)
    },
  },
  {
    says: 'Echo.connector.socketId(): header',
    async holds({ connected, server }) {
      expect((await connected()).connector.socketId()).toBe([...server.connections.keys()][0])
    },
  },
  {
    says: 'Echo.connector.pusher.connection.unbind(name, cb?): clean-up',
    async holds({ connected, settle }) {
      const { connection, disconnect, connect } = handle(await connected())
      const [one, two] = [vi.fn(), vi.fn()]
      connection().bind('connected', one)
      connection().bind('connected', two)
      connection().unbind('connected', one)
      disconnect()
      connect()
      await settle()
      expect([one, two].map(({ mock }) => mock.calls.length)).toEqual([0, 1])
      connection().unbind('connected')
      disconnect()
      connect()
      await settle()
      expect(two).toHaveBeenCalledOnce()
    },
  },
]

/** `Echo.connector.pusher`, by what status dots and reconnect buttons use of it. */
function handle({ connector }: any) {
  const { pusher } = connector
  return { connection: () => pusher.connection, connect: () => pusher.connect(), disconnect: () => pusher.disconnect() }
}
