import Pusher from 'pusher-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseName } from '../../src/channels/name'
import { PusherJsConnector } from '../../src/connectors/pusher-js'
import type { Authorizer, Signal } from '../../src/contract'
import { AuthError, ConnectionError, EchoError } from '../../src/errors'
import { PusherServer } from '../../src/testing'
import { CROSSING, pageWebSocket } from './stage'

const options = { cluster: '', wsHost: 'localhost', wsPort: 80, forceTLS: false, enabledTransports: ['ws' as const] }

let server: PusherServer
let authorize: ReturnType<typeof vi.fn<Authorizer>>
let report: ReturnType<typeof vi.fn<(error: unknown) => void>>
let opened: string[]

beforeEach(() => {
  vi.useFakeTimers()
  server = new PusherServer()
  opened = []
  vi.stubGlobal(
    'WebSocket',
    pageWebSocket(server, (url) => opened.push(url)),
  )
  authorize = vi.fn(async ({ channel, socketId }) => grant(socketId, channel))
  report = vi.fn<(error: unknown) => void>()
  localStorage.clear()
})

afterEach(() => {
  expect(report).not.toHaveBeenCalled()
  for (const pusher of Pusher.instances.splice(0)) pusher.disconnect()
  server.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const grant = (socketId: string, channel: string, id: string | number = 7) =>
  server.authorize(
    socketId,
    channel,
    channel.startsWith('presence-') ? { user_id: id, user_info: { name: 'Ada' } } : undefined,
  )

/** Time for frames to cross, and for promises. */
const settle = (ms = CROSSING) => vi.advanceTimersByTimeAsync(ms)

const connectorOn = (client: unknown, more: object = {}) =>
  new PusherJsConnector(
    { kind: 'pusher-js', client: client as never, key: 'app-key', options: { ...options, ...more } },
    { report, trace: undefined },
    authorize,
  )

const follow = (connector: PusherJsConnector, wire: string) => {
  const signals: Signal[] = []
  const subscription = connector.subscribe(parseName(wire), (signal) => signals.push(signal))
  return { signals, subscription, types: () => signals.map(({ type }) => type) }
}

const connected = async () => {
  const connector = connectorOn(Pusher)
  connector.connect()
  await settle()
  return connector
}

const frames = () => [...server.connections.values()].flatMap(({ received }) => received) as { event: string }[]
const names = () => frames().map(({ event }) => event)

/** A second client, another user of the same server. */
const visitor = async (wire: string, id: string | number, info: unknown = { name: `user ${id}` }) => {
  const other = new Pusher('app-key', {
    ...options,
    channelAuthorization: {
      transport: 'ajax',
      endpoint: '',
      customHandler: ({ socketId, channelName }: any, answer: any) =>
        answer(
          null,
          server.authorize(
            socketId,
            channelName,
            wire.startsWith('presence-') ? { user_id: id, user_info: info } : undefined,
          ),
        ),
    },
  })
  const channel = other.subscribe(wire)
  await settle()
  return { channel, leave: () => other.disconnect() }
}

describe('a client of the class that was handed over', () => {
  it('is made at the first connect, of everything the application handed in', async () => {
    const made = vi.fn()
    class Mine extends Pusher {
      constructor(key: string, options: any) {
        made(key, options)
        super(key, options)
      }
    }
    const connector = connectorOn(Mine, { disableStats: true })
    follow(connector, 'news')
    expect(made).not.toHaveBeenCalled()
    connector.connect()
    expect(made).toHaveBeenCalledWith('app-key', expect.objectContaining({ ...options, disableStats: true }))
    await settle()
    expect(connector.state.get().status).toBe('connected')
    expect(server.channels()).toMatchObject([{ name: 'news' }])
  })

  it('is made when somebody asks for it, and not connected by that', async () => {
    const connector = connectorOn(Pusher)
    const { pusher } = connector.extras
    expect(pusher).toBeInstanceOf(Pusher)
    expect(connector.extras.pusher).toBe(pusher)
    await settle()
    expect(server.connections.size).toBe(0)
    expect(connector.state.get().status).toBe('disconnected')
    connector.connect()
    await settle()
    expect(connector.extras.pusher).toBe(pusher)
    expect(connector.state.get().status).toBe('connected')
  })

  it('that cannot be made is an invalid option, with what pusher-js threw', () => {
    const error = thrown(() => connectorOn(Pusher, { cluster: undefined }).connect())
    expect(error).toBeInstanceOf(EchoError)
    expect(error).toMatchObject({ code: 'invalid-option', cause: 'Options object must provide a cluster' })
  })
})

describe('a client that the application made', () => {
  it('is followed from the start and not connected twice', async () => {
    const pusher = new Pusher('app-key', options)
    await settle()
    const connector = connectorOn(pusher)
    expect(connector.extras.pusher).toBe(pusher)
    expect(connector.state.get()).toMatchObject({ status: 'connected', socketId: pusher.connection.socket_id })
    connector.connect()
    await settle()
    expect(opened).toHaveLength(1)
  })

  it('keeps its own authorizations', async () => {
    const customHandler = vi.fn(({ socketId, channelName }, answer) => answer(null, grant(socketId, channelName)))
    const pusher = new Pusher('app-key', { ...options, channelAuthorization: { customHandler } as never })
    const { types } = follow(connectorOn(pusher), 'private-a')
    await settle()
    expect(types()).toEqual(['subscribed'])
    expect(customHandler).toHaveBeenCalledOnce()
    expect(authorize).not.toHaveBeenCalled()
  })

  it('may answer an authorization at once: a channel hears of it after it was returned', async () => {
    const customHandler = (_request: unknown, answer: any) => answer(new Error('No.'), null)
    const pusher = new Pusher('app-key', { ...options, channelAuthorization: { customHandler } as never })
    const connector = connectorOn(pusher)
    await settle()
    const { signals, types } = follow(connector, 'private-a')
    expect(types()).toEqual([])
    await settle()
    expect(types()).toEqual(['failed'])
    expect(signals[0]).toMatchObject({ error: { message: 'private-a was not authorized: No..' } })
  })

  it('hands over a channel it had joined before, with its members', async () => {
    const customHandler = ({ socketId, channelName }: any, answer: any) => answer(null, grant(socketId, channelName))
    const pusher = new Pusher('app-key', { ...options, channelAuthorization: { customHandler } as never })
    pusher.subscribe('presence-room')
    await settle()
    const { signals, types } = follow(connectorOn(pusher), 'presence-room')
    expect(types()).toEqual([])
    await Promise.resolve()
    expect(signals).toEqual([
      { type: 'subscribed', confirmed: true, members: [{ id: '7', info: { name: 'Ada' } }], me: '7' },
    ])
    expect(names().filter((name) => name === 'pusher:subscribe')).toHaveLength(1)
    const from = Date.now()
    server.drop()
    await settle(2000)
    expect(signals.at(-2)).toMatchObject({ loss: { from } })
  })
})

describe('the connection', () => {
  it('goes from disconnected through connecting to connected, in frozen pictures', async () => {
    const connector = connectorOn(Pusher)
    const seen = [connector.state.get()]
    connector.state.subscribe((state) => seen.push(state))
    connector.connect()
    await settle()
    expect(seen.map(({ status }) => status)).toEqual(['disconnected', 'connecting', 'connected'])
    expect(seen[2]).toEqual({
      status: 'connected',
      socketId: [...server.connections.keys()][0],
      attempt: 0,
      retryAt: undefined,
      error: undefined,
      offline: false,
    })
    expect(seen.every(Object.isFrozen)).toBe(true)
  })

  it('has no socket id from the tick in which it is lost, although pusher-js still calls itself connected', async () => {
    const connector = await connected()
    const { connection } = connector.extras.pusher
    const reconnecting = vi.fn()
    connection.bind_global((event) => event === 'reconnecting' && reconnecting())
    server.drop()
    await settle(1)
    expect(connection.state).toBe('connected')
    const { retryAt } = connector.state.get()
    expect(connector.state.get()).toMatchObject({ status: 'reconnecting', socketId: undefined })
    expect(Math.abs(Number(retryAt) - Date.now() - 1000)).toBeLessThanOrEqual(1)
    await settle(2000)
    expect(connector.state.get()).toMatchObject({
      status: 'connected',
      socketId: [...server.connections.keys()][0],
      retryAt: undefined,
    })
    expect(reconnecting).toHaveBeenCalledOnce()
  })

  it('stays reconnecting while pusher-js calls it unavailable', async () => {
    const connector = await connected()
    server.drop()
    await settle(1)
    server.offline = true
    await settle(15_000)
    expect(connector.extras.pusher.connection.state).toBe('unavailable')
    expect(connector.state.get()).toMatchObject({ status: 'reconnecting', retryAt: undefined })
  })

  it('says that the browser is offline', async () => {
    const connector = await connected()
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    server.drop()
    await settle(1)
    expect(connector.state.get().offline).toBe(true)
    await settle(2000)
    expect(connector.state.get()).toMatchObject({ status: 'connected', offline: false })
  })

  it('is disconnected when asked for, and then connecting, not reconnecting', async () => {
    const connector = await connected()
    connector.disconnect()
    expect(connector.state.get()).toMatchObject({ status: 'disconnected', socketId: undefined })
    connector.connect()
    expect(connector.state.get().status).toBe('connecting')
    await settle()
    expect(connector.state.get().status).toBe('connected')
  })

  it('follows what the application does with the client itself', async () => {
    const connector = await connected()
    connector.extras.pusher.disconnect()
    expect(connector.state.get().status).toBe('disconnected')
    connector.extras.pusher.connect()
    await settle()
    expect(connector.state.get().status).toBe('connected')
  })

  it.each([4001, 4009, 4301])('fails when the server closes with %i, and so do its channels', async (code) => {
    const connector = await connected()
    const { signals, types } = follow(connector, 'news')
    await settle()
    server.closeAll(code, 'Go away')
    await settle()
    const { status, error } = connector.state.get()
    expect(status).toBe('failed')
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ code: 'connection-refused', closeCode: code })
    expect(types()).toEqual(['subscribed', 'interrupted', 'failed'])
    expect(signals[2]).toMatchObject({ error })
    const late = follow(connector, 'late')
    expect(late.types()).toEqual([])
    await settle()
    expect(late.signals).toEqual([{ type: 'failed', error }])
    const seen: string[] = []
    connector.state.subscribe(({ status }) => seen.push(status))
    connector.connect()
    await settle()
    expect(seen).toEqual(['connecting', 'connected'])
    expect(connector.state.get().error).toBeUndefined()
    expect(types()).toEqual(['subscribed', 'interrupted', 'failed', 'interrupted', 'subscribed'])
  })

  it('does not fail a channel that is asked for as it connects again', async () => {
    const connector = await connected()
    server.closeAll(4001, 'Go away')
    await settle()
    const { types } = follow(connector, 'news')
    connector.connect()
    await settle()
    expect(types()).toEqual(['subscribed'])
  })

  it('fails when it is refused before the greeting', async () => {
    server.faults.refuse(1, 4001, 'No such application')
    const connector = connectorOn(Pusher)
    connector.connect()
    await settle()
    expect(connector.state.get()).toMatchObject({ status: 'failed', error: { closeCode: 4001 } })
    connector.disconnect()
    expect(connector.state.get()).toMatchObject({ status: 'disconnected', error: undefined })
  })

  it.each([4100, 4200])('comes back after a close with %i', async (code) => {
    const connector = await connected()
    server.closeAll(code)
    await settle()
    expect(connector.state.get()).toMatchObject({
      status: code === 4200 ? 'connected' : 'reconnecting',
      error: undefined,
    })
    await settle(2000)
    expect(connector.state.get().status).toBe('connected')
  })

  it.each([4000, 4100, 4200])('is tried again after a refusal with %i', async (code) => {
    server.faults.refuse(1, code)
    const connector = connectorOn(Pusher, { enabledTransports: ['ws', 'wss'] })
    const seen: string[] = []
    connector.state.subscribe(({ status }) => seen.push(status))
    connector.connect()
    await settle(3000)
    expect(seen).toEqual(['connecting', 'connected'])
  })

  it('is disconnected while a page without a body makes pusher-js wait', () => {
    Pusher.isReady = false
    const connector = connectorOn(new Pusher('app-key', options))
    Pusher.isReady = true
    expect(connector.state.get().status).toBe('disconnected')
  })

  it('takes no harm from an error within it', async () => {
    const connector = await connected()
    for (const connection of server.connections.values())
      connection.send({ event: 'pusher:error', data: { code: 4009, message: 'No.' } })
    await settle()
    expect(connector.state.get()).toMatchObject({ status: 'connected', error: undefined })
    connector.extras.pusher.disconnect()
    expect(connector.state.get()).toMatchObject({ status: 'disconnected', error: undefined })
  })

  it('fails where pusher-js has no transport that it may use', () => {
    const connector = connectorOn(Pusher, { forceTLS: true, enabledTransports: ['wss'] })
    connector.connect()
    expect(connector.state.get()).toMatchObject({ status: 'failed', error: { code: 'connection-refused' } })
  })
})

