import { Echo, EchoError, type EchoOptions, fromEnv } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { canary, signature } from '../support/canaries'
import { advance, fakeTime } from '../support/clock'
import { Encryption } from '../support/encryption'
import { Page } from '../support/page'
import { connected, Rig } from '../support/rig'
import { answers, quoted } from './failures'
import { keepLogbook } from './logbook'

fakeTime()
const logbook = keepLogbook()
beforeEach(() => {
  const page = new Page()
  page.csrfToken = canary('csrf')
  page.document.cookie = `laravel_session=${canary('session')}; XSRF-TOKEN=${canary('xsrf')}`
})

/** An Echo with a secret wherever one fits; what it does is written down. */
async function open(options: Partial<EchoOptions<'reverb'>> = {}): Promise<Rig> {
  const { trace, write } = logbook()
  const secrets = {
    bearerToken: canary('bearer'),
    auth: { headers: { 'X-Api-Key': canary('header') }, params: { key: canary('param') } },
  }
  const rig = await connected({ echo: { ...secrets, trace, onError: write, ...options } })
  rig.echo.connection.subscribe(write)
  return rig
}

/** Nothing of it is a secret; and there was something to look at. */
function expectClean(rig: Rig, ...others: unknown[]): void {
  const { echo } = rig
  logbook().writeAll(echo, echo.connector, echo.connector.pusher, ...others)
  expect(logbook().leaks).toEqual([])
  expect(logbook().size).toBeGreaterThan(5)
}

describe('a log has no token, no signature, no key, no cookie and nothing of an answer', () => {
  it.each(Object.entries(answers))('when an authorization ends in %s', async (_, answer) => {
    const rig = await open()
    rig.auth.reply = () => answer
    const { write } = logbook()
    const channels = [rig.echo.private('room'), rig.echo.join('room'), rig.echo.encryptedPrivate('room')]
    for (const channel of channels) channel.error(write).ready().catch(write)
    rig.echo.signin().catch(write)
    await vi.dynamicImportSettled()
    await advance(120_000)
    expectClean(rig, ...channels)
  })

  it('when all is granted, spoken and answered', async () => {
    const rig = await open({ bearerToken: () => canary('bearer') })
    const { echo, server } = rig
    const [orders, pay, room] = [echo.private('orders'), echo.encryptedPrivate('pay'), echo.join('room')]
    const said = vi.fn()
    pay.listen('.Paid', said)
    const signingIn = echo.signin().catch(logbook().write)
    await vi.dynamicImportSettled()
    await advance(500)
    server.publish(pay.name, 'Paid', rig.auth.encryption.seal(pay.name, { amount: 1 }))
    orders.whisper('typing', { name: 'Ada' })
    await rig.reconnect()
    expect(said).toHaveBeenCalledTimes(1)
    expectClean(rig, orders, pay, room, await signingIn, echo.lease('private', 'orders'))
  })

  it('when a server quotes a signature that it refuses', async () => {
    const rig = await open()
    const channel = rig.echo.private('room').error(logbook().write)
    for (const refuse of [
      () => rig.connection.send({ event: 'pusher:error', data: { code: 4009, message: quoted } }),
      () =>
        rig.connection.send({
          event: 'pusher:subscription_error',
          channel: 'private-room',
          data: { type: 'AuthError', error: quoted, status: 401 },
        }),
      () => rig.connection.send({ event: 'pusher:error', data: { code: null, message: quoted } }),
      () => rig.server.closeAll(4009, quoted.slice(-100)),
    ]) {
      rig.server.faults.disturbSubscribe('ignore', 3)
      channel.retry()
      await advance(100)
      refuse()
      await advance(100)
    }
    expectClean(rig, channel)
  })

  it('when a server greets with what it should not say', async () => {
    for (const junk of [
      canary('greeting'),
      JSON.stringify({ event: 'pusher:error', data: { code: 4009, message: quoted } }),
    ]) {
      const rig = await open()
      rig.server.faults.greeting = { junk }
      rig.server.drop()
      await advance(60_000)
      expectClean(rig)
    }
  })

  it('when events cannot be decrypted, or were never encrypted', async () => {
    const rig = await open()
    const errors: EchoError[] = []
    const pay = rig.echo.encryptedPrivate('pay').listen('.Paid', () => {})
    pay.error((error) => errors.push(error))
    await advance(100)
    for (const data of [
      new Encryption(8).seal(pay.name, { card: canary('card') }),
      { card: canary('card') },
      canary('card'),
      { nonce: canary('nonce'), ciphertext: canary('ciphertext') },
    ])
      rig.server.publish(pay.name, 'Paid', data)
    await advance(60_000)
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['decryption-failed', 'frame-invalid']))
    errors.forEach(logbook().write)
    expectClean(rig, pay)
  })

  it('when frames are junk, or for nobody', async () => {
    const rig = await open()
    rig.connection.sendRaw(canary('junk'))
    rig.connection.sendRaw(`{"event":"${'x'.repeat(10)}","data":"${canary('junk')}`)
    rig.connection.send({ event: canary('event'), channel: 'elsewhere', data: canary('payload') })
    await advance(100)
    expectClean(rig)
  })

  it('when whispers are dropped', async () => {
    const rig = await open()
    const { write } = logbook()
    const room = rig.echo.private('room').error(write)
    room.whisper('long', { text: canary('long').padEnd(11_000, '.') })
    rig.auth.reply = () => 'never'
    const stuck = rig.echo.private('stuck').error(write)
    for (let n = 0; n < 70; n++) stuck.whisper('many', { n, text: canary('many') })
    await advance(20_000)
    const circular: { text: string; self?: unknown } = { text: canary('circular') }
    circular.self = circular
    for (const data of [circular, canary('text') as never])
      expect(() => noted(() => room.whisper('odd', data))).toThrow(EchoError)
    expectClean(rig, room, stuck)
  })

  it.each([4000, 4001, 4004, 4009, 4100, 4200, 1006, 1009])('when a server closes with %i', async (code) => {
    const rig = await open({ forceTLS: false })
    const { write } = logbook()
    const room = rig.echo.private('room').error(write)
    await advance(100)
    rig.server.closeAll(code, quoted.slice(-110))
    await advance(2000)
    expectClean(rig, room)
  })

  it.each<Partial<EchoOptions<'reverb'>>>([
    { bearerToken: `${canary('bearer')}\r\nX-Evil: 1` },
    { bearerToken: () => ({ token: canary('bearer') }) as never },
    { csrfToken: `${canary('csrf')}\nX-Evil: 1` },
    { csrfToken: () => [canary('csrf')] as never },
    { auth: { headers: { 'X-Api-Key': `${canary('header')}\0` } } },
    { auth: { headers: new Headers({ 'X-Api-Key': canary('header') }) as never } },
    { auth: { headers: [['X-Api-Key', canary('header')]] as never } },
    { auth: { params: { key: { nested: canary('param') } as never } } },
    { channelAuthorization: { headersProvider: () => canary('header') as never } },
    { authorizer: () => ({ secret: canary('authorizer') }) as never },
    { authorize: () => Promise.resolve({ auth: 5, secret: canary('authorize') }) as never },
    { channelAuthorization: { customHandler: () => ({ auth: signature }) } },
  ])('when what goes with a request has the wrong shape (%#)', async (options) => {
    const rig = await open(options)
    const channel = rig.echo.private('room').error(logbook().write)
    await advance(1000)
    expect(channel.status.get()).toBe('failed')
    expectClean(rig, channel)
  })
})

