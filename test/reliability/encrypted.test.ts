import { type EchoError, inspect } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime, now } from '../support/clock'
import { Encryption } from '../support/encryption'
import { Page } from '../support/page'
import { connected, type Rig, type RigOptions } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

const wire = 'private-encrypted-pay'

/** A rig on whose encrypted channel somebody listens. */
async function reading(options: RigOptions = {}) {
  const rig = await connected(options)
  const heard: unknown[] = []
  const errors: EchoError[] = []
  const channel = rig.echo
    .encryptedPrivate('pay')
    .listen('.Paid', (payload: unknown) => heard.push(payload))
    .error((error) => errors.push(error))
  await advance(100)
  return { rig, channel, heard, errors, codes: () => errors.map(({ code }) => code) }
}

/** The application publishes, as long as nothing else is said with the key that its endpoint gives out. */
function publish(rig: Rig, payload: unknown, encryption = rig.auth.encryption): void {
  rig.server.publish(wire, 'Paid', encryption.seal(wire, payload))
}

const keyRequests = (rig: Rig) => rig.auth.requests.length - 1

describe('an encrypted channel', () => {
  it('19: reads what the application encrypted for it, as the protocol’s test vector has it', async () => {
    const { rig, heard, channel } = await reading()
    expect(channel.status.get()).toBe('joined')
    const vector = rig.auth.encryption.seal('private-encrypted-a', { a: 1 }, new Uint8Array(24).fill(1))
    expect(rig.auth.encryption.secretOf('private-encrypted-a')).toBe('Dhj1FoClZczrz/R47X27PbzUv31V0dCJeUOBwc+bxJU=')
    expect(vector.ciphertext).toBe('vp8QVGbGWvH8S+zaOll9rh1h6O7IiXQ=')
    // What a real Laravel 12 answered, whose master key is 32 times the letter k.
    expect(new Encryption(0x6b).secretOf('private-encrypted-secrets.1')).toBe(
      'ZZYNoWzZwsafoNdnNj2HnTEVScAthZYoDbyGqobrYlU=',
    )
    const other: unknown[] = []
    rig.echo.encryptedPrivate('a').listen('.Paid', (payload: unknown) => other.push(payload))
    await advance(100)
    rig.server.publish('private-encrypted-a', 'Paid', vector)
    publish(rig, { amount: 5, to: 'Zoë 😀' })
    publish(rig, 'text')
    await advance(10)
    expect(other).toEqual([{ a: 1 }])
    expect(heard).toEqual([{ amount: 5, to: 'Zoë 😀' }, 'text'])
  })

  it('19: is not asked for before its key and its cipher are there, and the key goes nowhere', async () => {
    const { rig } = await reading()
    expect(rig.received('pusher:subscribe').map(({ data }) => data)).toEqual([
      { channel: wire, auth: expect.stringMatching(/^app-key:[0-9a-f]{64}$/) },
    ])
    expect(JSON.stringify(rig.received())).not.toContain(rig.auth.encryption.secretOf(wire))
  })

  it('also is a cache channel, whose last event is encrypted like every other; a miss is not', async () => {
    const rig = await connected({ server: { like: 'pusher' } })
    const name = 'private-encrypted-cache-pay'
    const [heard, missing, problem] = [vi.fn(), vi.fn(), vi.fn()]
    const first = rig.echo.encryptedPrivate('cache-pay').cacheMiss(missing).error(problem)
    expect(first.name).toBe(name)
    await advance(100)
    expect(missing).toHaveBeenCalledOnce()
    rig.server.publish(name, 'Paid', rig.auth.encryption.seal(name, { id: 1 }))
    first.unsubscribe()
    await advance(1_000)
    rig.echo.encryptedPrivate('cache-pay').listen('.Paid', heard).error(problem)
    await advance(100)
    expect(heard.mock.calls.map(([payload]) => payload)).toEqual([{ id: 1 }])
    expect(problem).not.toHaveBeenCalled()
  })

  it('reads on after a reconnection, with the key of that authorization', async () => {
    const { rig, heard, errors } = await reading()
    rig.auth.encryption = new Encryption(8)
    await rig.reconnect()
    publish(rig, { id: 1 })
    await advance(10)
    expect(heard).toEqual([{ id: 1 }])
    expect(errors).toEqual([])
    expect(rig.auth.requests).toHaveLength(2)
  })

  it('is the one that `channel()` and `private()` mean by its name, too', async () => {
    const { rig, channel } = await reading()
    expect(rig.echo.channel(wire)).toBe(channel)
    expect(rig.echo.private('encrypted-pay')).toBe(channel)
    const { channel: leased, release } = rig.echo.lease('encrypted', 'pay')
    expect(leased.status.get()).toBe('joined')
    release()
  })

  it('17: is no place for whispers, in either direction', async () => {
    const { rig, channel, heard, errors } = await reading()
    expect(() => channel.whisper('typing' as never, {} as never)).toThrow(
      expect.objectContaining({ code: 'invalid-whisper' }),
    )
    channel.listenForWhisper('typing' as never, (data: unknown) => heard.push(data))
    // A peer cannot know that it encrypts as the application does; whoever could would be one.
    rig.connection.send({ event: 'client-typing', channel: wire, data: { on: true } })
    rig.connection.send({ event: 'client-typing', channel: wire, data: rig.auth.encryption.seal(wire, { on: true }) })
    await advance(20_000)
    expect(heard).toEqual([])
    expect(errors.map(({ code }) => code)).toEqual(['frame-invalid', 'frame-invalid'])
    expect(keyRequests(rig)).toBe(0)
  })

  it('is read where there is no TextDecoder, too', async () => {
    const { rig, heard } = await reading()
    const { TextDecoder } = globalThis
    vi.stubGlobal('TextDecoder', undefined)
    publish(rig, { said: 'Grüße, 世界 😀' })
    await advance(10)
    vi.stubGlobal('TextDecoder', TextDecoder)
    expect(heard).toEqual([{ said: 'Grüße, 世界 😀' }])
  })
})

