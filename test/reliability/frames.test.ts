import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

const megabyte = 1024 * 1024
const json = (value: unknown) => JSON.stringify(value)
const onRoom = (event: string, data?: unknown) =>
  json({ event, channel: 'presence-room', ...(data !== undefined && { data }) })

/** What is no frame, or none of ours: dropped, with a trace entry. */
const dropped: Record<string, string> = {
  'an empty text': '',
  'a text': 'hello',
  'a page': '<!doctype html><title>502</title>',
  'half of a frame': '{"event":"any","channel":"news","da',
  'two frames': '{"event":"any","channel":"news"}{"event":"any","channel":"news"}',
  null: 'null',
  true: 'true',
  'a number': '5',
  'a JSON text': '"any"',
  'a list': '[]',
  'a list of frames': '[{"event":"any","channel":"news","data":"{}"}]',
  'an empty object': '{}',
  'no event': json({ channel: 'news', data: '{}' }),
  'event null': json({ event: null, channel: 'news' }),
  'event as a number': json({ event: 7, channel: 'news' }),
  'event as an object': json({ event: { toString: 1 }, channel: 'news' }),
  'event as a list': json({ event: ['any'], channel: 'news' }),
  'an unknown channel': json({ event: 'any', channel: 'elsewhere', data: '{}' }),
  'a channel as a number': json({ event: 'any', channel: 5, data: '{}' }),
  'a channel as an object': json({ event: 'any', channel: { toString: 1 }, data: '{}' }),
  'an event without a channel': json({ event: 'any', data: '{}' }),
  'a success for a channel nobody asked for': json({
    event: 'pusher_internal:subscription_succeeded',
    channel: 'elsewhere',
    data: '{}',
  }),
  'a frame above 1 MB': json({ event: 'any', channel: 'news', data: json({ text: 'x'.repeat(megabyte) }) }),
  'junk above 1 MB': '['.repeat(2 * megabyte),
}

/** What is a frame, and makes no sense: it may be dropped in silence, and changes nothing. */
const senseless: Record<string, string> = {
  'an unknown event of the protocol': json({ event: 'pusher:whatever', data: '{}' }),
  'an unknown internal event': onRoom('pusher_internal:whatever', '{}'),
  'an internal event without a channel': json({ event: 'pusher_internal:subscription_succeeded', data: '{}' }),
  'member_added without data': onRoom('pusher_internal:member_added'),
  'member_added with null': onRoom('pusher_internal:member_added', 'null'),
  'member_added without an id': onRoom('pusher_internal:member_added', '{}'),
  'member_added with an object for an id': onRoom('pusher_internal:member_added', '{"user_id":{"toString":1}}'),
  'member_added with half a JSON': onRoom('pusher_internal:member_added', '{"user_id":"'),
  'member_removed without data': onRoom('pusher_internal:member_removed'),
  'member_removed with a list': onRoom('pusher_internal:member_removed', '[]'),
  'member_removed of nobody': onRoom('pusher_internal:member_removed', '{"user_id":"99"}'),
  'member_added on a public channel': json({
    event: 'pusher_internal:member_added',
    channel: 'news',
    data: '{"user_id":"9"}',
  }),
  'a second success': onRoom('pusher_internal:subscription_succeeded', '{"presence":{"count":0,"ids":[],"hash":{}}}'),
  'a second success without presence': onRoom('pusher_internal:subscription_succeeded', '{}'),
  'a count without data': json({ event: 'pusher_internal:subscription_count', channel: 'news' }),
  'an error without data': json({ event: 'pusher:error' }),
  'an error with hostile data': json({
    event: 'pusher:error',
    data: { code: { valueOf: 1 }, message: { toString: 1 } },
  }),
  'a refusal for a joined channel': onRoom('pusher:subscription_error', { status: 401 }),
  'a refusal for an unknown channel': json({ event: 'pusher:subscription_error', channel: 'elsewhere', data: null }),
  'a greeting': json({ event: 'pusher:connection_established', data: '{"socket_id":"9.9","activity_timeout":1}' }),
  'a greeting without data': json({ event: 'pusher:connection_established' }),
  'a sign-in': json({ event: 'pusher:signin_success', data: { user_data: '{"id":"1"}' } }),
  'a watchlist': json({ event: 'pusher_internal:watchlist_events' }),
  'a pong': json({ event: 'pusher:pong' }),
  'a pong for a channel': onRoom('pusher:pong', {}),
}

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

