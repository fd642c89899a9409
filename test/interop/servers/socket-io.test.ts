import { createRequire } from 'node:module'
import type { Echo } from 'antiphon'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launch } from '../../browser/chromium'
import { Laravel } from '../support/laravel'
import { Member } from '../support/member'
import { documented } from './documented'
import { LaravelEchoServer } from './laravel-echo-server'
import { Redis } from './redis'

declare const echo: Echo<'socket.io'>
declare const tell: (what: string, value?: unknown) => void

const client = createRequire(import.meta.url).resolve('socket.io-client-2/dist/socket.io.js')

let redis: Redis
let laravel: Laravel
let server: LaravelEchoServer
let browser: Browser
const members: Member[] = []

beforeAll(async () => {
  redis = await Redis.start()
  const settings = Object.fromEntries(
    documented('laravel-echo-server', 'ini')
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  )
  laravel = await Laravel.start({ env: { ...settings, REDIS_CLIENT: 'predis', REDIS_PORT: String(redis.port) } })
  const at = { laravel: laravel.url, redis: redis.port }
  server = await LaravelEchoServer.start(documented('laravel-echo-server', 'json'), at)
  browser = await launch()
})

afterEach(async () => {
  await Promise.all(members.splice(0).map((member) => member.leave()))
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await laravel?.stop()
  await redis?.stop()
})

function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 60_000, interval: 50 })
}

/** Somebody at a page of Laravel's, logged in unless they are a guest, whose Echo is connected to laravel-echo-server. */
async function connected(name?: string): Promise<Member> {
  const nowhere = { nodes: [], api: '', like: 'reverb', id: '', key: '', secret: '' } as const
  const member = await Member.arrive(browser, { application: laravel.url, server: nowhere, recorded: false })
  members.push(member)
  if (name) await member.login(name)
  await member.page.addScriptTag({ path: client })
  await member.page.evaluate((host) => {
    const { Echo } = window as any
    const options = { broadcaster: 'socket.io', host, reconnectionDelay: 100, reconnectionDelayMax: 500 }
    Object.assign(window, { echo: new Echo(options) })
  }, server.url)
  await member.page.waitForFunction(() => echo.connectionStatus() === 'connected')
  return member
}

const socketId = ({ page }: Member) => page.evaluate(() => echo.socketId())

/** Runs in the page: joins a room, and tells what happens there. */
async function enter(): Promise<void> {
  await echo
    .join('chat.1')
    .here((users) => tell('here', users))
    .joining((user) => tell('joining', user))
    .leaving((user) => tell('leaving', user))
    .listen('MessageSent', (event: unknown) => tell('message', event))
    .listenForWhisper('typing', (data: unknown) => tell('typing', data))
    .ready()
}

