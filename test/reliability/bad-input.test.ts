import { Echo, EchoError } from 'antiphon'
import { inspect } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

describe('a channel’s name', () => {
  for (const verb of ['channel', 'private', 'join'] as const) {
    for (const name of ['', undefined, null, 5, {}])
      it(`given as ${JSON.stringify(name)} to ${verb}() is an error at once`, async () => {
        const rig = await connected()
        expect(() => rig.echo[verb](name as string)).toThrow(EchoError)
        await advance(100)
        expect(rig.received()).toEqual([])
      })

    for (const name of [
      'private-x',
      'presence-x',
      'private-encrypted-x',
      'größe',
      '部屋',
      'a b',
      'a/b:c',
      'x'.repeat(200),
      ' ',
      '#x',
      '\u0000',
      '👋',
    ])
      it(`${JSON.stringify(name.slice(0, 20))} for ${verb}() is taken as the server takes it, or refused clearly`, async () => {
        const rig = await connected()
        let thrown: unknown
        try {
          const channel = rig.echo[verb](name)
          await advance(25_000)
          expect(['joined', 'failed']).toContain(channel.status.get())
          if (channel.status.get() === 'failed') await expect(channel.ready()).rejects.toBeInstanceOf(EchoError)
        } catch (error) {
          thrown = error
        }
        if (thrown !== undefined) expect(thrown).toBeInstanceOf(EchoError)
        expect(rig.echo.connectionStatus()).toBe('connected')
        expect(rig.errors).toEqual([])
      })
  }

  it('with a prefix already is the name that the server knows', async () => {
    const rig = await connected()
    const channel = rig.echo.private('private-x')
    await advance(100)
    expect(['private-x', 'private-private-x']).toContain(channel.name)
    expect(channel.status.get()).toBe('joined')
  })
})

describe('a listener that is none', () => {
  for (const callback of [undefined, null, 'text', {}, 5])
    it(`${JSON.stringify(callback)} is an error at once, for every verb`, async () => {
      const rig = await connected()
      const room = rig.echo.join('room')
      const bad = callback as never
      const verbs: (() => unknown)[] = [
        () => room.listen('Any', bad),
        () => room.on('any', bad),
        () => room.listenToAll(bad),
        () => room.subscribed(bad),
        () => room.error(bad),
        () => room.missed(bad),
        () => room.notification(bad),
        () => room.listenForWhisper('typing', bad),
        () => room.here(bad),
        () => room.joining(bad),
        () => room.leaving(bad),
        () => rig.echo.listen('news', 'Any', bad),
      ]
      for (const verb of verbs) expect(verb).toThrow(EchoError)
      await advance(100)
      rig.server.publish('presence-room', 'any', {})
      await rig.reconnect()
      expect(rig.errors).toEqual([])
      expect(room.status.get()).toBe('joined')
    })
})

describe('options that are wrong', () => {
  const wrong: [string, Record<string, unknown>][] = [
    ['key', { key: '' }],
    ['key', { key: undefined }],
    ['wsPort', { wsPort: 0 }],
    ['wsPort', { wsPort: 'abc' }],
    ['wsPort', { wsPort: 70_000 }],
    ['wssPort', { wssPort: -1 }],
    ['wssPort', { wssPort: 1.5 }],
    ['wsHost', { wsHost: '' }],
    ['onError', { onError: 'log' }],
    ['trace', { trace: true }],
    ['authorize', { authorize: {} }],
    ['fetch', { fetch: 'x' }],
    ['WebSocket', { WebSocket: {} }],
    ['reconnect', { reconnect: { min: -1 } }],
    ['reconnect', { reconnect: { max: Number.NaN } }],
    ['linger', { linger: 'long' }],
    ['client', { client: {} }],
    ['client', { client: 'pusher' }],
    ['client', { client: class {} }],
    ['broadcaster', { broadcaster: () => undefined }],
    ['broadcaster', { broadcaster: () => ({ connect() {}, disconnect() {} }) }],
    // As laravel-echo's custom connectors were.
    ['broadcaster', { broadcaster: class {} }],
  ]
  for (const [name, options] of wrong)
    it(`${inspect(options)} is an error at once that names ${name}, and nothing is opened`, () => {
      let opened = 0
      const Counting = class {
        constructor() {
          opened++
        }
      }
      const given = {
        broadcaster: 'reverb',
        key: 'k',
        wsHost: 'ws.test',
        autoConnect: true,
        WebSocket: Counting,
        ...options,
      }
      let thrown: unknown
      try {
        new Echo(given as never)
      } catch (error) {
        thrown = error
      }
      // An empty host is an absent one: environment variables come like that.
      if (options.wsHost === '' && thrown === undefined) return
      expect(thrown).toBeInstanceOf(EchoError)
      expect(thrown).toMatchObject({ code: 'invalid-option' })
      expect((thrown as EchoError).message).toContain(name)
      expect((thrown as EchoError).hint).toMatch(/\w/)
      expect(opened).toBe(0)
    })

  it('what an own connector throws as it is made is the cause', () => {
    const cause = new Error('no network here')
    const broadcaster = () => {
      throw cause
    }
    expect(() => new Echo({ broadcaster })).toThrow(expect.objectContaining({ code: 'invalid-option', cause }))
  })

  it('an unknown broadcaster says what the incumbent said', () => {
    expect(() => new Echo({ broadcaster: 'foo', key: 'k' } as never)).toThrow(
      'Broadcaster string foo is not supported.',
    )
  })
})