describe('an option that cannot be used is named, not quoted', () => {
  const { write } = { write: (error: unknown) => logbook().write(error) }

  it.each([
    { wsHost: `user:${canary('password')}@ws.test` },
    { wsHost: `ws.test/?token=${canary('token')}` },
    { wsPath: canary('path') },
    { wsPort: canary('port') },
    { broadcaster: 'ably', key: `:${canary('app-secret')}`, wsHost: undefined },
    { broadcaster: 'ably', key: `no-app:${canary('app-secret')}`, wsHost: undefined },
    { auth: `Bearer ${canary('bearer')}` },
    { authorize: canary('authorize') },
    { interceptorOrigins: [canary('origin')] },
    { reconnect: { min: canary('min') } },
    { linger: canary('linger') },
  ])('%#', (options) => {
    const make = () => new Echo({ broadcaster: 'reverb', key: 'app-key', wsHost: 'ws.test', ...options } as never)
    expect(() => noted(make)).toThrow(EchoError)
    expect(logbook().leaks).toEqual([])
  })

  it('nor is a variable of the environment', () => {
    const env = { VITE_REVERB_APP_SECRET: canary('app-secret'), VITE_REVERB_PORT: '8080' }
    try {
      fromEnv(env)
    } catch (error) {
      write(error)
    }
    expect([logbook().size, logbook().leaks]).toEqual([1, []])
  })
})

it('Ably’s secret, behind the colon of its key, is shown by nothing', async () => {
  const rig = new Rig({ echo: { broadcaster: 'ably' as never, key: `app.key:${canary('app-secret')}` } })
  await advance(100)
  expect(rig.socket.url).not.toContain('canary')
  expectClean(rig)
})

/** Does something that throws, and writes down what. */
function noted(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    logbook().write(error)
    throw error
  }
}
