import { createHmac } from 'node:crypto'
import { Echo, type EchoOptions } from 'antiphon'
import { PusherServer } from 'antiphon/testing'
import Pusher from 'pusher-js'
import EncryptingPusher from 'pusher-js/with-encryption'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AuthEndpoint } from '../support/auth-endpoint'
import { Encryption } from '../support/encryption'
import { pageWebSocket } from './stage'

let server: PusherServer
let auth: AuthEndpoint
/** When each WebSocket was opened, in milliseconds. */
let opened: number[]
let echo: Echo
const mine = { wsHost: 'ws.test', forceTLS: false, enabledTransports: ['ws' as const] }

beforeEach(() => {
  vi.useFakeTimers()
  const sign = (message: string) => createHmac('sha256', 'app-secret').update(message).digest('hex')
  server = new PusherServer({ like: 'reverb', sign })
  auth = new AuthEndpoint(server)
  opened = []
  vi.stubGlobal(
    'WebSocket',
    pageWebSocket(server, () => opened.push(Date.now())),
  )
})
afterEach(() => {
  echo.disconnect()
  server.close()
  Pusher.instances.length = 0
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

async function visit(options: Partial<EchoOptions<'reverb'>>): Promise<void> {
  echo = new Echo({ broadcaster: 'reverb', key: 'app-key', fetch: auth.fetch, ...mine, ...options })
  await pass(100)
}

// What docs/reconnecting.md says that nobody can mend from outside: where one of these goes red, the page is to be changed.
describe('pusher-js has its own way', () => {
  it('of coming back after a loss: a second later, whoever it is', async () => {
    await visit({ Pusher })
    const lost = Date.now()
    server.drop()
    await pass(2000)
    expect(opened.map((at) => at - lost).filter((after) => after > 0)).toEqual([1000])
  })

  it('of trying a server that does not answer, though never more than a minute apart', async () => {
    server.offline = true
    await visit({ Pusher })
    await pass(300_000)
    const gaps = opened.slice(1).map((at, n) => (at - (opened[n] ?? 0)) / 1000)
    expect(Math.max(...gaps)).toBeGreaterThan(14)
    expect(Math.max(...gaps)).toBeLessThan(60)
  })

  it('of obeying 4200: at once, again and again', async () => {
    await visit({ Pusher })
    server.faults.refuse(20, 4200)
    opened.length = 0
    server.closeAll(4200)
    await pass(1000)
    expect(opened.length).toBeGreaterThan(5)
  })

  it('of noticing silence: the server’s 30 s, and 30 s more', async () => {
    await visit({ Pusher })
    server.offline = true
    await pass(58_000)
    expect(echo.connectionStatus()).toBe('connected')
    await pass(3000)
    expect(echo.connectionStatus()).toBe('reconnecting')
  })

  it('of taking a frame that is none: it throws, and goes on', async () => {
    await visit({ Pusher })
    const heard = vi.fn()
    echo.channel('news').listen('.Said', heard)
    await pass(100)
    for (const connection of server.connections.values()) connection.sendRaw('5')
    await expect(pass(100)).rejects.toThrow(TypeError)
    server.publish('news', 'Said', {})
    await pass(100)
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('of asking for a key: whenever there is an event that it cannot decrypt', async () => {
    await visit({ Pusher: EncryptingPusher })
    const pay = echo.encryptedPrivate('pay').listen('.Paid', () => {})
    await pass(100)
    for (let n = 0; n < 10; n++) {
      server.publish(pay.name, 'Paid', new Encryption(8).seal(pay.name, { n }))
      await pass(100)
    }
    expect(auth.requests).toHaveLength(11)
  })

  it('of calling what is bound on it: one that throws silences those behind it, but none of ours', async () => {
    await visit({ Pusher })
    const [ours, behind] = [vi.fn(), vi.fn()]
    const news = echo.channel('news').listen('.Said', ours)
    await pass(100)
    news.subscription.bind('Said', () => {
      throw new Error('of the application')
    })
    news.subscription.bind('Said', behind)
    server.publish('news', 'Said', {})
    await expect(pass(100)).rejects.toThrow('of the application')
    expect(ours).toHaveBeenCalledTimes(1)
    expect(behind).not.toHaveBeenCalled()
  })
})

describe('an instance that the application made', () => {
  it('authorizes by itself: once, and an answer for a socket that is gone goes out on the next one', async () => {
    const asked: { socketId: string; answer: (error: null, grant: object) => void }[] = []
    const client = new Pusher('app-key', {
      ...mine,
      cluster: '',
      channelAuthorization: {
        endpoint: '/',
        transport: 'ajax',
        customHandler: ({ socketId }, answer) => asked.push({ socketId, answer: answer as never }),
      },
    })
    await visit({ client })
    const orders = echo.private('orders')
    await pass(100)
    server.drop()
    await pass(2000)
    expect(asked).toHaveLength(2)
    const [stale] = asked
    stale?.answer(null, server.authorize(stale.socketId, 'private-orders'))
    await pass(100)
    const frames = [...server.connections.values()].flatMap(({ received }) => received as { event: string }[])
    expect(frames.filter(({ event }) => event === 'pusher:subscribe')).toHaveLength(1)
    expect(orders.status.get()).toBe('joining')
  })
})
