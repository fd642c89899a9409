import { type EchoError, type EventMeta } from 'antiphon'
import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { ada, ben, eventually, joined, type Stage } from '../stage'

/** What pages tell each other past the application’s server. */
export const whispers: readonly Scenario[] = [
  {
    name: 'whispers go both ways on a private channel',
    async run(stage) {
      const heard: string[] = []
      const pages = [ada, ben].map((user) => stage.visitor(user).echo.private('chat'))
      for (const [index, channel] of pages.entries())
        channel.listenForWhisper('typing', ({ who }) => heard.push(`${index} hears ${who}`))
      await joined(...pages)
      pages[0]?.whisper('typing', { who: 'Ada' })
      await eventually(() => expect(heard).toEqual(['1 hears Ada']))
      pages[1]?.whisper('typing', { who: 'Ben' })
      await eventually(() => expect(heard).toEqual(['1 hears Ada', '0 hears Ben']))
    },
  },
  {
    name: 'a whisper in a room says who it is from, and does not come back',
    async run(stage) {
      const { speaker, heard, room } = await chat(stage)
      room.whisper('typing', { on: true })
      const meta = { event: 'client-typing', channel: 'presence-room', userId: '1' }
      await eventually(() => expect(heard).toEqual([{ by: 'Ben', data: { on: true }, meta }]))
      await speaker.caughtUp()
      expect(heard).toHaveLength(1)
    },
  },
  {
    name: 'a whisper waits until its channel is joined',
    async run(stage) {
      const { heard } = await chat(stage)
      const guest = stage.visitor(ada)
      const room = guest.echo.join('room').whisper('typing', { early: true })
      expect(room.status.get()).toBe('joining')
      await eventually(() => expect(heard).toMatchObject([{ data: { early: true } }, { data: { early: true } }]))
    },
  },
  {
    name: 'a whisper within subscribed() and here() arrives',
    async run(stage) {
      const { listener } = await chat(stage)
      const heard: string[] = []
      listener.echo.join('room').listenForWhisper('hello', ({ from }) => heard.push(from))
      const room = stage.visitor(ada).echo.join('room')
      room
        .here(() => room.whisper('hello', { from: 'here' }))
        .subscribed(() => room.whisper('hello', { from: 'subscribed' }))
      await eventually(() => expect(heard).toEqual(['here', 'subscribed']))
    },
  },
  {
    name: 'a throttled whisper is sent at once, and then the latest only',
    async run(stage) {
      const { heard, room } = await chat(stage)
      for (const n of [1, 2, 3, 4]) room.whisper('typing', { n }, { throttle: 200 })
      await eventually(() => expect(heard.map(({ data }) => data)).toEqual([{ n: 1 }, { n: 4 }]))
    },
  },
  {
    name: 'more than ten whispers in a second wait for their turn, and none is lost',
    async run(stage) {
      const { heard, room } = await chat(stage)
      const began = Date.now()
      const numbers = Array.from({ length: 15 }, (_, n) => n)
      for (const n of numbers) room.whisper('typing', { n })
      await eventually(() => expect(heard.map(({ data }) => data.n)).toEqual(numbers))
      // Servers relay ten in a second.
      expect(Date.now() - began).toBeGreaterThanOrEqual(1000)
    },
  },
  {
    name: 'stopListeningForWhisper() ends what listenForWhisper() began',
    async run(stage) {
      const { listener, heard, room } = await chat(stage)
      const others: unknown[] = []
      listener.echo
        .join('room')
        .stopListeningForWhisper('typing')
        .listenForWhisper('other', (data) => others.push(data))
      room.whisper('typing', { on: true }).whisper('other', { on: true })
      await eventually(() => expect(others).toEqual([{ on: true }]))
      expect(heard).toEqual([])
    },
  },
  {
    name: 'a whisper that no server would relay throws at once',
    async run(stage) {
      const { room, speaker } = await chat(stage)
      for (const data of ['text', 5, null, undefined])
        expect(() => room.whisper('typing', data as never)).toThrow(/needs an object/)
      expect(() => speaker.echo.channel('news').whisper('typing' as never, {} as never)).toThrow(/Nobody can whisper/)
    },
  },
  {
    name: 'a whisper that is too long is told to error(), and the next one arrives',
    async run(stage) {
      const { heard, room } = await chat(stage)
      const errors: EchoError[] = []
      room.error((error) => errors.push(error))
      room.whisper('typing', { text: 'x'.repeat(10_000) }).whisper('typing', { short: true })
      await eventually(() => expect(heard).toMatchObject([{ data: { short: true } }]))
      expect(errors).toMatchObject([{ code: 'whisper-dropped' }])
    },
  },
  {
    name: 'an event published to others reaches everybody but the page that caused it',
    async run(stage) {
      const [mine, other] = [await stage.connected(ada), await stage.connected(ben)]
      const heard: string[] = []
      const pages = [mine, other].map(({ echo }, index) =>
        echo.channel('news').listen('.Posted', () => heard.push(`${index}`)),
      )
      await joined(...pages)
      const { 'X-Socket-ID': except } = mine.echo.socketHeaders()
      expect(except).toBe(mine.echo.socketId())
      stage.server.publish('news', 'Posted', {}, { except })
      await Promise.all([mine.caughtUp(), other.caughtUp()])
      expect(heard).toEqual(['1'])
    },
  },
]

/** Ada and Ben in one room; both listen for `typing`. */
async function chat(stage: Stage) {
  const [speaker, listener] = [stage.visitor(ada), stage.visitor(ben)]
  const heard: { by: string; data: any; meta: EventMeta }[] = []
  const [room, other] = [speaker, listener].map(({ echo }, index) =>
    echo.join('room').listenForWhisper('typing', (data, meta) => heard.push({ by: index ? 'Ben' : 'Ada', data, meta })),
  )
  await joined(room!, other!)
  return { speaker, listener, heard, room: room! }
}