describe('a channel', () => {
  it('is told of its events with their data, a text being left as it is', async () => {
    const connector = await connected()
    const { signals } = follow(connector, 'news')
    await settle()
    server.publish('news', 'Published', { id: 1 })
    server.publish('news', 'Text', '"\\"5\\""')
    await settle()
    expect(signals).toMatchObject([{ type: 'subscribed', confirmed: true }, { name: 'Published' }, { name: 'Text' }])
    expect(signals.map((signal) => signal.type === 'event' && signal.data())).toEqual([false, { id: 1 }, '"5"'])
  })

  it('gets the members in the order of the server, and itself', async () => {
    const connector = await connected()
    for (const id of [20, 3]) await visitor('presence-room', id)
    const { signals } = follow(connector, 'presence-room')
    await settle()
    expect(signals).toMatchObject([{ type: 'subscribed', members: [{ id: '20' }, { id: '3' }, { id: '7' }], me: '7' }])
  })

  it('is told who comes and goes, whatever their ids', async () => {
    const connector = await connected()
    const { signals } = follow(connector, 'presence-room')
    await settle()
    for (const id of [9, '__proto__']) {
      const { leave } = await visitor('presence-room', id)
      leave()
      await settle()
    }
    expect(signals.slice(1)).toMatchObject([
      { type: 'joined', member: { id: '9', info: { name: 'user 9' } } },
      { type: 'left', member: { id: '9' } },
      { type: 'joined', member: { id: '__proto__' } },
    ])
  })

  it('knows who whispered on a presence channel, and believes nobody elsewhere', async () => {
    const connector = await connected()
    const room = follow(connector, 'presence-room')
    const order = follow(connector, 'private-order')
    const { channel } = await visitor('presence-room', 9)
    const other = await visitor('private-order', 9)
    await settle()
    channel.trigger('client-typing', { on: true })
    other.channel.trigger('client-typing', { on: true, user_id: 1 })
    for (const connection of server.connections.values())
      connection.send({ event: 'client-forged', channel: 'private-order', data: {}, user_id: '1' } as never)
    await settle()
    expect(room.signals.at(-1)).toMatchObject({ name: 'client-typing', userId: '9' })
    expect(order.signals.slice(1)).not.toHaveLength(0)
    for (const signal of order.signals.slice(1)) expect(signal).not.toHaveProperty('userId')
  })

  it('whispers once it is joined', async () => {
    const connector = await connected()
    const { channel } = await visitor('private-a', 1)
    const heard = vi.fn()
    channel.bind('client-typing', heard)
    const { subscription } = follow(connector, 'private-a')
    expect(subscription.whisper('typing', {})).toBe(false)
    await settle()
    expect(subscription.whisper('typing', { on: true })).toBe(true)
    await settle()
    expect(heard).toHaveBeenCalledExactlyOnceWith({ on: true }, {})
    server.drop()
    await settle(1)
    expect(subscription.whisper('typing', {})).toBe(false)
  })

  it('is interrupted by a loss and says what it may have missed', async () => {
    const connector = await connected()
    const { signals } = follow(connector, 'private-a')
    await settle()
    server.publish('private-a', 'Last', {})
    const from = Date.now()
    await settle(5000)
    server.drop()
    await settle(2000)
    expect(signals.map(({ type }) => type)).toEqual(['subscribed', 'event', 'interrupted', 'subscribed'])
    expect(signals[2]).toMatchObject({ loss: { from, reason: 'connection-lost' } })
    connector.disconnect()
    connector.connect()
    await settle()
    expect(signals.slice(4)).toMatchObject([{ loss: { reason: 'disconnected' } }, { type: 'subscribed' }])
  })

  it('is not told twice of what the server says twice', async () => {
    const connector = await connected()
    const { types } = follow(connector, 'news')
    await settle()
    for (const connection of server.connections.values())
      connection.send({ event: 'pusher_internal:subscription_succeeded', channel: 'news', data: '{}' })
    await settle()
    expect(types()).toEqual(['subscribed'])
  })

  it('that pusher-js cannot have has failed, with what it threw', async () => {
    const connector = await connected()
    const { signals, subscription } = follow(connector, 'constructor')
    expect(signals).toEqual([])
    await settle()
    server.drop()
    await settle(2000)
    expect(signals).toMatchObject([{ type: 'failed', error: { code: 'not-supported', cause: expect.any(TypeError) } }])
    subscription.unsubscribe()
  })
})

