import type * as incumbent from '@laravel/echo-react'
import type { ChannelStatus, EchoError, Member, ModelPayload, PresenceChannel } from 'antiphon'
import type * as ours from 'antiphon/react'
import {
  type BroadcastNotification,
  type ConnectionStatus,
  configureEcho,
  echo,
  useChannel,
  useConnection,
  useConnectionStatus,
  useEcho,
  useEchoEncrypted,
  useEchoModel,
  useEchoNotification,
  useEchoPresence,
  useEchoPublic,
  usePresence,
  usePresenceChannel,
  usePublicChannel,
  useSocketId,
  useWhisper,
} from 'antiphon/react'
import { describe, expectTypeOf, it } from 'vitest'
import type { Invoice } from './register.test-d'

declare global {
  interface Events {
    OrganizationUpdated: { name: string }
    OrganizationLeft: { reason: string }
  }
}

interface Order {
  order: { id: number }
}

declare const id: number

describe('calls as @laravel/echo-react takes them', () => {
  it('of a wrapper that leaves the visibility to who calls it', () => {
    const useWrapped = <T, V extends 'private' | 'public' | 'presence'>(name: string, hear: (event: T) => void, v: V) =>
      useEcho<T, 'reverb', V>(name, 'Told', hear, [], v)
    expectTypeOf(useWrapped).toBeFunction()
  })

  it('find every function by its name', () => {
    expectTypeOf<keyof typeof incumbent>().toExtend<keyof typeof ours>()
  })

  it('write down the payload, the driver, the visibility', () => {
    useEcho<Order>(`orders.${id}`, 'OrderShipped', (event) => expectTypeOf(event).toEqualTypeOf<Order>())
    useEcho<Order>('orders.7', ['A', 'B'], (event) => expectTypeOf(event).toEqualTypeOf<Order>(), [id])
    useEcho<Order, 'reverb'>('orders.7', 'A', ({ order }) => order.id)
    const room = useEcho<Order, 'reverb', 'presence'>('chat.1', 'A', ({ order }) => order.id, [], 'presence')
    expectTypeOf(room.channel()).toExtend<PresenceChannel | null>()
    useEchoPublic<Order>('news', 'A', (event) => expectTypeOf(event).toEqualTypeOf<Order>())
    useEchoPresence<Order, 'pusher'>('chat.1', 'A', (event) => expectTypeOf(event).toEqualTypeOf<Order>(), [])
    useEchoNotification<Order>('App.Models.User.1', (notification) => {
      expectTypeOf(notification).toEqualTypeOf<BroadcastNotification<Order>>()
      expectTypeOf(notification.type).toBeString()
    })
    useEchoNotification<Order>('App.Models.User.1', ({ order }) => order.id, ['App.A', 'App\\B'], [id])
    useEchoModel<Invoice, 'App.Models.User'>('App.Models.User', id, ['UserCreated', '.UserUpdated'], (event) =>
      expectTypeOf(event).toEqualTypeOf<ModelPayload<Invoice>>(),
    )
    useChannel<'reverb', 'presence'>('chat.1', 'presence')
      .channel()
      ?.here(() => {})
    usePublicChannel<'reverb'>('news').leaveChannel(true)
    usePresenceChannel<'reverb'>('chat.1')
      .channel()
      ?.joining(() => {})
  })

  it('leave out what they do not need', () => {
    useEcho('invoices')
    useEcho('invoices', 'A')
    useEcho('invoices', [], (event) => expectTypeOf(event).toBeAny())
    useEcho('invoices', 'A', (event) => expectTypeOf(event).toBeAny())
    useEcho('invoices', ['A', 'B'], (event: Order) => event.order.id)
    useEchoModel('App.Models.User', 'uuid')
    useEchoNotification('App.Models.User.1', (notification) => notification.anything)
    useEchoNotification('App.Models.User.1')
    const { leaveChannel, leave, stopListening, listen, channel } = useEchoPublic('posts', 'PostPublished', () => {})
    for (const call of [leaveChannel, leave, stopListening, listen]) expectTypeOf(call()).toEqualTypeOf<void>()
    channel()?.listen('A', () => {})
  })

  it('infer the payload of the global Events', () => {
    useEcho('organizations', 'OrganizationUpdated', (event) => expectTypeOf(event).toEqualTypeOf<{ name: string }>())
    useEcho('organizations', ['OrganizationUpdated', 'OrganizationLeft'], (event) =>
      expectTypeOf(event).toEqualTypeOf<{ name: string } | { reason: string }>(),
    )
    useEcho<'OrganizationLeft'>('organizations', 'OrganizationLeft', ({ reason }) => reason.trim())
    useEchoPublic('organizations', 'OrganizationLeft', ({ reason }) => reason.trim())
    // @ts-expect-error: there is no such field
    useEcho('organizations', 'OrganizationUpdated', ({ reason }) => reason)
  })

  it('know the events of a model by its name', () => {
    useEchoModel('App.Models.User', id, 'UserCreated', (event: ModelPayload<Invoice>) => event.model.total)
    // @ts-expect-error: an event of another model
    useEchoModel('App.Models.User', id, 'PostCreated', () => {})
    // @ts-expect-error: an event of another model
    useEchoModel<Invoice, 'App.Models.User'>('App.Models.User', id, ['UserCreated', 'PostCreated'], () => {})
  })

  it('configure', () => {
    configureEcho({ broadcaster: 'reverb' })
    echo<'reverb'>()
      .private('orders.1')
      .listen('OrderShipped', () => {})
    expectTypeOf(useConnectionStatus()).toEqualTypeOf<ConnectionStatus>()
    expectTypeOf(useSocketId()).toEqualTypeOf<string | undefined>()
  })
})

