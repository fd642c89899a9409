import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { eventually, joined } from '../stage'

/** From asking for a channel to its being joined. */
export const joining: readonly Scenario[] = [
  {
    name: 'subscribed() is called when the server accepts, and at once where it has already',
    async run(stage) {
      const { echo } = stage.visitor()
      const heard: string[] = []
      const channel = echo.private('orders').subscribed(() => heard.push('early'))
      await joined(channel)
      expect(heard).toEqual(['early'])
      channel.subscribed(() => heard.push('late'))
      expect(heard).toEqual(['early'])
      await Promise.resolve()
      expect(heard).toEqual(['early', 'late'])
    },
  },
  {
    name: 'status and ready() say when a channel is joined, and when it was left',
    async run(stage) {
      const { echo } = stage.visitor()
      const channel = echo.private('orders')
      const seen: string[] = [channel.status.get()]
      channel.status.subscribe((status) => seen.push(status))
      await channel.ready()
      echo.leave('orders')
      expect(seen).toEqual(['joining', 'joined', 'left'])
      await expect(channel.ready()).rejects.toMatchObject({ code: 'channel-left' })
    },
  },
  {
    name: 'a channel is the same object until it is left, and then another one',
    async run(stage) {
      const { echo } = stage.visitor()
      const channel = echo.private('orders')
      expect(echo.private('orders')).toBe(channel)
      expect(echo.channel('private-orders')).toBe(channel)
      await joined(channel)
      expect(echo.private('orders')).toBe(channel)
      echo.leave('orders')
      expect(echo.private('orders')).not.toBe(channel)
    },
  },
  ...(['pusher', 'reverb', 'soketi'] as const).map(
    (like): Scenario => ({
      name: `on a server like ${like}, channels of every kind are joined and heard`,
      server: { like },
      async run(stage) {
        const { echo } = stage.visitor()
        const heard: unknown[] = []
        const users: unknown[] = []
        const room = echo.join('room').here((list) => users.push(...list))
        const all = [echo.channel('news'), echo.private('orders'), room]
        for (const channel of all) channel.listen('.Next', (payload: unknown) => heard.push(payload))
        await joined(...all)
        for (const { name } of all) stage.server.publish(name, 'Next', { name })
        await eventually(() => expect(heard).toEqual(all.map(({ name }) => ({ name }))))
        expect(users).toEqual([{ name: 'Ada' }])
      },
    }),
  ),
  {
    name: 'a hundred channels are joined at once, and each hears its own events',
    async run(stage) {
      const { echo } = stage.visitor()
      const heard: string[] = []
      const all = Array.from({ length: 100 }, (_, n) =>
        (n % 2 ? echo.private(`c${n}`) : echo.channel(`c${n}`)).listen('.Ring', (name: string) => {
          if (name === channelOf(n)) heard.push(name)
        }),
      )
      await joined(...all)
      for (const { name } of all) stage.server.publish(name, 'Ring', name)
      await eventually(() => expect(heard).toEqual(all.map(({ name }) => name)))
    },
  },
  {
    name: 'two Echos in one page share nothing',
    async run(stage) {
      const one = stage.visitor(undefined, { auth: { headers: { 'X-Who': 'one' } } })
      const two = stage.visitor()
      const heard: string[] = []
      const [first, second] = [one, two].map(({ echo }, index) =>
        echo.private('orders').listen('.Paid', () => heard.push(`${index + 1}`)),
      )
      await joined(first!, second!)
      expect([one, two].map(({ auth }) => auth.last.headers.get('X-Who'))).toEqual(['one', null])
      one.echo.disconnect()
      expect(two.echo.connectionStatus()).toBe('connected')
      stage.server.publish('private-orders', 'Paid', {})
      await two.caughtUp()
      expect(heard).toEqual(['2'])
    },
  },
]

const channelOf = (n: number) => (n % 2 ? `private-c${n}` : `c${n}`)