describe('asking again', () => {
  it('while all channels fail is answered after that', async () => {
    const connector = await connected()
    let turn = 0
    const turns: number[] = []
    const ask = () => {
      const subscription = connector.subscribe(parseName('news'), ({ type }) => {
        if (type !== 'failed') return
        turns.push(turn)
        queueMicrotask(() => turn++)
        subscription.unsubscribe()
        if (turns.length < 3) ask()
      })
    }
    ask()
    await settle()
    server.closeAll(4001)
    await settle()
    expect(turns).toEqual([0, 1, 2])
  })
})

describe('leaving', () => {
  it('ends it in the same tick and leaves the application its own bindings', async () => {
    const connector = await connected()
    const { types, subscription } = follow(connector, 'news')
    await settle()
    const channel = connector.extras.pusher.channel('news')!
    const own = vi.fn()
    channel.bind_global(own)
    subscription.unsubscribe()
    subscription.unsubscribe()
    channel.emit('Published', {})
    await settle()
    expect(own).toHaveBeenCalledOnce()
    expect(types()).toEqual(['subscribed'])
    expect(server.channels()).toEqual([])
    expect(channel).toHaveProperty('global_callbacks', [own])
    expect(names().filter((name) => name === 'pusher:unsubscribe')).toHaveLength(1)
  })

  it('while the authorization is under way aborts it, sends nothing, and holds after a reconnection', async () => {
    const connector = await connected()
    authorize.mockImplementation(() => new Promise(() => {}))
    const { signals, subscription } = follow(connector, 'private-a')
    await settle()
    subscription.unsubscribe()
    expect(authorize.mock.calls[0]![1].aborted).toBe(true)
    server.drop()
    await settle(2000)
    expect(authorize).toHaveBeenCalledOnce()
    expect(names()).not.toContain('pusher:subscribe')
    expect(signals).toEqual([])
  })

  it('while the server has not answered yet takes the channel back as soon as it has', async () => {
    const connector = await connected()
    server.faults.disturbSubscribe({ delay: 500 })
    const { signals, subscription } = follow(connector, 'news')
    await settle()
    subscription.unsubscribe()
    expect(connector.extras.pusher.channel('news')).toBeUndefined()
    await settle(1000)
    expect(server.channels()).toEqual([])
    server.drop()
    await settle(2000)
    expect(server.channels()).toEqual([])
    expect(signals).toEqual([])
  })

  it('and asking again at once keeps the channel', async () => {
    const connector = await connected()
    server.faults.disturbSubscribe({ delay: 500 })
    follow(connector, 'news').subscription.unsubscribe()
    const first = follow(connector, 'news')
    await settle()
    first.subscription.unsubscribe()
    const second = follow(connector, 'news')
    await settle(1000)
    expect(second.types()).toEqual(['subscribed'])
    expect(first.types()).toEqual([])
    expect(server.channels()).toMatchObject([{ name: 'news' }])
  })

  it('frees a channel that a silent server has left pending', async () => {
    const connector = await connected()
    server.faults.disturbSubscribe('ignore')
    follow(connector, 'news').subscription.unsubscribe()
    const stuck = follow(connector, 'news')
    await settle()
    stuck.subscription.unsubscribe()
    const { types } = follow(connector, 'news')
    await settle()
    expect(types()).toEqual(['subscribed'])
    expect(server.channels()).toMatchObject([{ name: 'news' }])
  })

  it('in the tick in which it was asked for sends nothing', async () => {
    const connector = await connected()
    follow(connector, 'news').subscription.unsubscribe()
    await settle()
    expect(names()).toEqual([])
    expect(connector.extras.pusher.channel('news')).toBeUndefined()
  })

  it('twice does not touch who asked again meanwhile', async () => {
    const connector = await connected()
    const { subscription } = follow(connector, 'private-a')
    await settle()
    subscription.unsubscribe()
    const { types } = follow(connector, 'private-a')
    await Promise.resolve()
    subscription.unsubscribe()
    await settle()
    expect(types()).toEqual(['subscribed'])
    expect(authorize.mock.calls.at(-1)![1].aborted).toBe(false)
  })

  it('works before there is a client', () => {
    const connector = connectorOn(Pusher)
    connector.disconnect()
    follow(connector, 'news').subscription.unsubscribe()
    connector.connect()
    expect(connector.extras.pusher.channel('news')).toBeUndefined()
  })
})

