import type {
  Channel,
  ConnectionState,
  ConnectionStatus,
  Echo,
  EchoError,
  Member,
  ModelPayload,
  PresenceChannel,
} from 'antiphon'
import {
  type BroadcastNotification,
  configureEcho,
  echo,
  echoIsConfigured,
  echoPlugin,
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
} from 'antiphon/vue'
import { describe, expectTypeOf, it } from 'vitest'
import { type App, type ComponentPublicInstance, computed, type Ref, ref } from 'vue'
import type { Invoice } from './register.test-d'

declare global {
  interface Events {
    TeamRenamed: { name: string }
    TeamJoined: { email: string }
  }
}

interface Order {
  order: { id: number }
}
interface User {
  id: number
}

declare const id: number
declare const app: App

describe('calls of the incumbent’s', () => {
  it('configure a default instance', () => {
    configureEcho({ broadcaster: 'reverb' })
    configureEcho({ broadcaster: 'reverb', enabledTransports: ['ws', 'wss'], forceTLS: false, wsPort: 8080 })
    configureEcho<'pusher'>({ broadcaster: 'pusher', key: 'k', cluster: 'eu' })
    echo().private('invoices')
    echo<'reverb'>().socketId()
    expectTypeOf(echoIsConfigured()).toEqualTypeOf<boolean>()
  })

  it('take a payload’s type', () => {
    useEcho<Order>(`invoices.${id}`, 'Shipped', (event) => expectTypeOf(event).toEqualTypeOf<Order>())
    useEcho<Order>('invoices', ['Shipped', 'Delivered'], (event) => expectTypeOf(event).toEqualTypeOf<Order>(), [id])
    useEcho<Order, 'reverb'>('invoices', 'Shipped', ({ order }) => order.id)
    useEcho<Order, 'reverb', 'presence'>('room', 'Shipped', ({ order }) => order.id, [], 'presence')
    useEcho('invoices', 'Shipped', (event: Order) => event.order.id)
    useEcho('invoices', 'Shipped', (event) => expectTypeOf(event).toBeAny())
    useEcho('invoices', 'Shipped')
    useEcho('invoices', ['a', 'b'])
    useEcho('invoices')
    useEchoPublic<Order>('posts', 'Published', ({ order }) => order.id)
    useEchoPresence<Order, 'reverb'>('room', ['Said'], ({ order }) => order.id)
  })

  it('take a payload from the global Events', () => {
    useEcho('teams.1', 'TeamRenamed', (event) => expectTypeOf(event).toEqualTypeOf<{ name: string }>())
    useEcho('teams.1', ['TeamRenamed', 'TeamJoined'], (event) =>
      expectTypeOf(event).toEqualTypeOf<{ name: string } | { email: string }>(),
    )
    useEcho<'TeamRenamed'>('teams.1', 'TeamRenamed', ({ name }) => name)
    useEchoPublic('teams', 'TeamRenamed', (event) => expectTypeOf(event).toEqualTypeOf<{ name: string }>())
  })

  it('take models and notifications', () => {
    useEchoModel<User, 'App.Models.User'>('App.Models.User', id, ['UserUpdated', '.UserCreated'], (event) =>
      expectTypeOf(event).toEqualTypeOf<ModelPayload<User>>(),
    )
    useEchoModel('App.Models.User', '7', 'UserUpdated', ({ model }) => model.anything)
    useEchoModel('App.Models.User', id)
    useEchoNotification<Order>('App.Models.User.1', (notification) =>
      expectTypeOf(notification).toEqualTypeOf<BroadcastNotification<Order>>(),
    )
    useEchoNotification('App.Models.User.1', ({ id, type }) => id + type, ['App.Notifications.Paid'], [id])
    // @ts-expect-error: an event of another model
    useEchoModel('App.Models.User', id, 'PostUpdated', () => {})
  })

  it('give functions, and a channel that is never null', () => {
    const { leaveChannel, leave, stopListening, listen, channel } = useEcho('invoices', 'Shipped', () => {})
    for (const each of [leaveChannel, leave, stopListening, listen]) each()
    leaveChannel(true)
    expectTypeOf(channel()).toExtend<Channel>()
    useEcho<Order, 'reverb', 'presence'>('room', 'Shipped', () => {}, [], 'presence')
      .channel()
      .here(() => {})
    useChannel<'reverb', 'presence'>('room', 'presence').channel().whisper('typing', {})
    expectTypeOf(usePresenceChannel<'reverb'>('room').channel()).toExtend<PresenceChannel>()
    usePublicChannel<'reverb'>('posts')
      .channel()
      .listen('Published', () => {})
    useChannel('invoices').leaveChannel()
  })

  it('give refs', () => {
    const status: Ref<ConnectionStatus> = useConnectionStatus()
    const socketId: Ref<string | undefined> = useSocketId()
    expectTypeOf([status.value, socketId.value]).toEqualTypeOf<(string | undefined)[]>()
  })
})

