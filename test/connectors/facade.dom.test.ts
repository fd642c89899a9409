import Pusher from 'pusher-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Echo } from '../../src/echo'
import { PusherServer } from '../../src/testing'
import { CROSSING, pageWebSocket } from './stage'

let server: PusherServer
let onError: ReturnType<typeof vi.fn<(error: unknown) => void>>
const echoes: Echo[] = []

beforeEach(() => {
  vi.useFakeTimers()
  server = new PusherServer()
  onError = vi.fn<(error: unknown) => void>()
  localStorage.clear()
  vi.stubGlobal('WebSocket', pageWebSocket(server))
  // pusher-js announces itself, and would be used.
  vi.stubGlobal('Pusher', undefined)
})

afterEach(() => {
  for (const echo of echoes.splice(0)) echo.disconnect()
  Pusher.instances.splice(0)
  server.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Time for frames to cross, and for promises. */
const settle = (ms = CROSSING) => vi.advanceTimersByTimeAsync(ms)

const echoOn = (client: object, user = '7') => {
  const echo = new Echo({
    broadcaster: 'reverb',
    key: 'app-key',
    wsHost: 'localhost',
    forceTLS: false,
    enabledTransports: ['ws', 'wss'],
    authorize: async ({ channel, socketId }) => {
      if (channel === 'private-secret') throw new Error('No.')
      return server.authorize(
        socketId,
        channel,
        channel.startsWith('presence-') ? { user_id: user, user_info: { name: `user ${user}` } } : undefined,
      )
    },
    onError,
    ...client,
  })
  echoes.push(echo)
  return echo
}

/** Has everything of these names told, in order. */
const log = (emitter: any, ...names: string[]) => {
  const told: unknown[][] = []
  for (const name of names) emitter.bind(name, (...args: unknown[]) => told.push([name, ...args.filter(Boolean)]))
  return told
}

const clients: Record<string, object> = { 'our own socket': {}, 'pusher-js': { Pusher } }

describe.each(Object.entries(clients))('Echo.connector.pusher on %s', (_name, client) => {
  const start = () => echoOn(client)
  const connected = async () => {
    const echo = start()
    await settle()
    return echo
  }
  const visitor = async (act: (echo: Echo) => void) => {
    const echo = echoOn({}, '9')
    act(echo)
    await settle()
    return echo
  }

  describe('its connection', () => {
    it('tells the change of state first, then the state, and then has a socket id', async () => {
      const { connection } = start().connector.pusher
      expect(connection.state).toBe('connecting')
      expect(connection.connection).toBeNull()
      expect(connection.socket_id).toBeUndefined()
      const told = log(connection, 'connected', 'state_change')
      await settle()
      const [socket_id] = server.connections.keys()
      expect(told).toEqual([
        ['state_change', { previous: 'connecting', current: 'connected' }],
        ['connected', { socket_id }],
      ])
      expect(connection.state).toBe('connected')
      expect(connection.socket_id).toBe(socket_id)
      expect(connection.connection).not.toBeNull()
    })

    it('is disconnected and connected by hand, and channels and listeners come back', async () => {
      const echo = await connected()
      const { pusher } = echo.connector
      const heard = vi.fn()
      echo.private('a').listen('.Event', heard)
      await settle()
      const told = log(pusher.connection, 'disconnected', 'connecting', 'connected', 'reconnecting')
      pusher.disconnect()
      expect(pusher.connection.state).toBe('disconnected')
      expect(pusher.connection.connection).toBeNull()
      expect(echo.connectionStatus()).toBe('disconnected')
      pusher.connect()
      expect(pusher.connection.state).toBe('connecting')
      await settle()
      const [socket_id] = server.connections.keys()
      expect(told).toEqual([['disconnected'], ['connecting'], ['connected', { socket_id }]])
      server.publish('private-a', 'Event', {})
      await settle()
      expect(heard).toHaveBeenCalledOnce()
    })

    it('says once that it reconnects', async () => {
      const { connection } = (await connected()).connector.pusher
      const told = log(connection, 'reconnecting', 'connected', 'disconnected')
      server.drop()
      await settle(5000)
      expect(told.map(([name]) => name)).toEqual(['reconnecting', 'connected'])
    })

    it('becomes unavailable after a while without a server, and connected from there', async () => {
      const { connection } = (await connected()).connector.pusher
      const told = log(connection, 'unavailable', 'connected')
      server.offline = true
      server.drop()
      await settle(240_000)
      expect(told.map(([name]) => name)).toContain('unavailable')
      server.offline = false
      await settle(120_000)
      // Where pusher-js tries, it is made to try anew every now and then.
      expect([...new Set(told.map(([name]) => name))]).toEqual(['unavailable', 'connected'])
    })

    it('tells errors within it, which end nothing', async () => {
      const { connection } = (await connected()).connector.pusher
      const told = log(connection, 'error')
      for (const client of server.connections.values())
        client.send({ event: 'pusher:error', data: { code: 4200, message: 'What?' } })
      await settle()
      expect(told).toEqual([['error', { type: 'PusherError', data: { code: 4200, message: 'What?' } }]])
      expect(connection.state).toBe('connected')
    })

    it('tells why it was refused, and is disconnected', async () => {
      const { connection } = (await connected()).connector.pusher
      const told = log(connection, 'error', 'disconnected')
      server.closeAll(4001, 'No such application')
      await settle()
      const [error, end] = [told[0]!, told.at(-1)!]
      expect(error).toMatchObject(['error', { type: 'PusherError', data: { code: 4001 } }])
      expect(end[0]).toBe('disconnected')
      expect(connection.state).toBe('disconnected')
      await settle(60_000)
      expect(connection.state).toBe('disconnected')
    })

    it('forgets what is unbound, by name, by function or altogether', async () => {
      const { connection } = (await connected()).connector.pusher
      const [one, two, all] = [vi.fn(), vi.fn(), vi.fn()]
      connection.bind('reconnecting', one).bind('reconnecting', two).bind_global(all)
      const tell = () => connection.emit('reconnecting')
      tell()
      connection.unbind('reconnecting', one)
      tell()
      connection.unbind('reconnecting')
      tell()
      connection.unbind_global(all)
      tell()
      expect([one, two, all].map(({ mock }) => mock.calls.length)).toEqual([1, 2, 3])
      expect(all).toHaveBeenLastCalledWith('reconnecting', undefined)
    })
  })

  describe('a channel', () => {
    it('is found by its wire name once Echo or the application has asked for it', async () => {
      const echo = await connected()
      const { pusher } = echo.connector
      expect(pusher.channel('private-a')).toBeUndefined()
      const { subscription } = echo.private('a')
      expect(pusher.channel('private-a')).toBe(subscription)
      expect(subscription).toMatchObject({ name: 'private-a', subscribed: false })
      await settle()
      expect(subscription.subscribed).toBe(true)
      expect(subscription.members).toBeUndefined()
      expect(pusher.subscribe('news')).toBe(pusher.channel('news'))
      await settle()
      expect(server.channels()).toMatchObject([{ name: 'private-a' }, { name: 'news' }])
    })

    it('is in every list', async () => {
      const echo = await connected()
      const { pusher } = echo.connector
      echo.private('a')
      pusher.subscribe('news')
      const all = [pusher.channel('private-a'), pusher.channel('news')]
      expect(pusher.allChannels()).toEqual(all)
      expect(pusher.channels.all()).toEqual(all)
      expect(Object.keys(pusher.channels.channels)).toEqual(['private-a', 'news'])
      expect(pusher.channels.channels['private-a']).toBe(all[0])
    })

    it('tells its events to whoever is bound', async () => {
      const { pusher } = (await connected()).connector
      const channel = pusher.subscribe('news')
      const context = {}
      const [event, all] = [vi.fn(), vi.fn()]
      expect(channel.bind('Published', event, context).bind_global(all)).toBe(channel)
      await settle()
      server.publish('news', 'Published', { id: 1 })
      await settle()
      expect(event).toHaveBeenCalledExactlyOnceWith({ id: 1 }, expect.anything())
      expect(event.mock.contexts).toEqual([context])
      expect(all.mock.calls).toEqual([
        ['pusher:subscription_succeeded', {}],
        ['Published', { id: 1 }],
      ])
    })

    it('forgets what matches all that unbind is given, and nothing else', async () => {
      const { pusher } = (await connected()).connector
      const channel = pusher.subscribe('news')
      await settle()
      const [one, two, all] = [vi.fn(), vi.fn(), vi.fn()]
      const [mine, yours] = [{}, {}]
      const bind = () =>
        channel.bind('A', one, mine).bind('A', one, yours).bind('A', two).bind('B', one).bind_global(all)
      const heard = async (unbind: () => unknown) => {
        channel.unbind_all()
        bind()
        unbind()
        for (const mock of [one, two, all]) mock.mockClear()
        server.publish('news', 'A', {})
        server.publish('news', 'B', {})
        await settle()
        return [one, two, all].map(({ mock }) => mock.calls.length)
      }
      expect(await heard(() => {})).toEqual([3, 1, 2])
      expect(await heard(() => channel.unbind('A'))).toEqual([1, 0, 2])
      expect(await heard(() => channel.unbind('A', one))).toEqual([1, 1, 2])
      expect(await heard(() => channel.unbind('A', one, mine))).toEqual([2, 1, 2])
      expect(await heard(() => channel.unbind(undefined, one))).toEqual([0, 1, 2])
      expect(await heard(() => channel.unbind())).toEqual([0, 0, 2])
      expect(await heard(() => channel.unbind_global(all))).toEqual([3, 1, 0])
      expect(await heard(() => channel.unbind_global())).toEqual([3, 1, 0])
      expect(await heard(() => channel.unbind_all())).toEqual([0, 0, 0])
    })

    it('is gone once it is unsubscribed or left', async () => {
      const echo = await connected()
      const { pusher } = echo.connector
      const event = vi.fn()
      pusher.subscribe('news').bind('Published', event)
      echo.channel('other')
      await settle()
      pusher.unsubscribe('news')
      echo.leave('other')
      await settle(1000)
      expect(pusher.channel('news')).toBeUndefined()
      expect(pusher.allChannels()).toHaveLength(0)
      expect(server.channels()).toEqual([])
      pusher.subscribe('news')
      await settle()
      server.publish('news', 'Published', {})
      await settle()
      expect(event).not.toHaveBeenCalled()
    })

    it('sends client events', async () => {
      const { pusher } = (await connected()).connector
      const channel = pusher.subscribe('private-a')
      const heard = vi.fn()
      await visitor((echo) => echo.private('a').listenForWhisper('typing', heard))
      expect(channel.trigger('client-typing', { on: true })).toBe(true)
      expect(() => channel.trigger('typing', {})).toThrow('client-')
      await settle()
      expect(heard).toHaveBeenCalledExactlyOnceWith({ on: true }, expect.anything())
    })

    it('tells who whispers in a presence channel', async () => {
      const { pusher } = (await connected()).connector
      const heard = vi.fn()
      pusher.subscribe('presence-room').bind('client-typing', heard)
      const other = await visitor((echo) => echo.join('room'))
      other.join('room').whisper('typing', { on: true })
      await settle()
      expect(heard).toHaveBeenCalledExactlyOnceWith({ on: true }, { user_id: '9' })
    })

    it('has its members', async () => {
      const { pusher } = (await connected()).connector
      const channel = pusher.subscribe('presence-room')
      const told = log(channel, 'pusher:subscription_succeeded', 'pusher:member_added', 'pusher:member_removed')
      await settle()
      const other = await visitor((echo) => echo.join('room'))
      const nine = { id: '9', info: { name: 'user 9' } }
      const { members } = channel
      expect(members).toMatchObject({
        count: 2,
        myID: '7',
        me: { id: '7' },
        members: { 7: { name: 'user 7' }, 9: nine.info },
      })
      expect(members.get('9')).toEqual(nine)
      expect(members.get('8')).toBeNull()
      const ids: string[] = []
      members.each(({ id }: { id: string }) => ids.push(id))
      expect(ids.sort()).toEqual(['7', '9'])
      other.leave('room')
      await settle(1000)
      expect(told).toMatchObject([
        ['pusher:subscription_succeeded', { me: { id: '7' } }],
        ['pusher:member_added', nine],
        ['pusher:member_removed', nine],
      ])
      expect(channel.members.count).toBe(1)
    })

    it('tells that it was refused', async () => {
      const { pusher } = (await connected()).connector
      const told = log(pusher.subscribe('private-secret'), 'pusher:subscription_error')
      await settle(60_000)
      expect(told[0]).toMatchObject(['pusher:subscription_error', { type: 'AuthError', error: expect.any(String) }])
    })
  })

  it('tells the events of all channels', async () => {
    const echo = await connected()
    const { pusher } = echo.connector
    const [event, all, never] = [vi.fn(), vi.fn(), vi.fn()]
    pusher.bind('Published', event).bind_global(all).bind('Published', never).unbind('Published', never)
    echo.channel('news')
    echo.channel('other')
    await settle()
    server.publish(['news', 'other'], 'Published', { id: 1 })
    await settle()
    expect(event).toHaveBeenCalledTimes(2)
    expect(event.mock.calls[0]![0]).toEqual({ id: 1 })
    expect(never).not.toHaveBeenCalled()
    expect(all.mock.calls).toEqual([
      ['Published', { id: 1 }],
      ['Published', { id: 1 }],
    ])
    pusher.unbind_global(all)
    server.publish('news', 'Published', {})
    await settle()
    expect(all).toHaveBeenCalledTimes(2)
  })

  it('has a config that can be written to', async () => {
    const { pusher } = (await connected()).connector
    pusher.config.auth = { headers: { Authorization: 'Bearer new' } }
    expect(pusher.config.auth).toEqual({ headers: { Authorization: 'Bearer new' } })
  })

  it('is the same object each time', async () => {
    const echo = await connected()
    expect(echo.connector.pusher).toBe(echo.connector.pusher)
  })
})

describe('the stand-in for pusher-js alone', () => {
  it('lets no listener that throws disturb another', async () => {
    const { pusher } = echoOn({}).connector
    const error = new Error('Mine.')
    const fails = () => {
      throw error
    }
    const [state, event, all] = [vi.fn(), vi.fn(), vi.fn()]
    pusher.connection.bind('connected', fails).bind('connected', state)
    pusher.bind_global(fails).bind_global(all)
    pusher.subscribe('news').bind('Published', fails).bind('Published', event)
    await settle()
    server.publish('news', 'Published', {})
    await settle()
    expect([state, event, all].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1])
    expect(onError.mock.calls).toEqual([[error], [error], [error]])
  })

  it('opens no payload that nobody is bound to', async () => {
    const echo = echoOn({})
    const { pusher } = echo.connector
    const { subscription } = echo.channel('news')
    await settle()
    expect(subscription.subscribed).toBe(true)
    const parse = vi.spyOn(JSON, 'parse')
    server.publish('news', 'Published', { id: 1 })
    await settle()
    expect(parse).toHaveBeenCalledOnce()
    pusher.bind('Published', () => {})
    server.publish('news', 'Published', { id: 1 })
    await settle()
    expect(parse).toHaveBeenCalledTimes(3)
  })

  it('has no socket id from the tick in which the connection is lost', async () => {
    const { connection } = echoOn({}).connector.pusher
    await settle(60_000)
    server.drop()
    await settle(1)
    expect(connection.socket_id).toBeUndefined()
    expect(connection.connection).toBeNull()
    expect(connection.state).toBe('connecting')
  })

  it('tells once why the connection was lost', async () => {
    const told = log(echoOn({}).connector.pusher.connection, 'error')
    await settle()
    server.drop()
    await settle(10_000)
    expect(told).toMatchObject([['error', { type: 'PusherError', data: { code: 1006 } }]])
  })

  it('has no channel from the tick in which it is left', async () => {
    const echo = echoOn({})
    echo.channel('news')
    await settle()
    echo.leave('news')
    expect(echo.connector.pusher.allChannels()).toEqual([])
  })

  it('is unavailable at once where there is no network', async () => {
    const { connection } = echoOn({ wsHost: 'app.test' }).connector.pusher
    await settle()
    dispatchEvent(new Event('offline'))
    server.drop()
    await settle(1)
    expect(connection.state).toBe('unavailable')
  })

  it('is disconnected before it was ever connected', () => {
    const { connection } = echoOn({ autoConnect: false }).connector.pusher
    expect(connection.state).toBe('disconnected')
    const told = log(connection, 'state_change')
    vi.advanceTimersByTime(60_000)
    echoes.at(-1)!.connect()
    expect(told).toEqual([['state_change', { previous: 'disconnected', current: 'connecting' }]])
  })

  it('gives the code of a refusal wherever pusher-js has it', async () => {
    const told = log(echoOn({}).connector.pusher.connection, 'error')
    server.closeAll(4001)
    await settle()
    server.closeAll(4001)
    await settle()
    expect(told).toMatchObject([['error', { data: { code: 4001 }, error: { data: { code: 4001 } } }]])
  })

  it('knows a channel of any name', async () => {
    const { pusher } = echoOn({}).connector
    const channel = pusher.subscribe('__proto__')
    expect(pusher.channels.channels.__proto__).toBe(channel)
    expect(pusher.channels.channels.toString).toBeUndefined()
  })

  it('is reached through a reactive proxy', () => {
    const { pusher } = new Proxy(echoOn({}).connector, {})
    const proxy = new Proxy(pusher, {})
    expect(() => proxy.bind('Published', () => {}).connection).not.toThrow()
  })
})