describe('a registered channel', () => {
  it('types the payload of its events', () => {
    useEcho(`orders.${id}`, 'OrderShipped', (event, meta) => {
      expectTypeOf(event).toEqualTypeOf<{ id: number }>()
      expectTypeOf(meta.channel).toBeString()
    })
    useEcho(id ? `orders.${id}` : null, ['OrderShipped'], (event) =>
      expectTypeOf(event).toEqualTypeOf<{ id: number }>(),
    )
    useEcho('chat.1', 'MessageSent', (event) => expectTypeOf(event).toEqualTypeOf<{ text: string }>(), [], 'presence')
    useEchoPresence('chat.1', 'MessageSent', (event) => expectTypeOf(event).toEqualTypeOf<{ text: string }>())
    useEchoPublic('news', 'Published', (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>())
    useEchoEncrypted('news', 'Anything', (event) => expectTypeOf(event).toBeAny())
  })

  it('does not know another event', () => {
    // @ts-expect-error: the event is not registered
    useEcho(`orders.${id}`, 'OrderLost', () => {})
    // @ts-expect-error: one of them is not registered
    useEcho('orders.7', ['OrderShipped', 'OrderLost'], () => {})
    // @ts-expect-error: it is an event of `Events`, but not of this channel
    useEcho('orders.7', 'OrganizationUpdated', () => {})
    // @ts-expect-error: the event is not registered
    useEchoPublic('news', 'Publishd', () => {})
    // @ts-expect-error: there is no such field
    useEcho('orders.7', 'OrderShipped', (event) => event.name)
    // @ts-expect-error: it is another payload
    useEcho('orders.7', 'OrderShipped', (event: Order) => event.order)
  })

  it('types the channel, and what is shown of it', () => {
    const { channel, status, error } = useEcho('orders.7', 'OrderShipped', () => {})
    channel()?.listen('OrderShipped', (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>())
    expectTypeOf(status).toEqualTypeOf<ChannelStatus | undefined>()
    expectTypeOf(error).toEqualTypeOf<EchoError | undefined>()
    const held = useChannel('chat.1', 'presence')
    expectTypeOf(held.channel()?.presence.get().me?.info).toEqualTypeOf<{ name: string } | undefined>()
    expectTypeOf(held.status).toEqualTypeOf<ChannelStatus | undefined>()
    // @ts-expect-error: it is read only
    useChannel('a').status = 'joined'
  })

  it('types a registered model', () => {
    useEchoModel('App.Models.Invoice', 7, ['.InvoiceUpdated', 'InvoiceCreated'], (event) =>
      expectTypeOf(event).toEqualTypeOf<ModelPayload<Invoice>>(),
    )
    // @ts-expect-error: there is no such field
    useEchoModel('App.Models.Invoice', 7, 'InvoiceUpdated', ({ model }) => model.name)
    // @ts-expect-error: an event of another model
    useEchoModel('App.Models.Invoice', 7, 'PostUpdated', () => {})
  })

  it('types registered notifications', () => {
    useEchoNotification(
      'App.Models.User.1',
      (notification) => expectTypeOf(notification).toEqualTypeOf<BroadcastNotification<{ amount: number }>>(),
      'App\\Notifications\\InvoicePaid',
    )
  })
})

describe('rooms', () => {
  it('know their members', () => {
    const { members, me, count, joining, leaving, status, error } = usePresence(`chat.${id}`)
    expectTypeOf(members).toEqualTypeOf<readonly Member<{ name: string }>[]>()
    for (const member of [me, joining, leaving])
      expectTypeOf(member).toEqualTypeOf<Member<{ name: string }> | undefined>()
    expectTypeOf(count).toBeNumber()
    expectTypeOf(status).toEqualTypeOf<ChannelStatus | undefined>()
    expectTypeOf(error).toEqualTypeOf<EchoError | undefined>()
    expectTypeOf(usePresence('lobby').members[0]!.info).toBeAny()
  })

  it('know their whispers', () => {
    const { send, latest, from, status } = useWhisper('chat.1', 'typing')
    send({ name: 'Ada' }, { throttle: 500 })
    expectTypeOf(latest).toEqualTypeOf<{ name: string } | undefined>()
    expectTypeOf(from).toEqualTypeOf<string | undefined>()
    expectTypeOf(status).toEqualTypeOf<ChannelStatus | undefined>()
    // @ts-expect-error: a field is missing
    send({})
    // @ts-expect-error: the whisper is not registered
    useWhisper('chat.1', 'typng')
    // @ts-expect-error: nobody whispers on public channels
    useWhisper('news', 'typing', 'public')
    useWhisper('lobby', 'anything').send({ any: 1 })
    useWhisper('invoices', 'anything', 'private')
    // @ts-expect-error: data must be an object
    useWhisper('lobby', 'anything').send('text')
  })
})

describe('what is wrong', () => {
  it('does not compile', () => {
    // @ts-expect-error: `null` turns a hook off
    useEcho(undefined, 'A', () => {})
    // @ts-expect-error: there is no such visibility
    useChannel('a', 'protected')
    // @ts-expect-error: there is no such visibility
    useEcho('a', 'A', () => {}, [], 'protected')
    // @ts-expect-error: no identifier is `null`
    useEchoModel('App.Models.User', undefined)
    expectTypeOf(useConnection().retryAt).toEqualTypeOf<number | undefined>()
  })
})
