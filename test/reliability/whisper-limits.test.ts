import { EchoError } from 'antiphon'
import { beforeEach, describe, expect, it } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

/** The data of the whispers that the server heard. */
const whispered = (rig: Rig) =>
  rig
    .received()
    .filter(({ event }) => event.startsWith('client-'))
    .map(({ data }) => data)

/** A private channel with what its error() heard. */
function room(rig: Rig, name = 'room') {
  const errors: EchoError[] = []
  const channel = rig.echo.private(name).error((error) => errors.push(error))
  return { channel, errors }
}

const dropped = (errors: EchoError[]) => errors.filter(({ code }) => code === 'whisper-dropped').length

describe('a flood of whispers', () => {
  it('17: is never more than 10 a second, so that no server refuses one', async () => {
    const rig = await connected({ server: { like: 'pusher', clientEventsPerSecond: 10 } })
    const { channel, errors } = room(rig)
    await advance(100)
    for (let round = 0; round < 100; round++) {
      channel.whisper('typing', { round })
      await advance(37)
    }
    await advance(15_000)
    expect(rig.connection.sent.filter((frame) => (frame as { event: string }).event === 'pusher:error')).toEqual([])
    expect(whispered(rig).length).toBeGreaterThan(30)
    expect(whispered(rig).length + dropped(errors)).toBe(100)
  })

  it('17: at once: what is sent is in order, what is dropped reaches error()', async () => {
    const rig = await connected({ server: { like: 'pusher', clientEventsPerSecond: 10 } })
    const { channel, errors } = room(rig)
    await advance(100)
    for (let index = 0; index < 200; index++) channel.whisper('typing', { index })
    await advance(1)
    expect(whispered(rig)).toHaveLength(10)
    await advance(30_000)
    const indexes = whispered(rig).map(({ index }) => index)
    expect(indexes).toEqual([...indexes].sort((a, b) => a - b))
    expect(indexes.length + dropped(errors)).toBe(200)
    expect(rig.connection.sent.filter((frame) => (frame as { event: string }).event === 'pusher:error')).toEqual([])
  })

  it('17: shares one bucket between all channels of an Echo', async () => {
    const rig = await connected({ server: { like: 'pusher', clientEventsPerSecond: 10 } })
    const rooms = [1, 2, 3, 4].map((index) => room(rig, `room.${index}`))
    await advance(100)
    for (let index = 0; index < 10; index++) for (const { channel } of rooms) channel.whisper('typing', { index })
    await advance(1)
    expect(whispered(rig)).toHaveLength(10)
    await advance(15_000)
    expect(rig.connection.sent.filter((frame) => (frame as { event: string }).event === 'pusher:error')).toEqual([])
    expect(whispered(rig).length + rooms.reduce((sum, { errors }) => sum + dropped(errors), 0)).toBe(40)
  })

  it('17: is throttled where asked: the latest value, at most so often', async () => {
    const rig = await connected()
    const { channel, errors } = room(rig)
    await advance(100)
    for (let index = 0; index <= 20; index++) {
      channel.whisper('typing', { index }, { throttle: 500 })
      await advance(50)
    }
    await advance(1_000)
    const indexes = whispered(rig).map(({ index }) => index)
    expect(indexes[0]).toBe(0)
    expect(indexes.at(-1)).toBe(20)
    expect(indexes.length).toBeLessThanOrEqual(4)
    expect(errors).toEqual([])
  })

  it('17: takes the place of no other but a throttled one, and only if it is not too long itself', async () => {
    const rig = await connected()
    const { channel, errors } = room(rig)
    channel.whisper('saved', { id: 1 })
    channel.whisper('saved', { id: 2 }, { throttle: 500 })
    channel.whisper('saved', { text: 'x'.repeat(20_000) }, { throttle: 500 })
    await advance(2_000)
    expect(whispered(rig)).toEqual([{ id: 1 }, { id: 2 }])
    expect(dropped(errors)).toBe(1)
  })

  it('17: of different names is throttled by name', async () => {
    const rig = await connected()
    const { channel } = room(rig)
    await advance(100)
    for (let index = 0; index < 3; index++)
      for (const name of ['a', 'b']) channel.whisper(name, { index }, { throttle: 500 })
    await advance(2_000)
    expect(whispered(rig)).toHaveLength(4)
  })
})

describe('a whisper that no server would take', () => {
  for (const [what, data] of Object.entries({
    'a text': 'hello',
    'an empty text': '',
    'a number': 5,
    true: true,
    NaN: Number.NaN,
    'a function': () => {},
    'a symbol': Symbol('x'),
  }))
    it(`17: ${what} is refused at once`, async () => {
      const rig = await connected()
      const { channel, errors } = room(rig)
      await advance(100)
      expect(() => channel.whisper('typing', data as object)).toThrow(EchoError)
      expect(() => channel.whisper('typing', data as object)).toThrow(/typing|whisper/i)
      await advance(1_000)
      expect(whispered(rig)).toEqual([])
      expect(errors).toEqual([])
    })

  for (const [what, data] of Object.entries({
    'goes round in circles': (() => {
      const circle: Record<string, unknown> = {}
      circle.self = circle
      return circle
    })(),
    'has a bigint': { n: 10n },
    'throws when read': {
      toJSON: () => {
        throw new Error('boom')
      },
    },
  }))
    it(`17: an object that ${what} harms nobody`, async () => {
      const rig = await connected()
      const { channel, errors } = room(rig)
      await advance(100)
      let thrown: unknown
      try {
        channel.whisper('typing', data)
      } catch (error) {
        thrown = error
      }
      channel.whisper('typing', { fine: true })
      await advance(1_000)
      expect(whispered(rig)).toEqual([{ fine: true }])
      expect(thrown ?? errors[0]).toBeInstanceOf(EchoError)
    })

  for (const [what, text] of Object.entries({ letters: 'x'.repeat(9_980), 'letters of two bytes': 'é'.repeat(5_000) }))
    it(`17: more than 10,000 bytes (${what}) reaches error(), and the connection lives`, async () => {
      const rig = await connected()
      const { channel, errors } = room(rig)
      await advance(100)
      channel.whisper('typing', { text })
      channel.whisper('typing', { fine: true })
      await advance(1_000)
      expect(rig.attempts).toHaveLength(1)
      expect(whispered(rig)).toEqual([{ fine: true }])
      expect(dropped(errors)).toBe(1)
    })

  it('17: just under 10,000 bytes is sent', async () => {
    const rig = await connected()
    const { channel, errors } = room(rig)
    await advance(100)
    channel.whisper('typing', { text: 'é'.repeat(4_900) })
    await advance(1_000)
    expect(whispered(rig)).toHaveLength(1)
    expect(errors).toEqual([])
  })

  it('17: above the size while it waits is dropped alone', async () => {
    const rig = await connected()
    rig.auth.next({ grant: true, after: 500 })
    const { channel, errors } = room(rig)
    channel
      .whisper('a', { index: 1 })
      .whisper('a', { text: 'x'.repeat(20_000) })
      .whisper('a', { index: 2 })
    await advance(2_000)
    expect(whispered(rig)).toEqual([{ index: 1 }, { index: 2 }])
    expect(dropped(errors)).toBe(1)
  })
})