describe('Laravel, Redis, laravel-echo-server and a page', () => {
  it('public channels: an event on several', async () => {
    const ada = await connected('Ada')
    await ada.page.evaluate(async () => {
      const channels = [1, 2].map((number) =>
        echo.channel(`news.${number}`).listen('NewsPublished', (event: unknown) => tell('news', [number, event])),
      )
      await Promise.all(channels.map((channel) => channel.ready()))
    })
    // Nobody acknowledges a public channel: what is published too early is asked for again.
    await eventually(async () => {
      await ada.post('/news', { channels: 2, headline: 'Grüße' })
      return (await ada.told('news')).map(([number]) => number)
    }).toEqual(expect.arrayContaining([1, 2]))
    expect((await ada.told('news'))[0]).toEqual([expect.any(Number), { headline: 'Grüße' }])
  })

  it('a private channel, authorized by the same Laravel; broadcastAs; toOthers leaves the sender out', async () => {
    const [ada, ben] = [await connected('Ada'), await connected('Ben')]
    for (const { page } of [ada, ben])
      await page.evaluate(async () => {
        await echo
          .private('orders.1')
          .listen('OrderShipped', (event: unknown) => tell('shipped', event))
          .listen('.order.renamed', (event: unknown) => tell('renamed', event))
          .ready()
      })
    await ada.post('/orders/1/rename', { name: 'Tea' })
    for (const each of [ada, ben]) await eventually(() => each.told('renamed')).toEqual([{ to: 'Tea', socket: null }])
    await ada.post('/orders/1/ship/others')
    // Laravel's Redis broadcaster leaves in the payload whom the server is to leave out.
    const toOthers = { order: 1, socket: await socketId(ada) }
    await eventually(() => ben.told('shipped')).toEqual([toOthers])
    await ada.post('/orders/1/ship')
    await eventually(() => ada.told('shipped')).toEqual([{ order: 1, socket: null }])
    await eventually(() => ben.told('shipped')).toEqual([toOthers, { order: 1, socket: null }])
  })

  it('a presence channel: who is there, comes and goes, what they say and whisper', async () => {
    const [ada, ben] = [await connected('Ada'), await connected('Ben')]
    await ada.page.evaluate(enter)
    await ben.page.evaluate(enter)
    await eventually(() => ada.told('joining')).toEqual([{ id: 2, name: 'Ben' }])
    const names = (users: { name: string }[]) => users.map(({ name }) => name).sort()
    expect(names((await ben.told('here')).at(-1))).toEqual(['Ada', 'Ben'])
    await ben.post('/chat/1', { text: 'Hello' })
    await eventually(() => ada.told('message')).toEqual([{ author: 'Ben', text: 'Hello', socket: await socketId(ben) }])
    await ben.page.evaluate(() => void echo.join('chat.1').whisper('typing', { name: 'Ben' }))
    await eventually(() => ada.told('typing')).toEqual([{ name: 'Ben' }])
    await ben.page.evaluate(() => echo.leave('chat.1'))
    await eventually(() => ada.told('leaving')).toEqual([{ id: 2, name: 'Ben' }])
    expect([await ben.told('message'), await ben.told('typing')]).toEqual([[], []])
  })

  it('notifications, all and by class', async () => {
    const ada = await connected('Ada')
    await ada.page.evaluate(async () => {
      await echo
        .private('App.Models.User.1')
        .notification((notification) => tell('any', notification.type))
        .notification('App\\Notifications\\InvoicePaid', ({ amount }) => tell('paid', amount))
        .ready()
    })
    await ada.post('/invoices/250/pay')
    await eventually(() => ada.told('paid')).toEqual([250])
    expect(await ada.told('any')).toEqual(['App\\Notifications\\TrialEnding', 'App\\Notifications\\InvoicePaid'])
  })

  it.each([
    ['who may not join', 'Cleo', 'private', 'auth-refused', 403],
    ['a guest', undefined, 'private', 'auth-refused', 403],
    ['a guest in a room', undefined, 'join', 'auth-refused', 403],
  ] as const)('refuses %s', async (_, name, verb, code, status) => {
    const member = await connected(name)
    await member.page.evaluate((how) => {
      echo[how]('chat.1').error(({ code, status }: any) => tell('error', { code, status }))
    }, verb)
    await eventually(() => member.told('error')).toEqual([{ code, status }])
  })

  it('a callback that throws is asked again, until it is given up', async () => {
    const ada = await connected('Ada')
    await ada.page.evaluate(() => {
      echo
        .private('fails.1')
        .error(({ status, retryable, attempt }: any) => tell('error', { status, retryable, attempt }))
    })
    await eventually(async () => (await ada.told('error')).at(-1)).toEqual({
      status: 500,
      retryable: false,
      attempt: 6,
    })
  })

  it('comes back after a restart of laravel-echo-server, and says what may have been missed', async () => {
    const ada = await connected('Ada')
    await ada.page.evaluate(enter)
    await ada.page.evaluate(async () => {
      await echo
        .private('orders.2')
        .listen('OrderShipped', (event: unknown) => tell('shipped', event))
        .missed(({ reason }) => tell('missed', reason))
        .ready()
    })
    await server.crash()
    await ada.page.waitForFunction(() => echo.connectionStatus() === 'reconnecting')
    await ada.post('/orders/2/ship')
    await server.run()
    await eventually(() => ada.told('missed')).toEqual(['connection-lost'])
    await ada.post('/orders/2/ship')
    await eventually(() => ada.told('shipped')).toEqual([{ order: 2, socket: null }])
    expect((await ada.told('here')).length).toBe(2)
    const ben = await connected('Ben')
    await ben.page.evaluate(enter)
    await eventually(() => ada.told('joining')).toEqual([{ id: 2, name: 'Ben' }])
  })
})
