import { type Channel, Echo, type EchoError, type EchoOptions } from 'antiphon'
import { type RunningServer, serve } from 'antiphon/server'
import type { PersonalityName } from 'antiphon/testing'
import Rest from 'pusher'
import PlainPusher from 'pusher-js'
import EncryptingPusher from 'pusher-js/with-encryption'
import { io } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { realPort } from '../conformance/real-port'
import { Encryption } from '../support/encryption'

// pusher-js puts itself into the page, where it would be taken for handed over.
Reflect.deleteProperty(window, 'Pusher')

beforeAll(() => {
  vi.stubGlobal('WebSocket', realPort.WebSocket)
})
afterAll(() => {
  vi.unstubAllGlobals()
})

const wire = 'private-encrypted-pay'
let running: RunningServer
let application: Rest
let asked: string[]
const echoes: Echo<'pusher'>[] = []

/** The official SDK, with this master key: it publishes, and it authorizes. */
const sdk = (encryption: Encryption) =>
  new Rest({
    appId: 'app-id',
    key: 'app-key',
    secret: 'app-secret',
    host: '127.0.0.1',
    port: String(running.port),
    encryptionMasterKeyBase64: encryption.masterKey,
  })

async function start(like: PersonalityName): Promise<void> {
  running = await serve({ port: 0, like })
  application = sdk(new Encryption(7))
  asked = []
}

afterEach(async () => {
  for (const echo of echoes.splice(0)) echo.disconnect()
  await running.close()
})

const eventually = (assertion: () => void) => vi.waitFor(assertion, { timeout: 15_000, interval: 10 })

function visit(client: Partial<EchoOptions<'pusher'>>): Echo<'pusher'> {
  const echo = new Echo({
    broadcaster: 'pusher',
    key: 'app-key',
    wsHost: '127.0.0.1',
    wsPort: running.port,
    forceTLS: false,
    enabledTransports: ['ws'],
    authorize: async ({ channel, socketId }) => {
      asked.push(channel)
      return application.authorizeChannel(socketId, channel)
    },
    ...client,
  })
  echoes.push(echo)
  return echo
}

async function listening(echo: Echo<'pusher'>, name = 'pay') {
  const heard: unknown[] = []
  const errors: EchoError[] = []
  const channel: Channel = echo.encryptedPrivate(name)
  channel.listen('.Paid', (payload) => heard.push(payload)).error((error) => errors.push(error))
  await channel.ready(AbortSignal.timeout(15_000))
  return { channel, heard, errors }
}

const clients: [name: string, options: Partial<EchoOptions<'pusher'>>][] = [
  ['our own socket', {}],
  ['pusher-js/with-encryption', { Pusher: EncryptingPusher }],
]

describe.each<PersonalityName>(['pusher', 'reverb', 'soketi'])('an encrypted channel of a server like %s', (like) => {
  beforeEach(() => start(like))

  describe.each(clients)('on %s', (_, client) => {
    it('reads what the official SDK encrypts and publishes', async () => {
      const { heard, errors } = await listening(visit(client))
      for (const payload of [{ amount: 5, to: 'Zoë 😀' }, [1, 2], 'text', null, { ['x'.repeat(3000)]: 1 }]) {
        expect((await application.trigger(wire, 'Paid', payload)).status).toBe(200)
        await eventually(() => expect(heard.at(-1)).toEqual(payload))
      }
      expect(errors).toEqual([])
    })

    it('reads on with another key, once the application has one', async () => {
      const { heard, errors } = await listening(visit(client))
      await application.trigger(wire, 'Paid', 1)
      application = sdk(new Encryption(8))
      await application.trigger(wire, 'Paid', 2)
      await eventually(() => expect(heard).toEqual([1, 2]))
      await application.trigger(wire, 'Paid', 3)
      await eventually(() => expect(heard).toEqual([1, 2, 3]))
      expect(asked).toEqual([wire, wire])
      expect(errors).toEqual([])
    })

    it('throws at a whisper, and leaves by each of its names', async () => {
      const echo = visit(client)
      const { channel, heard } = await listening(echo)
      expect(() => channel.whisper('typing', {})).toThrow(expect.objectContaining({ code: 'invalid-whisper' }))
      expect(() => channel.subscription.trigger('client-typing', {})).toThrow('encrypted')
      echo.leave('pay')
      await application.trigger(wire, 'Paid', 1)
      expect(channel.status.get()).toBe('left')
      await eventually(() => expect(running.server.channels()).toEqual([]))
      expect(heard).toEqual([])
    })
  })
})

describe('our own socket and the official SDK', () => {
  beforeEach(() => start('pusher'))

  it('have the last event of a cache channel, encrypted', async () => {
    const name = 'private-encrypted-cache-pay'
    await application.trigger(name, 'Paid', { id: 1 })
    const { heard, channel } = await listening(visit({}), 'cache-pay')
    expect(channel.name).toBe(name)
    await eventually(() => expect(heard).toEqual([{ id: 1 }]))
  })
})

describe('pusher-js', () => {
  beforeEach(() => start('reverb'))

  it('without encryption has no such channel: the error says what to use instead', async () => {
    const channel = visit({ Pusher: PlainPusher }).encryptedPrivate('pay')
    const error = await channel.ready(AbortSignal.timeout(15_000)).catch((error: unknown) => error)
    expect(error).toMatchObject({
      code: 'encryption-unavailable',
      hint: expect.stringContaining('#encryption-unavailable'),
    })
    expect(asked).toEqual([])
  })

  it('that fails to get another key reads on with the one it has: the channel lives', async () => {
    const { channel, heard, errors } = await listening(visit({ Pusher: EncryptingPusher }))
    const good = application
    application = { authorizeChannel: () => Promise.reject({ status: 403 }) } as never
    await sdk(new Encryption(9)).trigger(wire, 'Paid', 'lost')
    await eventually(() => expect(errors).toMatchObject([{ code: 'auth-refused' }]))
    expect(channel.status.get()).toBe('joined')
    await good.trigger(wire, 'Paid', 'good')
    await eventually(() => expect(heard).toEqual(['good']))
  })
})

describe.each(['ably', 'socket.io'] as const)('the broadcaster %s', (broadcaster) => {
  beforeEach(() => start('reverb'))

  it('says that it has no encrypted channels', () => {
    const echo = new Echo({ broadcaster, key: 'key', client: io, autoConnect: false } as never)
    for (const ask of [
      () => echo.encryptedPrivate('pay'),
      () => echo.channel(wire),
      () => echo.lease('encrypted', 'pay'),
    ])
      expect(ask).toThrow(
        expect.objectContaining({ code: 'not-supported', message: expect.stringContaining(broadcaster) }),
      )
  })
})

describe('the broadcaster null', () => {
  beforeEach(() => start('reverb'))

  it('has encrypted channels in which nothing happens, as it has all others', () => {
    const channel = new Echo({ broadcaster: 'null' }).encryptedPrivate('pay')
    expect(channel.listen('Paid', () => {}).name).toBe(wire)
  })
})