describe('an answer without a usable key', () => {
  it.each([
    ['none', {}],
    ['a short one', { shared_secret: 'c2hvcnQ=' }],
    ['31 bytes', { shared_secret: Buffer.alloc(31).toString('base64') }],
    ['33 bytes', { shared_secret: Buffer.alloc(33).toString('base64') }],
    ['no base64', { shared_secret: `${'!'.repeat(43)}=` }],
    ['no text', { shared_secret: 5 }],
  ])('19: %s: the channel fails, and says what is missing', async (_, answer) => {
    const rig = await connected()
    rig.auth.reply = ({ socketId, channel }) => ({
      status: 200,
      body: { ...rig.server.authorize(socketId, channel), ...answer },
    })
    const errors: EchoError[] = []
    const channel = rig.echo.encryptedPrivate('pay').error((error) => errors.push(error))
    await advance(1_000)
    expect(channel.status.get()).toBe('failed')
    expect(errors).toMatchObject([{ name: 'AuthError', code: 'auth-invalid', status: 200, retryable: false }])
    expect(errors[0]?.message).toBe(`${wire} was not authorized: the answer has no shared_secret of 32 bytes.`)
    expect(rig.received()).toEqual([])
    rig.auth.reply = () => 'grant'
    channel.retry()
    await advance(100)
    expect(channel.status.get()).toBe('joined')
  })
})

describe('what is not encrypted', () => {
  const { nonce, ciphertext } = new Encryption().seal(wire, {})

  it.each<[string, unknown]>([
    ['an event in clear', { amount: 5 }],
    ['nothing', undefined],
    ['null', null],
    ['text', 'text'],
    ['a list', [nonce, ciphertext]],
    ['only a nonce', { nonce }],
    ['only a ciphertext', { ciphertext }],
    ['numbers', { nonce: 1, ciphertext: 2 }],
    ['a nonce that is no base64', { nonce: '!', ciphertext }],
    ['a short nonce', { nonce: 'AAAA', ciphertext }],
    ['a long nonce', { nonce: Buffer.alloc(25).toString('base64'), ciphertext }],
    ['a ciphertext that is no base64', { nonce, ciphertext: '*'.repeat(40) }],
    ['a ciphertext shorter than its tag', { nonce, ciphertext: Buffer.alloc(15).toString('base64') }],
  ])('19: %s: is never delivered, and told', async (_, data) => {
    const { rig, heard, errors } = await reading()
    rig.connection.send({ event: 'Paid', channel: wire, data: data as never })
    publish(rig, { id: 1 })
    await advance(20_000)
    expect(heard).toEqual([{ id: 1 }])
    expect(errors).toMatchObject([{ name: 'FrameError', code: 'frame-invalid' }])
    expect(errors[0]?.message).toBe(`Paid on ${wire} is in clear.`)
    expect(keyRequests(rig)).toBe(0)
  })
})

