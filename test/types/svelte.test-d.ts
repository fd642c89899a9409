import type { ChannelStatus, ConnectionState, Echo, EchoError, Member, ModelPayload, PresenceChannel } from 'antiphon'
import {
  type BroadcastNotification,
  type ConnectionStatus,
  configureEcho,
  setEcho,
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
} from 'antiphon/svelte'
import { describe, expectTypeOf, it } from 'vitest'
import type { Invoice } from './register.test-d'

interface Order {
  order: { id: number }
}

declare const id: number
declare const echo: Echo

describe('calls as @laravel/echo-svelte takes them', () => {
  it('write down the payload, the driver, the visibility', () => {
    const { leaveChannel, leave, stopListening, listen } = useEcho<Order>(`orders.${id}`, 'OrderShipped', (event) =>
      expectTypeOf(event).toEqualTypeOf<Order>(),
    )
    for (const call of [leaveChannel, leave, stopListening, listen]) expectTypeOf(call()).toEqualTypeOf<void>()
    useEcho<Order>('orders.7', ['A', 'B'], (event) => expectTypeOf(event).toEqualTypeOf<Order>(), [id])
    const room = useEcho<Order, 'reverb', 'presence'>('chat.1', 'A', ({ order }) => order.id, [], 'presence')
    expectTypeOf(room.channel()).toExtend<PresenceChannel>()
    useEchoPublic<Order>('news', 'A', (event) => expectTypeOf(event).toEqualTypeOf<Order>())
    useEchoPresence<Order, 'pusher'>('chat.1', 'A', (event) => expectTypeOf(event).toEqualTypeOf<Order>(), [])
    useEchoNotification<Order>('App.Models.User.1', (notification) =>
      expectTypeOf(notification).toEqualTypeOf<BroadcastNotification<Order>>(),
    )
    useEchoModel<Invoice, 'App.Models.User'>('App.Models.User', id, ['UserCreated', '.UserUpdated'], (event) =>
      expectTypeOf(event).toEqualTypeOf<ModelPayload<Invoice>>(),
    )
    useChannel<'reverb', 'presence'>('chat.1', 'presence')
      .channel()
      .here(() => {})
    usePublicChannel<'reverb'>('news').leaveChannel(true)
    usePresenceChannel<'reverb'>('chat.1')
      .channel()
      .joining(() => {})
  })

  it('give functions that read, and objects that have the function', () => {
    useEcho<Order>(
      () => `orders.${id}`,
      () => 'OrderShipped',
      { current: (event) => expectTypeOf(event).toEqualTypeOf<Order>() },
      [() => id, id],
    )
    useEcho<Order>(
      'orders.7',
      () => ['A', 'B'],
      ({ order }) => order.id,
    )
    useEchoModel<Invoice, 'App.Models.User'>(
      () => 'App.Models.User',
      () => id,
      () => ['UserCreated'],
      { current: ({ model }) => expectTypeOf(model).toEqualTypeOf<Invoice>() },
    )
    useEchoNotification<Order>(
      () => 'App.Models.User.1',
      { current: ({ type }) => type.trim() },
      () => ['App.A'],
    )
  })

  it('read the connection in functions', () => {
    expectTypeOf(useConnectionStatus()).toEqualTypeOf<() => ConnectionStatus>()
    expectTypeOf(useSocketId()).toEqualTypeOf<() => string | undefined>()
    expectTypeOf(useConnection()).toEqualTypeOf<() => ConnectionState>()
  })
})

describe('a registered channel', () => {
  it('types the payload of its events, its name a text or a function', () => {
    useEcho(`orders.${id}`, 'OrderShipped', (event, meta) => {
      expectTypeOf(event).toEqualTypeOf<{ id: number }>()
      expectTypeOf(meta.channel).toBeString()
    })
    useEcho(
      () => `orders.${id}`,
      'OrderShipped',
      (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>(),
    )
    useEcho(
      () => (id ? `orders.${id}` : null),
      () => ['OrderShipped'],
      { current: (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>() },
    )
    useEchoPresence('chat.1', 'MessageSent', (event) => expectTypeOf(event).toEqualTypeOf<{ text: string }>())
    useEchoPublic('news', 'Published', (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>())
    useEchoEncrypted('news', 'Anything', (event) => expectTypeOf(event).toBeAny())
    useEchoModel('App.Models.Invoice', 7, ['.InvoiceUpdated', 'InvoiceCreated'], (event) =>
      expectTypeOf(event).toEqualTypeOf<ModelPayload<Invoice>>(),
    )
  })

  it('does not know another event', () => {
    const name = () => 'orders.7' as const
    // @ts-expect-error: the event is not registered
    useEcho(`orders.${id}`, 'OrderLost', () => {})
    // @ts-expect-error: the event is not registered
    useEcho(name, 'OrderLost', () => {})
    // @ts-expect-error: the event is not registered
    useEcho(name, () => 'OrderLost')
    // @ts-expect-error: there is no such field
    useEcho(name, 'OrderShipped', (event) => event.name)
  })

  it('types what is shown of it', () => {
    const orders = useEcho(() => 'orders.7', 'OrderShipped')
    orders.channel().listen('OrderShipped', (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>())
    expectTypeOf(orders.status).toEqualTypeOf<ChannelStatus | undefined>()
    expectTypeOf(orders.error).toEqualTypeOf<EchoError | undefined>()
    // @ts-expect-error: it is read only
    orders.status = 'joined'
  })
})

describe('rooms', () => {
  it('know their members', () => {
    const room = usePresence(() => `chat.${id}`)
    expectTypeOf(room.members).toEqualTypeOf<readonly Member<{ name: string }>[]>()
    for (const member of [room.me, room.joining, room.leaving])
      expectTypeOf(member).toEqualTypeOf<Member<{ name: string }> | undefined>()
    expectTypeOf(room.count).toBeNumber()
    expectTypeOf(room.status).toEqualTypeOf<ChannelStatus | undefined>()
  })

  it('know their whispers', () => {
    const typing = useWhisper(
      () => `chat.${id}`,
      () => 'typing',
    )
    typing.send({ name: 'Ada' }, { throttle: 500 })
    expectTypeOf(typing.latest).toEqualTypeOf<{ name: string } | undefined>()
    expectTypeOf(typing.from).toEqualTypeOf<string | undefined>()
    // @ts-expect-error: a field is missing
    typing.send({})
    // @ts-expect-error: the whisper is not registered
    useWhisper('chat.1', 'typng')
    useWhisper('lobby', 'anything', 'private').send({ any: 1 })
  })
})

it('does not compile what is wrong', () => {
  setEcho(echo)
  // @ts-expect-error: there is no such broadcaster
  configureEcho({ broadcaster: 'reverbs' })
  // @ts-expect-error: it is no Echo
  setEcho({})
  // @ts-expect-error: `null` turns a hook off
  useEcho(undefined, 'A', () => {})
  // @ts-expect-error: a channel is text
  useEcho(() => 7)
  // @ts-expect-error: there is no such visibility
  useChannel('a', 'protected')
})
