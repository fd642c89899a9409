import type { EventMeta } from 'antiphon'
import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { eventually, joined } from '../stage'

/** What is heard under which name. */
export const listening: readonly Scenario[] = [
  ...(['channel', 'private', 'join'] as const).map(
    (verb): Scenario => ({
      name: `an event reaches the listeners of ${verb}(), with what is known about it`,
      async run(stage) {
        const { echo } = stage.visitor()
        const heard: unknown[] = []
        const channel = echo[verb]('orders.1')
        channel.listen('OrderShipped', (payload: unknown, meta: EventMeta) => heard.push([payload, meta]))
        await joined(channel)
        stage.server.publish(channel.name, 'App\\Events\\OrderShipped', { id: 1 })
        const meta = { event: 'App\\Events\\OrderShipped', channel: channel.name }
        await eventually(() => expect(heard).toEqual([[{ id: 1 }, meta]]))
      },
    }),
  ),
  {
    name: 'events are named as Laravel names them',
    async run(stage) {
      const { echo } = stage.visitor()
      const heard: string[] = []
      const channel = echo.channel('orders')
      const names = ['OrderShipped', 'Orders.Shipped', '.order.shipped', '\\Foo\\Bar', '.App\\Events\\OrderShipped']
      for (const name of names) channel.listen(name, () => heard.push(name))
      await joined(channel)
      for (const wire of ['App\\Events\\OrderShipped', 'App\\Events\\Orders\\Shipped', 'order.shipped', 'Foo\\Bar'])
        stage.server.publish('orders', wire, {})
      await eventually(() =>
        expect(heard).toEqual([
          'OrderShipped',
          '.App\\Events\\OrderShipped',
          'Orders.Shipped',
          '.order.shipped',
          '\\Foo\\Bar',
        ]),
      )
    },
  },
  {
    name: 'the namespace may be another one, or none',
    async run(stage) {
      const heard: string[] = []
      const shop = stage.visitor(undefined, { namespace: 'Shop.Events' }).echo.channel('orders')
      const bare = stage.visitor(undefined, { namespace: false }).echo.channel('orders')
      shop.listen('Paid', () => heard.push('Shop\\Events\\Paid'))
      bare.listen('Orders.Paid', () => heard.push('Orders\\Paid'))
      await joined(shop, bare)
      for (const wire of ['Shop\\Events\\Paid', 'Orders\\Paid', 'App\\Events\\Paid'])
        stage.server.publish('orders', wire, {})
      await eventually(() => expect(heard.sort()).toEqual(['Orders\\Paid', 'Shop\\Events\\Paid']))
    },
  },
  {
    name: 'echo.listen() is a shorthand for a public channel',
    async run(stage) {
      const { echo } = stage.visitor()
      const heard: unknown[] = []
      const channel = echo.listen('news', 'Published', (payload) => heard.push(payload))
      expect(channel).toBe(echo.channel('news'))
      await joined(channel)
      stage.server.publish('news', 'App\\Events\\Published', { id: 1 })
      await eventually(() => expect(heard).toEqual([{ id: 1 }]))
    },
  },
  {
    name: 'listenToAll() hears every event of the application, by the name that listen() takes',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: unknown[] = []
      const hear = (event: string, payload: unknown) => heard.push([event, payload])
      const channel = visitor.echo.join('room').listenToAll(hear)
      await joined(channel)
      stage.server.publish('presence-room', 'App\\Events\\Published', 1)
      stage.server.publish('presence-room', 'order.shipped', 2)
      stage.server.publish('presence-room', 'pusher:something', 3)
      await visitor.caughtUp()
      expect(heard).toEqual([
        ['Published', 1],
        ['.order.shipped', 2],
      ])
      channel.stopListeningToAll(hear)
      stage.server.publish('presence-room', 'App\\Events\\Published', 4)
      await visitor.caughtUp()
      expect(heard).toHaveLength(2)
    },
  },
  {
    name: 'on() takes the name on the wire, those that pusher-js invents too',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: unknown[] = []
      const channel = visitor.echo
        .join('room')
        .on('App\\Events\\Published', (payload) => heard.push(payload))
        .on('pusher:subscription_succeeded', ({ count, me }) => heard.push({ count, me: me.info.name }))
      await joined(channel)
      stage.server.publish('presence-room', 'App\\Events\\Published', 1)
      await eventually(() => expect(heard).toEqual([{ count: 1, me: 'Ada' }, 1]))
    },
  },
  {
    name: 'notification() hears all notifications, or those of one class',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: unknown[] = []
      const all = ({ id }: { id: string }) => heard.push(`all ${id}`)
      const channel = visitor.echo.private('App.Models.User.1')
      channel.notification(all).notification(all)
      channel.notification('App.Notifications.InvoicePaid', ({ id }: { id: string }) => heard.push(`paid ${id}`))
      await joined(channel)
      const notify = async (id: string, type: string) => {
        const event = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'
        stage.server.publish(channel.name, event, { id, type })
        await visitor.caughtUp()
      }
      await notify('a', 'App\\Notifications\\InvoicePaid')
      await notify('b', 'App\\Notifications\\Other')
      channel.stopListeningForNotification(all)
      await notify('c', 'App\\Notifications\\InvoicePaid')
      expect(heard).toEqual(['all a', 'paid a', 'all b', 'paid c'])
    },
  },
]
