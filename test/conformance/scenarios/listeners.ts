import { EchoError, events } from 'antiphon'
import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { eventually, joined } from '../stage'

/** How long a listener is called, and what one does to the others. */
export const listeners: readonly Scenario[] = [
  {
    name: 'stopListening() with a function ends that one, without one all of the event',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: string[] = []
      const first = () => heard.push('first')
      const channel = visitor.echo.channel('news')
      channel
        .listen('Published', first)
        .listen('Published', () => heard.push('second'))
        .listen('Other', () => heard.push('other'))
      await joined(channel)
      const publish = async () => {
        stage.server.publish('news', 'App\\Events\\Published', {})
        stage.server.publish('news', 'App\\Events\\Other', {})
        await visitor.caughtUp()
        return heard.splice(0)
      }
      expect(await publish()).toEqual(['first', 'second', 'other'])
      channel.stopListening('Published', first)
      expect(await publish()).toEqual(['second', 'other'])
      channel.stopListening('Published')
      expect(await publish()).toEqual(['other'])
    },
  },
  {
    name: 'the same function for the same event is called once',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: unknown[] = []
      const hear = (payload: unknown) => heard.push(payload)
      const channel = visitor.echo.channel('news').listen('Published', hear).listen('Published', hear)
      await joined(channel)
      stage.server.publish('news', 'App\\Events\\Published', 1)
      await visitor.caughtUp()
      expect(heard).toEqual([1])
    },
  },
  {
    name: 'a listener with { once } hears one event, one with a signal hears them until it aborts',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: string[] = []
      const abort = new AbortController()
      const channel = visitor.echo.channel('news')
      channel.listen('Published', (n: number) => heard.push(`once ${n}`), { once: true })
      channel.listen('Published', (n: number) => heard.push(`signal ${n}`), { signal: abort.signal })
      await joined(channel)
      for (const n of [1, 2]) stage.server.publish('news', 'App\\Events\\Published', n)
      await visitor.caughtUp()
      abort.abort()
      stage.server.publish('news', 'App\\Events\\Published', 3)
      await visitor.caughtUp()
      expect(heard).toEqual(['once 1', 'signal 1', 'signal 2'])
    },
  },
  {
    name: 'events() gives the payloads one after the other, until its signal aborts',
    async run(stage) {
      const { echo } = stage.visitor()
      const channel = echo.channel('news')
      const abort = new AbortController()
      const heard: unknown[] = []
      const read = async () => {
        for await (const payload of events(channel, 'Published', { signal: abort.signal })) {
          heard.push(payload)
          if (heard.length === 3) abort.abort()
        }
        heard.push('end')
      }
      void read()
      await joined(channel)
      for (const n of [1, 2, 3, 4]) stage.server.publish('news', 'App\\Events\\Published', n)
      await eventually(() => expect(heard).toEqual([1, 2, 3, 'end']))
    },
  },
  {
    name: 'a listener that throws, or rejects, silences nobody, and onError hears of it',
    async run(stage) {
      const { echo } = stage.visitor()
      const heard: unknown[] = []
      const channel = echo
        .channel('news')
        .listen('Published', () => {
          throw new Error('thrown')
        })
        .listen('Published', async () => {
          throw new Error('rejected')
        })
        .listenToAll(() => {
          throw new Error('all')
        })
        .listen('Published', (n: number) => heard.push(n))
      await joined(channel)
      for (const n of [1, 2]) stage.server.publish('news', 'App\\Events\\Published', n)
      await eventually(() => expect(heard).toEqual([1, 2]))
      await eventually(() => expect(stage.errors).toHaveLength(6))
      const messages = stage.errors.splice(0).map((error) => (error as Error).message)
      expect(messages.sort()).toEqual(['all', 'all', 'rejected', 'rejected', 'thrown', 'thrown'])
    },
  },
  {
    name: 'a listener that leaves while it is called is the last one to be called',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: string[] = []
      const channel = visitor.echo
        .channel('news')
        .listen('Published', () => {
          heard.push('first')
          visitor.echo.leave('news')
        })
        .listen('Published', () => heard.push('second'))
        .listenToAll(() => heard.push('all'))
      await joined(channel)
      for (const n of [1, 2]) stage.server.publish('news', 'App\\Events\\Published', n)
      await visitor.caughtUp()
      expect(heard).toEqual(['first'])
    },
  },
  {
    name: 'a name that cannot be one, and a listener that is no function, are refused at once',
    async run(stage) {
      const { echo } = stage.visitor()
      expect(() => echo.private('')).toThrow(EchoError)
      expect(() => echo.channel('news').listen('Published', 'no function' as never)).toThrow(EchoError)
    },
  },
]
