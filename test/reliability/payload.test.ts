import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

const json = (value: unknown) => JSON.stringify(value)

async function joined() {
  const rig = await connected()
  const heard = vi.fn()
  const other = vi.fn()
  const news = rig.echo.channel('news').on('good', heard).listenToAll(other)
  const room = rig.echo.join('room')
  await advance(100)
  return { rig, heard, other, news, room }
}

/** Sends raw texts, and then one good frame, all at once. */
async function deliver(rig: Rig, ...texts: string[]): Promise<void> {
  for (const text of texts) rig.connection.sendRaw(text)
  rig.server.publish('news', 'good', { ok: true })
  await advance(10)
}

describe('the payload of an event', () => {
  const payloads: [string, unknown, unknown][] = [
    ['an object as text', '{"a":1}', { a: 1 }],
    ['an object', { a: 1 }, { a: 1 }],
    ['a text that is no JSON', 'plain', 'plain'],
    ['half a JSON', '{"a":', '{"a":'],
    ['an empty text', '', ''],
    ['a number as text', '123', 123],
    ['null as text', 'null', null],
    ['null', null, null],
    ['a list as text, as PHP sends an event without properties', '[]', []],
    ['a text as JSON', '"x"', 'x'],
    ['a JSON text in a JSON text', '"\\"x\\""', '"x"'],
    ['false', false, false],
    ['nothing', undefined, undefined],
  ]
  for (const [what, data, expected] of payloads)
    it(`15: is ${what}`, async () => {
      const { rig, news } = await joined()
      const heard = vi.fn()
      news.on('any', heard)
      rig.connection.sendRaw(json({ event: 'any', channel: 'news', data }))
      await advance(10)
      expect(heard).toHaveBeenCalledTimes(1)
      expect(heard.mock.calls[0]?.[0]).toEqual(expected)
    })

  it('15: is nested a hundred thousand deep, and nothing breaks', async () => {
    const { rig, heard, news } = await joined()
    news.on('any', () => {})
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    await deliver(
      rig,
      json({ event: 'any', channel: 'news', data: deep }),
      `{"event":"any","channel":"news","data":${deep}}`,
    )
    expect(heard).toHaveBeenCalledTimes(1)
    expect(rig.attempts).toHaveLength(1)
  })

  it('15: is a notification whose type cannot become text, and no listener is to blame', async () => {
    const { rig, news } = await joined()
    const heard = vi.fn()
    news.notification('App.Paid' as never, heard)
    const event = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'
    for (const data of [{ type: { toString: 1 } }, { type: null }, {}, null, 5, '"text"', []])
      rig.connection.sendRaw(json({ event, channel: 'news', data: json(data) }))
    rig.connection.sendRaw(json({ event, channel: 'news', data: json({ type: 'App\\Paid' }) }))
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(1)
    expect(rig.errors).toEqual([])
  })

  it('15: is large, but under 1 MB, and is heard', async () => {
    const { rig, news } = await joined()
    const heard = vi.fn()
    news.on('any', heard)
    rig.server.publish('news', 'any', { text: 'x'.repeat(950_000) })
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(1)
  })
})

describe('a stranger’s words', () => {
  it('15: a user id on a public or private channel is nobody’s', async () => {
    const { rig, news } = await joined()
    const metas: unknown[] = []
    const channels = [news, rig.echo.private('room')]
    for (const channel of channels) channel.on('client-typing', (_, meta) => metas.push(meta.userId))
    await advance(100)
    for (const { name } of channels)
      rig.connection.send({ event: 'client-typing', channel: name, data: {}, user_id: '1' })
    await advance(10)
    expect(metas).toEqual([undefined, undefined])
  })

  for (const [what, userId, expected] of [
    ['a text', '7', '7'],
    ['a number', 7, '7'],
    ['an object', { toString: 1 }, undefined],
    ['null', null, undefined],
  ] as const)
    it(`15: a user id on a presence channel that is ${what}`, async () => {
      const { rig, room } = await joined()
      const metas: unknown[] = []
      room.on('client-typing', (_, meta) => metas.push(meta.userId))
      rig.connection.send({ event: 'client-typing', channel: 'presence-room', data: {}, user_id: userId })
      await advance(10)
      expect(metas).toEqual([expected])
    })
})