describe('what is registered', () => {
  it('types an event’s payload', () => {
    useEcho('orders.7', 'OrderShipped', (event, meta) => {
      expectTypeOf(event).toEqualTypeOf<{ id: number }>()
      expectTypeOf(meta.event).toEqualTypeOf<string>()
    })
    useEcho(`orders.${id}`, ['OrderShipped'], (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>())
    useEcho('chat.1', 'MessageSent', ({ text }) => expectTypeOf(text).toEqualTypeOf<string>(), [], 'presence')
    useEchoPublic('news', 'Published', (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>())
    useEchoPresence('chat.1', 'MessageSent', ({ text }) => expectTypeOf(text).toEqualTypeOf<string>())
    useEchoEncrypted('unregistered', 'Anything', (event) => expectTypeOf(event).toBeAny())
    useEchoModel('App.Models.Invoice', id, 'InvoiceUpdated', (event) =>
      expectTypeOf(event).toEqualTypeOf<ModelPayload<Invoice>>(),
    )
    useEchoNotification(
      'App.Models.User.1',
      (notification) => expectTypeOf(notification.amount).toEqualTypeOf<number>(),
      'App\\Notifications\\InvoicePaid',
    )
  })

  it('is known by the type of a ref or a getter, too', () => {
    const typed = (event: { id: number }) => event.id
    useEcho(
      () => `orders.${id}`,
      'OrderShipped',
      (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>(),
    )
    useEcho(
      () => (id ? (`orders.${id}` as const) : null),
      'OrderShipped',
      (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>(),
    )
    useEcho(ref<`orders.${number}` | null>(null), 'OrderShipped', typed)
    useEcho(
      computed(() => `orders.${id}` as const),
      () => 'OrderShipped' as const,
      (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>(),
    )
    useEcho(ref('anything'), ref('Any'), (event) => expectTypeOf(event).toBeAny())
    useEcho(null)
    useEcho(ref<string | null>(null), 'Any', () => {})
    useEchoModel(
      'App.Models.Invoice',
      () => (id ? id : null),
      'InvoiceUpdated',
      ({ model }) => expectTypeOf(model).toEqualTypeOf<Invoice>(),
    )
    // @ts-expect-error: the event is not registered
    useEcho(() => `orders.${id}`, 'OrderLost', typed)
    // @ts-expect-error: the event is not registered
    useEcho(ref<`orders.${number}`>('orders.7'), 'OrderLost', () => {})
  })

  it('does not know another event', () => {
    // @ts-expect-error: the event is not registered
    useEcho('orders.7', 'OrderLost', () => {})
    // @ts-expect-error: the event is not registered
    useEcho(`orders.${id}`, ['OrderShipped', 'OrderLost'], () => {})
    // @ts-expect-error: the event is one of the global Events, and not this channel’s
    useEcho('orders.7', 'TeamRenamed', () => {})
    // @ts-expect-error: the event is not registered
    useEchoPublic('news', 'Publishd', () => {})
    // @ts-expect-error: there is no such field
    useEcho('orders.7', 'OrderShipped', (event) => event.name)
  })

  it('types members and whispers', () => {
    const { members, me, count, joining, leaving, status, error } = usePresence(() => `chat.${id}`)
    expectTypeOf(members.value).toEqualTypeOf<readonly Member<{ name: string }>[]>()
    expectTypeOf([me.value, joining.value, leaving.value]).toEqualTypeOf<(Member<{ name: string }> | undefined)[]>()
    expectTypeOf(count.value).toEqualTypeOf<number>()
    expectTypeOf(status.value).toEqualTypeOf<'joining' | 'joined' | 'failed' | 'left' | undefined>()
    expectTypeOf(error.value).toEqualTypeOf<EchoError | undefined>()
    const { send, latest, from } = useWhisper('chat.1', 'typing')
    send({ name: 'Ada' }, { throttle: 500 })
    expectTypeOf(latest.value).toEqualTypeOf<{ name: string } | undefined>()
    expectTypeOf(from.value).toEqualTypeOf<string | undefined>()
    useWhisper('unregistered', 'typing', 'private').send({ anything: 1 })
    // @ts-expect-error: a field is missing
    send({})
    // @ts-expect-error: the whisper is not registered
    useWhisper('chat.1', 'typng')
    // @ts-expect-error: nobody whispers there
    useWhisper('news', 'typing', 'public')
    // @ts-expect-error: it is the channel that changes it
    count.value = 3
  })

  it('types the channel', () => {
    useEchoPublic('news')
      .channel()
      .listen('Published', (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>())
    expectTypeOf(useChannel('chat.1', 'presence').channel().presence.get().me?.info).toEqualTypeOf<
      { name: string } | undefined
    >()
  })
})

describe('a mistake does not compile', () => {
  it('in a channel or a visibility', () => {
    // @ts-expect-error: a channel is a string, or null
    useEcho(undefined, 'Any', () => {})
    // @ts-expect-error: a channel is a string, or null
    useEcho(ref<string | undefined>(), 'Any', () => {})
    // @ts-expect-error: a channel is a string, or null
    usePresence(7)
    // @ts-expect-error: there is no such visibility
    useChannel('a', 'protected')
  })
})

describe('the app', () => {
  it('takes an Echo of any broadcaster, and its components have it', () => {
    app.use(echoPlugin, echo())
    app.use(echoPlugin, echo<'reverb'>())
    expectTypeOf<ComponentPublicInstance['$echo']>().toEqualTypeOf<Echo>()
    expectTypeOf(useConnection().value).toEqualTypeOf<ConnectionState>()
    // @ts-expect-error: an Echo is missing
    app.use(echoPlugin)
    // @ts-expect-error: that is none
    app.use(echoPlugin, { broadcaster: 'reverb' })
  })
})
