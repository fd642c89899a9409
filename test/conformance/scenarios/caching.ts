import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { ada, ben, eventually, joined } from '../stage'

const kinds = ['channel', 'private', 'join'] as const
const wires = { channel: 'cache-x', private: 'private-cache-x', join: 'presence-cache-x' }

/** Cache channels, and how many are subscribed. */
export const caching: readonly Scenario[] = [
  {
    name: 'a cache channel begins with its last event, or says that there is none',
    async run(stage) {
      const [one, two] = [await stage.connected(ada), await stage.connected(ben)]
      for (const kind of kinds) {
        const heard: unknown[] = []
        const first = one.echo[kind]('cache-x').cacheMiss(() => heard.push('miss'))
        await joined(first)
        await one.caughtUp()
        stage.server.publish(wires[kind], 'App\\Events\\Priced', { euro: 1 })
        stage.server.publish(wires[kind], 'App\\Events\\Priced', { euro: 2 })
        const second = two.echo[kind]('cache-x')
          .cacheMiss(() => heard.push('never'))
          .listen('Priced', (event) => heard.push(event))
        await joined(second)
        await two.caughtUp()
        expect(heard).toEqual(['miss', { euro: 2 }])
      }
    },
  },
  {
    name: 'cacheMiss() takes once and a signal, and never reaches listenToAll()',
    async run(stage) {
      const visitor = await stage.connected()
      const heard: unknown[] = []
      const controller = new AbortController()
      const channel = visitor.echo
        .channel('cache-x')
        .cacheMiss(() => heard.push('once'), { once: true })
        .cacheMiss(() => heard.push('aborted'), { signal: controller.signal })
        .listenToAll((event) => heard.push(event))
      controller.abort()
      await joined(channel)
      await visitor.caughtUp()
      visitor.connection.send({ event: 'pusher:cache_miss', channel: 'cache-x' })
      await visitor.caughtUp()
      expect(heard).toEqual(['once'])
    },
  },
  {
    name: 'count is what the server told last, and on() hears of it',
    server: { like: 'pusher', subscriptionCounts: true },
    async run(stage) {
      const [one, two] = [await stage.connected(ada), await stage.connected(ben)]
      const channel = one.echo.channel('news')
      expect(channel.count).toBe(undefined)
      const told: unknown[] = []
      channel.on('pusher:subscription_count', ({ subscription_count }) => told.push(subscription_count))
      await joined(channel)
      await one.caughtUp()
      expect(channel.count).toBe(1)
      await joined(two.echo.channel('news'))
      await one.caughtUp()
      expect(channel.count).toBe(2)
      two.echo.disconnect()
      await eventually(() => expect([channel.count, told]).toEqual([1, [1, 2, 1]]))
    },
  },
  {
    name: 'count is known without a listener, and is no number where the server talks nonsense',
    async run(stage) {
      const visitor = await stage.connected()
      const channel = visitor.echo.channel('news')
      await joined(channel)
      const counts: unknown[] = []
      for (const data of [
        { subscription_count: 7 },
        '{"subscription_count":8}',
        { subscription_count: 'x' },
        '[]',
        5,
      ]) {
        visitor.connection.send({ event: 'pusher_internal:subscription_count', channel: 'news', data })
        await visitor.caughtUp()
        counts.push(channel.count)
      }
      expect(counts).toEqual([7, 8, undefined, undefined, undefined])
    },
  },
]
