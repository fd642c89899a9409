import { createHmac } from 'node:crypto'
import { Echo } from 'antiphon'
import { PusherServer } from 'antiphon/testing'
import Pusher from 'pusher-js'
import EncryptingPusher from 'pusher-js/with-encryption'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AuthEndpoint } from '../support/auth-endpoint'
import { Encryption } from '../support/encryption'
import { CROSSING, pageWebSocket } from './stage'

let server: PusherServer
let auth: AuthEndpoint
let opened: string[]
let echo: Echo
let visit: (client?: typeof Pusher) => Echo

beforeEach(async () => {
  vi.useFakeTimers()
  const sign = (message: string) => createHmac('sha256', 'app-secret').update(message).digest('hex')
  server = new PusherServer({ like: 'reverb', sign })
  auth = new AuthEndpoint(server)
  opened = []
  const webSocket = pageWebSocket(server, (url) => opened.push(url))
  vi.stubGlobal('WebSocket', webSocket)
  const { fetch } = auth
  visit = (client = Pusher) =>
    new Echo({
      broadcaster: 'reverb',
      key: 'app-key',
      wsHost: 'ws.test',
      forceTLS: false,
      enabledTransports: ['ws'],
      Pusher: client,
      fetch,
    })
  echo = visit()
  await settle()
})