describe('an event that the key does not open', () => {
  it('19: makes the key asked for again, and is read with the new one', async () => {
    const { rig, channel, heard, errors } = await reading()
    rig.auth.encryption = new Encryption(8)
    publish(rig, { id: 1 })
    await advance(10)
    publish(rig, { id: 2 })
    await advance(10)
    expect(heard).toEqual([{ id: 1 }, { id: 2 }])
    expect(errors).toEqual([])
    expect(keyRequests(rig)).toBe(1)
    expect(channel.status.get()).toBe('joined')
    expect(rig.subscribes()).toEqual([wire])
  })

  it('19: holds up those behind it, so that the order is kept', async () => {
    const { rig, heard, errors } = await reading()
    const old = rig.auth.encryption
    rig.auth.encryption = new Encryption(8)
    rig.auth.reply = () => ({ grant: true, after: 1_000 })
    publish(rig, 'before', old)
    publish(rig, 'new')
    publish(rig, 'of a server that still has the old key', old)
    publish(rig, 'new again')
    await advance(900)
    expect(heard).toEqual(['before'])
    await advance(200)
    expect(heard).toEqual(['before', 'new', 'of a server that still has the old key', 'new again'])
    expect(errors).toEqual([])
    expect(keyRequests(rig)).toBe(1)
  })

  it('19: is dropped and told when the application has no other key, and those behind it are read', async () => {
    const { rig, heard, errors } = await reading()
    publish(rig, 'tampered', new Encryption(9))
    publish(rig, 'good')
    await advance(100)
    expect(heard).toEqual(['good'])
    expect(errors).toMatchObject([
      { code: 'decryption-failed', message: `1 event(s) of ${wire} could not be decrypted.` },
    ])
    expect(keyRequests(rig)).toBe(1)
  })

  it.each(['nonce', 'ciphertext'] as const)('19: is one in which somebody changed a bit of the %s', async (part) => {
    const { rig, heard, errors } = await reading()
    const sealed = rig.auth.encryption.seal(wire, { id: 1 })
    const bytes = Buffer.from(sealed[part], 'base64')
    bytes[5]! ^= 1
    rig.server.publish(wire, 'Paid', { ...sealed, [part]: bytes.toString('base64') })
    await advance(100)
    expect(heard).toEqual([])
    expect(errors).toMatchObject([{ code: 'decryption-failed' }])
  })

  it('19: a hundred of them ask for the key at most three times', async () => {
    const { rig, codes } = await reading()
    const stranger = new Encryption(9)
    for (let id = 0; id < 100; id++) {
      publish(rig, { id }, stranger)
      await advance(100)
    }
    await advance(20_000)
    expect(keyRequests(rig)).toBeLessThanOrEqual(3)
    expect(codes()).toContain('decryption-failed')
    expect(codes().length).toBeLessThanOrEqual(5)
  })

  it('19: never asks for two keys at once, and for the next one 5 s after the last at the earliest', async () => {
    const { rig } = await reading()
    const stranger = new Encryption(9)
    rig.auth.reply = () => ({ grant: true, after: 7_000 })
    publish(rig, {}, stranger)
    await advance(6_000)
    publish(rig, {}, stranger)
    await advance(900)
    expect(keyRequests(rig)).toBe(1)
    await advance(100)
    expect(rig.auth.busy).toBe(0)
    rig.auth.reply = () => 'grant'
    publish(rig, {}, stranger)
    await advance(100)
    publish(rig, {}, stranger)
    await advance(4_800)
    expect(keyRequests(rig)).toBe(2)
    await advance(200)
    expect(keyRequests(rig)).toBe(3)
    const [, , second, third] = rig.auth.requests.map(({ at }) => at)
    expect(third! - second!).toBe(5_000)
  })

  it('19: waits with what is behind it for the next key, although one was fetched a moment ago', async () => {
    const { rig, heard, errors } = await reading()
    rig.auth.encryption = new Encryption(8)
    publish(rig, 1)
    await advance(100)
    rig.auth.encryption = new Encryption(9)
    publish(rig, 2)
    publish(rig, 3, new Encryption(8))
    await advance(4_000)
    expect(heard).toEqual([1])
    await advance(1_000)
    expect(heard).toEqual([1, 2, 3])
    expect(errors).toEqual([])
  })

  it('19: is held for 10 s, and then given up with a word, while those behind it are read', async () => {
    const { rig, heard, errors } = await reading()
    rig.auth.reply = () => 'never'
    const stranger = new Encryption(9)
    publish(rig, 'lost', stranger)
    await advance(4_000)
    publish(rig, 'good')
    publish(rig, 'lost too', stranger)
    publish(rig, 'good again')
    await advance(5_900)
    expect(heard).toEqual([])
    await advance(200)
    expect(heard).toEqual(['good'])
    await advance(4_000)
    expect(heard).toEqual(['good', 'good again'])
    expect(errors.filter(({ code }) => code === 'decryption-failed')).toHaveLength(2)
  })

  it('19: costs two timers while it waits, and not one a millisecond', async () => {
    const { rig } = await reading()
    rig.auth.reply = () => 'never'
    publish(rig, 'lost', new Encryption(9))
    const timers = vi.spyOn(globalThis, 'setTimeout')
    await advance(9_000)
    expect(timers.mock.calls.length).toBeLessThan(5)
  })

  it('19: no more than a hundred are held: the oldest is given up', async () => {
    const { rig, heard, errors } = await reading()
    const old = rig.auth.encryption
    rig.auth.encryption = new Encryption(8)
    rig.auth.reply = () => ({ grant: true, after: 2_000 })
    for (let id = 0; id < 130; id++) publish(rig, id)
    publish(rig, 'old', old)
    await advance(1_000)
    expect(heard).toEqual([])
    expect(errors).toHaveLength(31)
    await advance(2_000)
    expect(heard).toEqual([...Array.from({ length: 99 }, (_, index) => 31 + index), 'old'])
  })

  it('19: is given up when the application refuses the key, and the channel lives on', async () => {
    const { rig, channel, heard, codes } = await reading()
    rig.auth.next({ status: 403 })
    publish(rig, 'lost', new Encryption(9))
    publish(rig, 'good')
    await advance(100)
    expect(heard).toEqual(['good'])
    expect(codes().sort()).toEqual(['auth-refused', 'decryption-failed'])
    expect(channel.status.get()).toBe('joined')
    publish(rig, 'good again')
    await advance(10)
    expect(heard).toEqual(['good', 'good again'])
  })

  it('11, 19: the key request ends with the connection, and what waited lies within the gap', async () => {
    const { rig, channel, heard, errors } = await reading()
    const missed: { from: number }[] = []
    channel.missed((gap) => missed.push(gap))
    rig.auth.next({ grant: true, after: 30_000, deaf: true })
    rig.auth.encryption = new Encryption(8)
    publish(rig, 'lost')
    await advance(10)
    const since = Date.now()
    await advance(1_000)
    publish(rig, 'lost')
    await advance(10)
    await rig.reconnect()
    expect(rig.auth.requests[1]?.aborted).toBe(true)
    expect(errors).toMatchObject([{ code: 'decryption-failed', message: expect.stringMatching(/^2 /) }])
    publish(rig, 'read')
    await advance(3_000)
    expect(heard).toEqual(['read'])
    expect(missed).toHaveLength(1)
    expect(missed[0]?.from).toBeLessThanOrEqual(since)
    expect(now()).toBeLessThan(30_000)
  })

  it('12: is forgotten, request and all, when the channel is left', async () => {
    const { rig, channel, heard, errors } = await reading({ echo: { linger: 0 } })
    rig.auth.reply = () => ({ grant: true, after: 1_000, deaf: true })
    publish(rig, 'lost', new Encryption(9))
    publish(rig, 'good')
    await advance(10)
    rig.server.close()
    rig.echo.disconnect()
    channel.unsubscribe()
    await advance(0)
    expect(rig.auth.last.aborted).toBe(true)
    expect([heard, errors.map(({ code }) => code)]).toEqual([[], ['decryption-failed']])
    // The endpoint's own, which is deaf.
    expect(vi.getTimerCount()).toBe(1)
    await advance(20_000)
    expect(heard).toEqual([])
  })

  it('12: leaves no timer behind when its channel is left', async () => {
    const { rig, channel } = await reading({ echo: { linger: 0 } })
    const idle = vi.getTimerCount()
    rig.auth.reply = () => 'never'
    publish(rig, 'lost', new Encryption(9))
    await advance(10)
    expect(vi.getTimerCount()).toBeGreaterThan(idle)
    channel.unsubscribe()
    await advance(100)
    expect(vi.getTimerCount()).toBe(idle)
  })

  it('14: a listener that leaves hears nothing of what was held behind it', async () => {
    const { rig, channel, heard } = await reading()
    channel.listen('.Paid', () => channel.unsubscribe())
    rig.auth.encryption = new Encryption(8)
    for (const id of [1, 2, 3]) publish(rig, id)
    await advance(100)
    expect(heard).toEqual([1])
  })
})

describe('what an application can log', () => {
  it('has no key in it, whatever goes wrong', async () => {
    const { rig, channel, errors } = await reading()
    const secrets = [rig.auth.encryption, new Encryption(8)].map((encryption) => encryption.secretOf(wire))
    rig.auth.encryption = new Encryption(8)
    publish(rig, 'payload of the application')
    publish(rig, 'tampered', new Encryption(9))
    rig.connection.send({ event: 'Paid', channel: wire, data: 'in clear' })
    await advance(100)
    rig.auth.next({ status: 200, body: { auth: 'app-key:x', shared_secret: `${secrets[0]}x` } })
    await rig.reconnect()
    await advance(100)
    const shown = errors.flatMap((error) => [
      error.message,
      error.stack,
      error.hint,
      error.cause,
      JSON.stringify(error),
    ])
    const logged = [
      ...shown,
      ...[rig.trace, rig.echo, channel, inspect(rig.echo)].map((value) => JSON.stringify(value)),
    ]
    expect(errors.length).toBeGreaterThan(2)
    for (const secret of [...secrets, 'payload of', 'in clear"']) expect(logged.join('\n')).not.toContain(secret)
  })
})