describe('an authorization', () => {
  it('of a channel that is the application’s own is ours too', async () => {
    const connector = await connected()
    connector.extras.pusher.subscribe('private-own')
    await settle()
    expect(server.channels()).toMatchObject([{ name: 'private-own' }])
    expect(authorize).toHaveBeenCalledOnce()
  })

  it('that fails reaches the channel as it is, and pusher-js as it knows it', async () => {
    const error = new AuthError('auth-refused', 'No.', { channel: 'private-a', status: 403 })
    authorize.mockRejectedValue(error)
    const connector = await connected()
    const { signals } = follow(connector, 'private-a')
    const told = vi.fn()
    connector.extras.pusher.channel('private-a')!.bind_global(told)
    await settle()
    expect(signals).toEqual([{ type: 'failed', error }])
    expect(told).toHaveBeenCalledExactlyOnceWith('pusher:subscription_error', { type: 'AuthError', error: 'No.' })
  })

  it('that is tried again is a problem only', async () => {
    const error = new AuthError('auth-failed', 'Later.', { channel: 'private-a', retryable: true })
    authorize.mockImplementation(async ({ channel, socketId, retrying }) => {
      retrying?.(error)
      return grant(socketId, channel)
    })
    const { signals } = follow(await connected(), 'private-a')
    await settle()
    expect(signals).toMatchObject([{ type: 'problem', error }, { type: 'subscribed' }])
  })

  it('that nobody waits for any more is no problem of the next one', async () => {
    let retry = () => {}
    const error = new AuthError('auth-failed', 'Later.', { channel: 'private-a', retryable: true })
    authorize.mockImplementationOnce(({ retrying }) => {
      retry = () => retrying?.(error)
      return new Promise(() => {})
    })
    const connector = await connected()
    const { subscription } = follow(connector, 'private-a')
    await settle()
    subscription.unsubscribe()
    const { types } = follow(connector, 'private-a')
    retry()
    await settle()
    expect(types()).toEqual(['subscribed'])
  })

  it('for a socket that is gone is aborted, and its late answer dropped', async () => {
    const answers: ((late: boolean) => void)[] = []
    authorize.mockImplementation(
      ({ channel, socketId }) => new Promise((resolve) => answers.push(() => resolve(grant(socketId, channel)))),
    )
    const connector = await connected()
    const { types } = follow(connector, 'private-a')
    await settle()
    server.drop()
    await settle(1)
    expect(authorize.mock.calls[0]![1].aborted).toBe(true)
    await settle(2000)
    answers[0]!(true)
    await settle()
    expect(names()).not.toContain('pusher:subscribe')
    answers[1]!(false)
    await settle()
    expect(types()).toEqual(['subscribed'])
  })

  it('that is aborted with the connection is no failure', async () => {
    authorize.mockImplementationOnce(
      (_request, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    const connector = await connected()
    const { types } = follow(connector, 'private-a')
    await settle()
    server.drop()
    await settle(2000)
    expect(types()).toEqual(['subscribed'])
  })

  it('whose failure an own listener of the application throws at is reported', async () => {
    const mine = new Error('Mine.')
    authorize.mockRejectedValue(new AuthError('auth-refused', 'No.', { channel: 'private-a', status: 403 }))
    const connector = await connected()
    const { types } = follow(connector, 'private-a')
    connector.extras.pusher.channel('private-a')!.bind_global(() => {
      throw mine
    })
    await settle()
    expect(types()).toEqual(['failed'])
    expect(report.mock.calls).toEqual([[mine]])
    report.mockClear()
  })

  it('of a channel that is asked for again keeps what the application bound on it', async () => {
    authorize.mockRejectedValueOnce(new AuthError('auth-refused', 'No.', { channel: 'private-a', status: 403 }))
    const connector = await connected()
    const { subscription } = follow(connector, 'private-a')
    const told = vi.fn()
    connector.extras.pusher.channel('private-a')!.bind_global(told)
    await settle()
    subscription.unsubscribe()
    const { types } = follow(connector, 'private-a')
    await settle()
    expect(types()).toEqual(['subscribed'])
    expect(told).toHaveBeenLastCalledWith('pusher:subscription_succeeded', {})
  })

  it('of a channel that failed and was left is not made again after a reconnection', async () => {
    authorize.mockRejectedValue(new AuthError('auth-refused', 'No.', { channel: 'private-a', status: 403 }))
    const connector = await connected()
    const { subscription } = follow(connector, 'private-a')
    await settle()
    subscription.unsubscribe()
    server.drop()
    await settle(2000)
    expect(authorize).toHaveBeenCalledOnce()
  })

  it('that a server refuses by name is renewed once, and then its own kind of failure', async () => {
    const connector = await connected()
    server.faults.disturbSubscribe('ignore', 2)
    const { signals } = follow(connector, 'private-a')
    await settle()
    const refuse = async () => {
      for (const connection of server.connections.values())
        connection.send({
          event: 'pusher:subscription_error',
          channel: 'private-a',
          data: { type: 'AuthError', error: 'The signature is wrong', status: 401 },
        })
      await settle()
    }
    await refuse()
    expect(authorize).toHaveBeenCalledTimes(2)
    expect(signals).toEqual([])
    await refuse()
    expect(signals).toMatchObject([
      { type: 'failed', error: { code: 'subscribe-refused', status: 401, type: 'AuthError' } },
    ])
  })

  it.each([
    [200, 'auth-invalid'],
    [401, 'auth-expired'],
    [403, 'auth-refused'],
    [419, 'auth-expired'],
    [500, 'auth-failed'],
    [undefined, 'auth-failed'],
  ])('of the application whose status is %s fails as %s, without the answer', async (status, code) => {
    const pusher = new Pusher('app-key', options)
    const connector = connectorOn(pusher)
    const { signals } = follow(connector, 'news')
    await settle()
    const error = `It was invalid. Data was: <b>secret</b>`
    pusher.channel('news').emit('pusher:subscription_error', { type: 'AuthError', error, status })
    expect(signals[1]).toMatchObject({ type: 'failed', error: { code, status: status ?? 0, type: 'AuthError' } })
    expect(JSON.stringify(signals[1]) + String((signals[1] as any).error)).not.toContain('secret')
  })
})

function thrown(act: () => void): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}
