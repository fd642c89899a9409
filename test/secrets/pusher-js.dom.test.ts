import { createHmac } from 'node:crypto'
import { Echo, type EchoOptions } from 'antiphon'
import { PusherServer } from 'antiphon/testing'
import Pusher from 'pusher-js'
import EncryptingPusher from 'pusher-js/with-encryption'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pageWebSocket } from '../connectors/stage'
import { AuthEndpoint } from '../support/auth-endpoint'
import { canary, signature } from '../support/canaries'
import { Encryption } from '../support/encryption'
import { answers, quoted } from './failures'
import { keepLogbook } from './logbook'

const logbook = keepLogbook()
const settings = {
  wsHost: 'ws.test',
  forceTLS: false,
  enabledTransports: ['ws'],
  bearerToken: canary('bearer'),
  auth: { headers: { 'X-Api-Key': canary('header') }, params: { key: canary('param') } },
} satisfies Partial<EchoOptions<'reverb'>>

let server: PusherServer
let auth: AuthEndpoint
let echo: Echo | undefined

beforeEach(() => {
  vi.useFakeTimers()
  server = new PusherServer({
    like: 'pusher',
    sign: (text) => createHmac('sha256', 'secret').update(text).digest('hex'),
  })
  auth = new AuthEndpoint(server)
  vi.stubGlobal('WebSocket', pageWebSocket(server))
  document.cookie = `XSRF-TOKEN=${canary('xsrf')}`
})
afterEach(() => {
  echo?.disconnect()
  server.close()
  Pusher.instances.length = 0
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

async function visit(options: Partial<EchoOptions<'reverb'>>): Promise<Echo> {
  const { trace, write } = logbook()
  const own = { broadcaster: 'reverb', key: 'app-key', fetch: auth.fetch, trace, onError: write } as const
  echo = new Echo({ ...own, ...settings, ...options })
  echo.connection.subscribe(write)
  await pass(50)
  return echo
}

function expectClean(visitor: Echo, ...channels: object[]): void {
  logbook().writeAll(visitor, ...channels)
  expect(logbook().leaks).toEqual([])
  expect(logbook().size).toBeGreaterThan(5)
}

describe('a log has no secret where pusher-js is the client', () => {
  it.each(Object.entries(answers))('and an authorization ends in %s', async (_, answer) => {
    const { write } = logbook()
    const visitor = await visit({ Pusher })
    auth.reply = () => answer
    const channels = [visitor.private('room'), visitor.join('room')]
    for (const channel of channels) channel.error(write).ready().catch(write)
    visitor.signin().catch(write)
    await vi.dynamicImportSettled()
    await pass(120_000)
    expectClean(visitor, ...channels)
  })

  it.each([
    [403, canary('body')],
    [200, `<html>${canary('page')}`],
    [200, JSON.stringify({ auth: `app-key:${signature}` })],
    [0, ''],
  ])('and it authorizes by itself, with an answer of %i', async (status, body) => {
    // pusher-js asks by XMLHttpRequest: here the endpoint answers that.
    vi.stubGlobal('XMLHttpRequest', answering(status, body))
    const endpoint = `http://app.test/auth?api_token=${canary('endpoint')}`
    const { wsHost, forceTLS } = settings
    const client = new Pusher('app-key', {
      wsHost,
      forceTLS,
      cluster: '',
      channelAuthorization: { endpoint, transport: 'ajax', headers: { Authorization: canary('bearer') } },
      userAuthentication: { endpoint, transport: 'ajax' },
    })
    const visitor = await visit({ client })
    const { write } = logbook()
    const channel = visitor.private('room').error(write)
    visitor.signin().catch(write)
    await vi.dynamicImportSettled()
    await pass(30_000)
    expectClean(visitor, channel)
  })

  it('and the server quotes a signature, or closes with it', async () => {
    const visitor = await visit({ Pusher })
    const channel = visitor.private('room').error(logbook().write)
    server.faults.disturbSubscribe('ignore', 3)
    for (const act of [
      () => send({ event: 'pusher:error', data: { code: 4009, message: quoted } }),
      () => send({ event: 'pusher:subscription_error', channel: channel.name, data: { status: 401, error: quoted } }),
      () => server.closeAll(4009, quoted.slice(-110)),
    ]) {
      channel.retry()
      await pass(100)
      act()
      await pass(2000)
    }
    expectClean(visitor, channel)
  })

  it('and events cannot be decrypted', async () => {
    const visitor = await visit({ Pusher: EncryptingPusher })
    const pay = visitor.encryptedPrivate('pay').listen('.Paid', () => {})
    pay.error(logbook().write)
    await pass(100)
    for (const data of [new Encryption(8).seal(pay.name, { card: canary('card') }), canary('card')])
      server.publish(pay.name, 'Paid', data)
    await pass(30_000)
    expectClean(visitor, pay)
  })
})

function send(frame: object): void {
  for (const connection of server.connections.values()) connection.send(frame as never)
}

/** The least of an `XMLHttpRequest` that pusher-js asks with. */
function answering(status: number, responseText: string) {
  return class {
    readyState = 0
    readonly status = status
    readonly responseText = responseText
    onreadystatechange = () => {}
    open(): void {}
    setRequestHeader(): void {}
    send(): void {
      setTimeout(() => {
        this.readyState = 4
        this.onreadystatechange()
      })
    }
  }
}
