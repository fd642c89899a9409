import type { Channel, Echo, Member, ModelEvents, PresenceChannel } from 'antiphon'
import { describe, expectTypeOf, it } from 'vitest'

export interface Invoice {
  id: number
  total: string
}

declare module 'antiphon' {
  interface Register {
    public: { news: { events: { Published: { id: number } } } }
    private: {
      [order: `orders.${string}`]: { events: { OrderShipped: { id: number } } }
      [invoice: `App.Models.Invoice.${number}`]: { events: ModelEvents<'App.Models.Invoice', Invoice> }
    }
    presence: {
      [room: `chat.${string}`]: {
        member: { name: string }
        events: { MessageSent: { text: string } }
        whispers: { typing: { name: string } }
      }
    }
    notifications: { 'App\\Notifications\\InvoicePaid': { amount: number } }
  }
}

declare const echo: Echo
declare const id: number

describe('a registered channel', () => {
  it('types the payload of its events', () => {
    echo.channel('news').listen('Published', (event) => expectTypeOf(event).toEqualTypeOf<{ id: number }>())
    echo.private(`orders.${id}`).listen('OrderShipped', (event, meta) => {
      expectTypeOf(event).toEqualTypeOf<{ id: number }>()
      expectTypeOf(meta.channel).toEqualTypeOf<string>()
    })
    echo.private('orders.7').listen('OrderShipped', ({ id }) => expectTypeOf(id).toEqualTypeOf<number>())
  })

  it('does not know another event', () => {
    // @ts-expect-error: the event is not registered
    echo.channel('news').listen('Publishd', () => {})
    // @ts-expect-error: the event is not registered
    echo.private(`orders.${id}`).listen('OrderLost', () => {})
    // @ts-expect-error: the event is not registered
    echo.private(`orders.${id}`).stopListening('OrderLost')
    // @ts-expect-error: there is no such field
    echo.private(`orders.${id}`).listen('OrderShipped', (event) => event.name)
  })

  it('types its members', () => {
    const room = echo.join(`chat.${id}`)
    room.here((users) => expectTypeOf(users).toEqualTypeOf<{ name: string }[]>())
    room.joining((user, member) => {
      expectTypeOf(user).toEqualTypeOf<{ name: string }>()
      expectTypeOf(member).toEqualTypeOf<Member<{ name: string }>>()
    })
    expectTypeOf(room.presence.get().me?.info).toEqualTypeOf<{ name: string } | undefined>()
    // @ts-expect-error: there is no such field
    room.leaving((user) => user.nickname)
  })

  it('types its whispers', () => {
    const room = echo.join(`chat.${id}`)
    room.whisper('typing', { name: 'Ada' }, { throttle: 500 })
    room.listenForWhisper('typing', ({ name }) => expectTypeOf(name).toEqualTypeOf<string>())
    // @ts-expect-error: the whisper is not registered
    room.whisper('typng', { name: 'Ada' })
    // @ts-expect-error: a field is missing
    room.whisper('typing', {})
  })

  it('types notifications by class', () => {
    echo.private('App.Models.User.1').notification('App\\Notifications\\InvoicePaid', (notification) => {
      expectTypeOf(notification.amount).toEqualTypeOf<number>()
      expectTypeOf(notification.id).toEqualTypeOf<string>()
    })
    echo.private('App.Models.User.1').notification((notification) => notification.anything)
  })
})

describe('a channel nobody registered', () => {
  it('takes any event, and its payload is any', () => {
    echo.private('invoices').listen('Whatever', (event) => expectTypeOf(event).toBeAny())
    echo.private('invoices').listen('Whatever', (event: { total: number }) => event.total)
    const name: string = 'dynamic'
    echo.channel(name).listen('Whatever', (event) => expectTypeOf(event).toBeAny())
    echo.join(name).here((users) => expectTypeOf(users).toEqualTypeOf<any[]>())
  })

  it('takes any whisper, but only where somebody may whisper', () => {
    echo.private('invoices').whisper('typing', { name: 'Ada' })
    echo.join('lobby').whisper('typing', {})
    // @ts-expect-error: data must be an object
    echo.private('invoices').whisper('typing', 'text')
    // @ts-expect-error: nobody whispers on a public channel
    echo.channel('weather').whisper('typing', {})
    // @ts-expect-error: nobody whispers on a registered public channel either
    echo.channel('news').whisper('typing', {})
    // @ts-expect-error: nobody whispers on an encrypted channel
    echo.encryptedPrivate('pay').whisper('typing', {})
  })

  it('can be named by its class', () => {
    expectTypeOf(echo.private('invoices')).toExtend<Channel>()
    expectTypeOf(echo.join('lobby')).toExtend<PresenceChannel>()
    expectTypeOf(echo.join(`chat.${id}`)).toExtend<Channel>()
  })
})

describe('a lease', () => {
  it('is typed as its channel', () => {
    const { channel, release } = echo.lease('presence', `chat.${id}`)
    channel.listen('MessageSent', ({ text }) => expectTypeOf(text).toEqualTypeOf<string>())
    expectTypeOf(release).toEqualTypeOf<() => void>()
    // @ts-expect-error: there is no such kind
    echo.lease('protected', 'a')
  })
})

describe('listeners', () => {
  it('take a signal and once, and nothing else', () => {
    const { signal } = new AbortController()
    echo.channel('weather').listen('A', () => {}, { signal, once: true })
    // @ts-expect-error: misspelt
    echo.channel('weather').listen('A', () => {}, { sginal: signal })
    // @ts-expect-error: a callback is missing
    echo.channel('weather').listen('A')
  })
})
