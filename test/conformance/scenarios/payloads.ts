import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { eventually, joined, type Stage } from '../stage'

/** What arrives of what a server publishes. */
export const payloads: readonly Scenario[] = [
  {
    name: 'a payload of any kind arrives as it was',
    run: (stage) =>
      arrive(stage, [{ id: 1, deep: { list: [1, { a: null }] } }, [], {}, [1, 'two'], 5, -0.5, true, false, null]),
  },
  {
    name: 'a payload of text arrives as text, and JSON within text is opened once',
    run: (stage) =>
      arrive(
        stage,
        ['plain', '', '{"id":1}', '"{\\"id\\":1}"', '[not json', '12'],
        ['plain', '', { id: 1 }, '{"id":1}', '[not json', 12],
      ),
  },
  {
    name: 'a payload that a soketi sends as an object, not as text, arrives as it was',
    server: { like: 'soketi' },
    run: (stage) => arrive(stage, [{ id: 1 }, [1, 2], 5, null]),
  },
  {
    name: 'every letter of every script arrives as it was',
    run: (stage) =>
      arrive(stage, [
        { text: 'Grüße, שלום, 你好, 👩‍👩‍👧 e\u0301 \u2028\u2029 \u0000 "\\/' },
        { ключ: 'значение', '\u{1F512}': true },
      ]),
  },
  {
    name: 'a payload of ninety kilobytes arrives as it was',
    run: (stage) => arrive(stage, [{ text: 'x'.repeat(90_000) }]),
  },
  {
    name: 'an event without data arrives as undefined',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: unknown[] = []
      const channel = visitor.echo.channel('news').listen('.Bare', (...args: unknown[]) => heard.push(args[0]))
      await joined(channel)
      visitor.connection.send({ event: 'Bare', channel: 'news' })
      await eventually(() => expect(heard).toEqual([undefined]))
    },
  },
  {
    name: 'a thousand events of two channels arrive in the order in which they were sent',
    async run(stage) {
      const { echo } = stage.visitor()
      const heard: number[] = []
      const channels = ['a', 'b'].map((name) => echo.channel(name).listen('.Next', (n: number) => heard.push(n)))
      await joined(...channels)
      const numbers = Array.from({ length: 1000 }, (_, n) => n)
      for (const n of numbers) stage.server.publish(n % 3 ? 'a' : 'b', 'Next', n)
      await eventually(() => expect(heard).toHaveLength(1000))
      expect(heard).toEqual(numbers)
    },
  },
]

async function arrive(stage: Stage, published: readonly unknown[], expected = published): Promise<void> {
  const { echo } = stage.visitor()
  const heard: unknown[] = []
  const all: unknown[] = []
  const channel = echo.channel('news')
  channel.listen('.Published', (payload: unknown) => heard.push(payload))
  channel.listenToAll((_event, payload) => all.push(payload))
  await joined(channel)
  for (const payload of published) stage.server.publish('news', 'Published', payload)
  await eventually(() => expect(heard).toEqual(expected))
  expect(all).toEqual(expected)
}