describe('a frame that is none', () => {
  for (const [what, text] of Object.entries(dropped))
    it(`15: ${what} is dropped with one trace entry, and the next frame is unharmed`, async () => {
      const { rig, heard, other } = await joined()
      const before = rig.trace.length
      await deliver(rig, text)
      expect(rig.trace.slice(before).filter(({ about }) => about === 'frame')).toHaveLength(1)
      expect(rig.trace.length).toBe(before + 1)
      expect(heard).toHaveBeenCalledTimes(1)
      expect(heard.mock.calls[0]?.[0]).toEqual({ ok: true })
      expect(other).toHaveBeenCalledTimes(1)
      expect(rig.attempts).toHaveLength(1)
      expect(rig.errors).toEqual([])
    })

  for (const [what, data] of Object.entries({
    'a buffer': new TextEncoder().encode('{"event":"any","channel":"news","data":"{}"}').buffer,
    'a Blob': new Blob(['{"event":"any","channel":"news","data":"{}"}']),
    nothing: undefined,
    null: null,
    'an object': { event: 'any', channel: 'news' },
  }))
    it(`15: ${what}, binary, is dropped with one trace entry`, async () => {
      const { rig, heard, other } = await joined()
      const before = rig.trace.length
      rig.socket.dispatchEvent(new MessageEvent('message', { data }))
      await deliver(rig)
      expect(rig.trace.length).toBe(before + 1)
      expect([heard.mock.calls.length, other.mock.calls.length]).toEqual([1, 1])
      expect(rig.attempts).toHaveLength(1)
    })

  it('15: an event of a channel that was left is dropped with one trace entry', async () => {
    const { rig } = await joined()
    rig.echo.leave('news')
    await advance(1_000)
    const before = rig.trace.length
    rig.connection.send({ event: 'any', channel: 'news', data: '{}' })
    await advance(10)
    expect(rig.trace.slice(before).map(({ about }) => about)).toEqual(['frame'])
  })

  it('15: its trace entry does not carry what was in it', async () => {
    const { rig } = await joined()
    await deliver(rig, 'CANARY', json({ event: 5, data: 'CANARY' }))
    expect(json(rig.trace)).not.toContain('CANARY')
  })
})

describe('a frame without sense', () => {
  for (const [what, text] of Object.entries(senseless))
    it(`15: ${what} changes nothing`, async () => {
      const { rig, heard, other, news, room } = await joined()
      const said = vi.fn()
      room.subscribed(said).here(said).joining(said).leaving(said).error(said)
      room.on('pusher:subscription_count', said)
      news.subscribed(said).error(said)
      await advance(1)
      said.mockClear()
      const [id, members] = [rig.echo.socketId(), room.presence.get().members.map((member) => member.id)]
      await deliver(rig, text, text)
      await advance(500)
      expect(heard).toHaveBeenCalledTimes(1)
      expect(other).toHaveBeenCalledTimes(1)
      expect(said).not.toHaveBeenCalled()
      expect([news.status.get(), room.status.get()]).toEqual(['joined', 'joined'])
      expect(rig.echo.socketId()).toBe(id)
      if (!what.startsWith('a second success'))
        expect(room.presence.get().members.map((member) => member.id)).toEqual(members)
      expect(rig.attempts).toHaveLength(1)
      expect(rig.errors).toEqual([])
    })

  it('15: a second success announces nothing again', async () => {
    const { rig, news } = await joined()
    const said = vi.fn()
    news.subscribed(said).missed(said)
    await advance(1)
    said.mockClear()
    await deliver(rig, json({ event: 'pusher_internal:subscription_succeeded', channel: 'news', data: '{}' }))
    await advance(3_000)
    expect(said).not.toHaveBeenCalled()
  })

  it('15: a success before the authorization is not taken', async () => {
    const { rig } = await joined()
    rig.auth.next({ grant: true, after: 1_000 })
    const channel = rig.echo.private('late')
    await advance(100)
    rig.connection.send({ event: 'pusher_internal:subscription_succeeded', channel: 'private-late', data: '{}' })
    await advance(100)
    expect(channel.status.get()).toBe('joining')
    await advance(1_000)
    expect(channel.status.get()).toBe('joined')
  })

  it('15: an event of a channel that is not authorized, or was refused, is not heard', async () => {
    const { rig } = await joined()
    const heard = vi.fn()
    rig.auth.next('never', { status: 403 })
    rig.echo.private('early').on('any', heard)
    const refused = rig.echo.private('refused').on('any', heard)
    await advance(10)
    expect(refused.status.get()).toBe('failed')
    for (const channel of ['private-early', 'private-refused'])
      rig.connection.send({ event: 'any', channel, data: '{}' })
    await advance(10)
    expect(heard).not.toHaveBeenCalled()
  })

  it('15: a thousand of them are not answered, and pings only once each', async () => {
    const { rig } = await joined()
    const before = rig.received().length
    for (let round = 0; round < 20; round++)
      for (const text of Object.values({ ...senseless, ...dropped }))
        if (text.length < 1_000) rig.connection.sendRaw(text)
    for (let round = 0; round < 100; round++) rig.connection.send({ event: 'pusher:ping' })
    vi.advanceTimersByTime(1_000)
    const answers = rig.received().slice(before)
    expect(answers.filter(({ event }) => event !== 'pusher:pong')).toEqual([])
    expect(answers).toHaveLength(100)
    expect(rig.echo.connectionStatus()).toBe('connected')
  })
})