afterEach(() => {
  echo.disconnect()
  server.close()
  Pusher.instances.length = 0
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Time for frames to cross, and for promises. */
const settle = (ms = CROSSING) => vi.advanceTimersByTimeAsync(ms)
const subscribes = () => frames('pusher:subscribe')
const frames = (event: string) =>
  [...server.connections.values()].flatMap(({ received }) => received as { event: string }[]).filter(named(event))
const named = (event: string) => (frame: { event: string }) => frame.event === event

describe.each(['public', 'private', 'presence'] as const)('a subscription that is not answered (%s)', (kind) => {
  it('is asked for once more, with a new authorization', async () => {
    server.faults.disturbSubscribe('ignore')
    const { channel } = echo.lease(kind, 'room')
    await settle(9000)
    expect(subscribes()).toHaveLength(1)
    expect(channel.status.get()).toBe('joining')
    await settle(2000)
    expect(channel.status.get()).toBe('joined')
    expect(frames('pusher:unsubscribe')).toHaveLength(1)
    expect(auth.requests).toHaveLength(kind === 'public' ? 0 : 2)
    await settle(60_000)
    expect(subscribes()).toHaveLength(2)
  })

  it('has failed if the second one is not answered either, and can be asked for again', async () => {
    server.faults.disturbSubscribe('ignore', 2)
    const { channel } = echo.lease(kind, 'room')
    const errors: unknown[] = []
    channel.error((error) => errors.push(error))
    await settle(21_000)
    expect(channel.status.get()).toBe('failed')
    expect(errors).toMatchObject([{ code: 'subscribe-timeout' }])
    channel.retry()
    await settle(1000)
    expect(channel.status.get()).toBe('joined')
  })

  it('is withdrawn when it is left, and leaves no timer', async () => {
    server.faults.disturbSubscribe('ignore')
    const { channel } = echo.lease(kind, 'room')
    await settle()
    const before = vi.getTimerCount()
    channel.unsubscribe()
    await settle()
    expect(frames('pusher:unsubscribe')).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(before - 1)
    await settle(30_000)
    expect(subscribes()).toHaveLength(1)
  })

  it('has as much time again on the next connection', async () => {
    server.faults.disturbSubscribe('ignore', 3)
    const { channel } = echo.lease(kind, 'room')
    await settle(15_000)
    server.drop()
    await settle(10_000)
    expect(channel.status.get()).toBe('joining')
    await settle(2000)
    expect(channel.status.get()).toBe('joined')
  })
})

describe('an encrypted channel', () => {
  it('that has asked for another key is not asked for again', async () => {
    echo.disconnect()
    echo = visit(EncryptingPusher)
    await settle()
    const heard: unknown[] = []
    const channel = echo.encryptedPrivate('pay').listen('.Paid', (paid: unknown) => heard.push(paid))
    await settle()
    auth.encryption = new Encryption(8)
    server.publish(channel.name, 'Paid', auth.encryption.seal(channel.name, { amount: 1 }))
    await settle(30_000)
    expect(heard).toEqual([{ amount: 1 }])
    expect(auth.requests).toHaveLength(2)
    expect(subscribes()).toHaveLength(1)
    expect(frames('pusher:unsubscribe')).toEqual([])
  })
})

describe('events under a key that has changed', () => {
  let heard: number[]
  let failures: string[]
  let publish: (n: number) => void

  beforeEach(async () => {
    echo.disconnect()
    echo = visit(EncryptingPusher)
    await settle()
    heard = []
    failures = []
    const channel = echo.encryptedPrivate('pay').listen('.Paid', ({ n }: { n: number }) => heard.push(n))
    channel.error(({ code }) => failures.push(code))
    await settle()
    auth.requests.length = 0
    publish = (n) => server.publish(channel.name, 'Paid', new Encryption(8).seal(channel.name, { n }))
  })

  it('are all heard, in order, for one authorization', async () => {
    auth.encryption = new Encryption(8)
    auth.reply = () => ({ grant: true, after: 100 })
    for (let n = 0; n < 100; n++) publish(n)
    await settle(1000)
    expect(heard).toEqual(Array.from({ length: 100 }, (_, n) => n))
    expect(auth.requests).toHaveLength(1)
  })

  it('are given up together where no other key is to be had, and that is told once', async () => {
    auth.reply = () => ({ status: 403 })
    for (let n = 0; n < 10; n++) publish(n)
    await settle(1000)
    expect(failures).toEqual(['auth-refused'])
    expect(auth.requests).toHaveLength(1)
    auth.encryption = new Encryption(8)
    auth.reply = () => 'grant'
    publish(10)
    await settle(1000)
    expect(heard).toEqual([10])
  })
})

describe('an error that names no channel', () => {
  it('is about the only one that waits for an answer, whose request ends', async () => {
    auth.reply = () => ({ grant: true, after: 500, deaf: true })
    const channel = echo.private('orders')
    await settle()
    for (const connection of server.connections.values())
      connection.send({ event: 'pusher:error', data: { code: 4009, message: 'No.' } })
    await settle(2000)
    expect(channel.status.get()).toBe('joined')
    expect(auth.requests.map(({ aborted }) => aborted)).toEqual([true, false])
    expect(subscribes()).toHaveLength(1)
  })

  it('is about none where several wait', async () => {
    auth.reply = () => ({ grant: true, after: 500 })
    const channels = [echo.private('a'), echo.private('b')]
    await settle()
    for (const connection of server.connections.values())
      connection.send({ event: 'pusher:error', data: { code: 4009, message: 'No.' } })
    await settle(2000)
    expect(channels.map(({ status }) => status.get())).toEqual(['joined', 'joined'])
    expect(auth.requests).toHaveLength(2)
  })
})

describe('a channel that is asked for in the second in which pusher-js takes itself for connected', () => {
  it('is not authorized for the socket that is dead', async () => {
    server.drop()
    await settle(1)
    expect(echo.connectionStatus()).toBe('reconnecting')
    const channel = echo.private('orders')
    await settle(500)
    expect(auth.requests).toEqual([])
    await settle(1000)
    expect(channel.status.get()).toBe('joined')
    expect(auth.requests).toHaveLength(1)
  })
})

describe('connect()', () => {
  it('begins no second attempt beside the one that waits', async () => {
    server.faults.refuse(1, 4100)
    server.drop()
    await settle(1100)
    echo.connect()
    await settle()
    const attempts = opened.length
    await settle(60_000)
    expect(echo.connectionStatus()).toBe('connected')
    expect(opened).toHaveLength(attempts)
  })

  it('does not disturb an attempt that is under way, nor a connection', async () => {
    server.drop()
    await settle(1000)
    expect(opened).toHaveLength(2)
    echo.connect()
    await settle(1000)
    echo.connect()
    await settle(1000)
    expect(opened).toHaveLength(2)
  })

  it('at once, in the second after a loss, says nothing of a disconnection', async () => {
    const told: string[] = []
    echo.connection.subscribe(({ status }) => told.push(status))
    server.drop()
    await settle(10)
    echo.connect()
    await settle()
    expect([...new Set(told)]).toEqual(['reconnecting', 'connected'])
    await settle(30_000)
    expect(opened).toHaveLength(2)
  })
})

describe.each(['ping-first', { junk: '{"event":"pusher:connection_established","data":"{}"}' }] as const)(
  'pusher-js that hangs for ever over a greeting (%s)',
  (greeting) => {
    it('is made to try anew within a minute, once there is a proper one', async () => {
      server.faults.greeting = greeting
      server.drop()
      await settle(30_000)
      expect(echo.connectionStatus()).toBe('reconnecting')
      server.faults.clear()
      await settle(60_000)
      expect(echo.connectionStatus()).toBe('connected')
    })

    it('leaves no timer after disconnect()', async () => {
      server.faults.greeting = greeting
      server.drop()
      await settle(12_000)
      echo.disconnect()
      await settle()
      expect(vi.getTimerCount()).toBe(0)
    })
  },
)
