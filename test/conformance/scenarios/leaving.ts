import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { eventually, joined, type Stage, type Visitor } from '../stage'

/** Leaving, and coming back; one holder, or several. */
export const leaving: readonly Scenario[] = [
  {
    name: 'leave() is final at once for the listeners, and soon for the server',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: unknown[] = []
      const channel = visitor.echo.channel('news').listen('.Published', (n: number) => heard.push(n))
      await joined(channel)
      stage.server.publish('news', 'Published', 1)
      await visitor.caughtUp()
      stage.server.publish('news', 'Published', 2)
      visitor.echo.leave('news')
      await visitor.caughtUp()
      await eventually(() => expect(names(stage)).not.toContain('news'))
      expect(visitor.sent('pusher:unsubscribe')).toContainEqual({ channel: 'news' })
      channel.listen('.Published', () => heard.push('dead'))
      stage.server.publish('news', 'Published', 3)
      await visitor.caughtUp()
      expect(heard).toEqual([1])
    },
  },
  {
    name: 'leave() means every kind of that name and nothing else, leaveChannel() one wire name',
    async run(stage) {
      const { echo } = await stage.connected()
      const all = [echo.channel('a'), echo.private('a'), echo.join('a'), echo.channel('b'), echo.private('b')]
      await joined(...all)
      echo.leave('a')
      await eventually(() => expect(names(stage)).toEqual(['b', 'private-b']))
      echo.leaveChannel('private-b')
      echo.leaveChannel('unheard-of')
      await eventually(() => expect(names(stage)).toEqual(['b']))
      expect(all.map(({ status }) => status.get())).toEqual(['left', 'left', 'left', 'joined', 'left'])
    },
  },
  {
    name: 'leaveAllChannels() and unsubscribe() leave what they say',
    async run(stage) {
      const { echo } = stage.visitor()
      const [a, b, c] = [echo.channel('a'), echo.private('b'), echo.join('c')]
      await joined(a, b, c)
      a.unsubscribe()
      await eventually(() => expect(names(stage)).toEqual(['private-b', 'presence-c']))
      echo.leaveAllChannels()
      await eventually(() => expect(names(stage)).toEqual([]))
    },
  },
  {
    name: 'left and joined again at once, before the server has answered, only the new listeners hear',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: string[] = []
      visitor.echo.private('orders').listen('.Paid', () => heard.push('old'))
      visitor.echo.leave('orders')
      const channel = visitor.echo.private('orders').listen('.Paid', () => heard.push('new'))
      await joined(channel)
      stage.server.publish('private-orders', 'Paid', {})
      await visitor.caughtUp()
      expect(heard).toEqual(['new'])
    },
  },
  {
    name: 'left and joined again at once, the channel stays the server’s, and only the new listeners hear',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: string[] = []
      const hear = (who: string) => visitor.echo.private('orders').listen('.Paid', () => heard.push(who))
      await joined(hear('old'))
      visitor.echo.leave('orders')
      const channel = hear('new')
      expect(channel.status.get()).toBe('joined')
      stage.server.publish('private-orders', 'Paid', {})
      await visitor.caughtUp()
      expect(heard).toEqual(['new'])
      expect(subscribes(visitor)).toEqual(['private-orders'])
      expect(visitor.auth.requests).toHaveLength(1)
    },
  },
  {
    name: 'left and joined again when the server knows of it, the channel is asked for again',
    async run(stage) {
      const visitor = stage.visitor()
      await joined(visitor.echo.private('orders'))
      visitor.echo.leave('orders')
      await eventually(() => expect(names(stage)).toEqual([]))
      const heard: unknown[] = []
      await joined(visitor.echo.private('orders').listen('.Paid', (n: number) => heard.push(n)))
      stage.server.publish('private-orders', 'Paid', 1)
      await eventually(() => expect(heard).toEqual([1]))
      expect(visitor.auth.requests).toHaveLength(2)
    },
  },
  {
    name: 'a channel that is left while its authorization is under way is never subscribed',
    async run(stage) {
      const visitor = await stage.connected()
      visitor.auth.next('never')
      visitor.echo.private('orders')
      await eventually(() => expect(visitor.auth.requests).toHaveLength(1))
      visitor.echo.leave('orders')
      await eventually(() => expect(visitor.auth.last.aborted).toBe(true))
      await visitor.caughtUp()
      expect(subscribes(visitor)).toEqual([])
    },
  },
  {
    name: 'a lease stays when the pinned channel is left, and takes only its own listeners with it',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: string[] = []
      const pinned = visitor.echo.private('orders').listen('.Paid', () => heard.push('pinned'))
      const leases = ['one', 'two'].map((who) => {
        const lease = visitor.echo.lease('private', 'orders')
        lease.channel.listen('.Paid', () => heard.push(who))
        return lease
      })
      await joined(pinned)
      const publish = async () => {
        stage.server.publish('private-orders', 'Paid', {})
        await visitor.caughtUp()
        return heard.splice(0)
      }
      expect(await publish()).toEqual(['pinned', 'one', 'two'])
      visitor.echo.leave('orders')
      expect(await publish()).toEqual(['one', 'two'])
      leases[0]?.release()
      expect(await publish()).toEqual(['two'])
      leases[1]?.release()
      await eventually(() => expect(names(stage)).not.toContain('private-orders'))
      expect(subscribes(visitor)).toEqual(['private-orders'])
    },
  },
  {
    name: 'what nobody holds lingers as long as the option says',
    async run(stage) {
      const { echo } = stage.visitor(undefined, { linger: 60_000 })
      const lease = echo.lease('public', 'news')
      await joined(lease.channel)
      lease.release()
      const again = echo.lease('public', 'news')
      expect(again.channel.status.get()).toBe('joined')
      again.release()
      echo.disconnect()
      await eventually(() => expect(stage.server.connections.size).toBe(0))
    },
  },
]

const names = ({ server }: Stage) =>
  server
    .channels()
    .map(({ name }) => name)
    .filter((name) => name !== 'marks')

const subscribes = (visitor: Visitor) =>
  visitor
    .sent('pusher:subscribe')
    .map(({ channel }) => channel)
    .filter((name) => name !== 'marks')
