import {
  type ConnectionStatus,
  configureEcho,
  setEcho,
  useConnectionStatus,
  useEcho,
  useEchoModel,
  usePresence,
  useWhisper,
} from 'antiphon/svelte'
import type { Echo } from 'antiphon'

declare module 'antiphon' {
  interface Register {
    private: { [order: `orders.${string}`]: { events: { OrderShipped: { id: number } } } }
    presence: { [room: `chat.${string}`]: { member: { name: string }; whispers: { typing: { name: string } } } }
  }
}

declare global {
  interface Events {
    OrganizationUpdated: { name: string }
  }
}

configureEcho({ broadcaster: 'reverb' })
// @ts-expect-error: there is no such broadcaster
configureEcho({ broadcaster: 'reverbs' })

export function page(id: () => number, echo: Echo): string {
  setEcho(echo)
  const orders = useEcho(
    () => `orders.${id()}`,
    'OrderShipped',
    (event) => event.id.toFixed(),
  )
  // @ts-expect-error: a registered channel knows its events
  useEcho('orders.1', 'OrderShiped', () => {})
  useEcho('organizations', 'OrganizationUpdated', { current: (event) => event.name.trim() })
  useEcho<{ total: number }>('invoices', 'InvoicePaid', (event) => event.total.toFixed(), [id])
  useEchoModel<{ title: string }, 'App.Models.Post'>('App.Models.Post', id, ['PostUpdated'], ({ model }) =>
    model.title.trim(),
  )
  const room = usePresence('chat.1')
  useWhisper('chat.1', 'typing').send({ name: 'Ada' })
  orders.channel().listen('OrderShipped', (event) => event.id)
  return [orders.status, orders.error?.code, ...room.members.map(({ info }) => info.name.trim())].join()
}

export const status: () => ConnectionStatus = useConnectionStatus()
