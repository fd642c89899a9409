import type { ModelPayload, Channel, PresenceChannel } from 'antiphon'
import {
  useChannel,
  useEcho,
  useEchoModel,
  useEchoNotification,
  useEchoPresence,
  useEchoPublic,
  usePresence,
  useWhisper,
} from 'antiphon/react'
import { describe, expectTypeOf, it } from 'vitest'
import type { Invoice } from './register.test-d'

declare global {
  interface Events {
    OrganizationUpdated: { name: string }
    UserCreated: { email: string }
  }
}
declare const id: number

describe('calls as the incumbent has them', () => {
  it('explicit', () => {
    interface P {
      order: { id: number }
    }
    useEcho<P>('orders.7', 'OrderShipped', (e) => expectTypeOf(e).toEqualTypeOf<P>())
    useEcho<P>(`orders.${id}`, ['A', 'B'], (e) => expectTypeOf(e).toEqualTypeOf<P>(), [id])
    const a = useEcho<P, 'reverb', 'presence'>('room', 'A', (e) => e.order.id, [], 'presence')
    expectTypeOf(a.channel()).toExtend<PresenceChannel | null>()
    useEcho('invoices', 'A', (e: P) => e.order.id)
    useEcho('invoices', ['A', 'B'], (e) => e.anything)
    useEcho('invoices')
    useEcho('invoices', 'A')
    useEcho('OrgChan', 'OrganizationUpdated', (e) => expectTypeOf(e).toEqualTypeOf<{ name: string }>())
    useEcho('OrgChan', ['OrganizationUpdated', 'UserCreated'], (e) =>
      expectTypeOf(e).toEqualTypeOf<{ name: string } | { email: string }>(),
    )
    useEcho<'OrganizationUpdated'>('OrgChan', 'OrganizationUpdated', (e) =>
      expectTypeOf(e).toEqualTypeOf<{ name: string }>(),
    )
    useEchoPublic<P>('posts', 'X', (e) => e.order)
    useEchoPresence<P, 'reverb'>('posts', 'X', (e) => e.order)
    useEchoModel<Invoice, 'App.Models.User'>('App.Models.User', id, ['UserCreated', '.UserUpdated'], (e) =>
      expectTypeOf(e.model).toEqualTypeOf<Invoice>(),
    )
    useEchoModel('App.Models.User', 'x', 'UserCreated', (e) => expectTypeOf(e).toEqualTypeOf<ModelPayload<any>>())
    useEchoModel('App.Models.User', 'x', 'UserCreated', (e: ModelPayload<Invoice>) => e.model.id)
    // @ts-expect-error
    useEchoModel('App.Models.User', 'x', 'PostCreated', () => {})
    useEchoNotification<P>(
      'App.Models.User.1',
      (n) => {
        n.order
        n.id
      },
      'App.X',
    )
    useEchoNotification('App.Models.User.1', (n) => {
      n.order
      n.id
    })
    useChannel<'reverb', 'presence'>('a', 'presence')
      .channel()
      ?.here(() => {})
  })
  it('registered', () => {
    useEcho('orders.7', 'OrderShipped', (e, meta) => {
      expectTypeOf(e).toEqualTypeOf<{ id: number }>()
      expectTypeOf(meta.channel).toBeString()
    })
    useEcho(`orders.${id}`, 'OrderShipped', (e) => expectTypeOf(e).toEqualTypeOf<{ id: number }>())
    useEcho(id ? `orders.${id}` : null, ['OrderShipped'], (e) => expectTypeOf(e).toEqualTypeOf<{ id: number }>())
    useEcho('chat.1', 'MessageSent', (e) => expectTypeOf(e).toEqualTypeOf<{ text: string }>(), [], 'presence')
    useEchoPresence('chat.1', 'MessageSent', (e) => expectTypeOf(e).toEqualTypeOf<{ text: string }>())
    useEchoPublic('news', 'Published', (e) => expectTypeOf(e).toEqualTypeOf<{ id: number }>())
      .channel()
      ?.listen('Published', (e) => expectTypeOf(e).toEqualTypeOf<{ id: number }>())
    // @ts-expect-error
    useEchoPublic('news', 'Publishd', () => {})
    // @ts-expect-error
    useEcho('orders.7', 'OrderLost', () => {})
    // @ts-expect-error
    useEcho('orders.7', 'OrganizationUpdated', () => {})
    // @ts-expect-error
    useEcho('orders.7', ['OrderShipped', 'OrderLost'], () => {})
    // @ts-expect-error
    useEcho('orders.7', 'OrderShipped', (e) => e.name)
    useEchoModel('App.Models.Invoice', 7, 'InvoiceUpdated', (e) =>
      expectTypeOf(e).toEqualTypeOf<ModelPayload<Invoice>>(),
    )
    useEchoModel('App.Models.Invoice', 7, ['.InvoiceUpdated', 'InvoiceCreated'], (e) =>
      expectTypeOf(e).toEqualTypeOf<ModelPayload<Invoice>>(),
    )
    // @ts-expect-error
    useEchoModel('App.Models.Invoice', 7, 'PostUpdated', () => {})
    useEchoNotification(
      'App.Models.User.1',
      (n) => expectTypeOf(n).toEqualTypeOf<{ amount: number } & { id: string; type: string }>(),
      'App\\Notifications\\InvoicePaid',
    )
    const { members } = usePresence('chat.1')
    expectTypeOf(members[0]!.info).toEqualTypeOf<{ name: string }>()
    const w = useWhisper('chat.1', 'typing')
    w.send({ name: 'A' }, { throttle: 100 })
    expectTypeOf(w.latest).toEqualTypeOf<{ name: string } | undefined>()
    // @ts-expect-error
    w.send({})
    // @ts-expect-error
    useWhisper('chat.1', 'typng')
    // @ts-expect-error
    useWhisper('news', 'typing', 'public')
    useWhisper('open', 'anything').latest.foo
    useWhisper('open', 'anything').send({ any: 1 })
    expectTypeOf(useChannel('chat.1', 'presence').channel()?.presence.get().me?.info).toEqualTypeOf<
      { name: string } | undefined
    >()
    // @ts-expect-error
    useChannel('a', 'protected')
    // @ts-expect-error
    useEcho(undefined, 'A', () => {})
  })
})
void (0 as unknown as Channel)
