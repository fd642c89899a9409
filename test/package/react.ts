import {
  type ConnectionStatus,
  configureEcho,
  EchoProvider,
  useEcho,
  useEchoModel,
  usePresence,
  useWhisper,
} from 'antiphon/react'
import type { Echo } from 'antiphon'
import { createElement } from 'react'

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

export function Page({ id, echo }: { id: number; echo: Echo }) {
  const { status, error, channel } = useEcho(`orders.${id}`, 'OrderShipped', (event) => event.id.toFixed())
  // @ts-expect-error: a registered channel knows its events
  useEcho('orders.1', 'OrderShiped', () => {})
  useEcho('organizations', 'OrganizationUpdated', (event) => event.name.trim())
  useEcho<{ total: number }>('invoices', 'InvoicePaid', (event) => event.total.toFixed(), [id])
  useEcho('invoices', 'InvoicePaid', (event) => event.any.thing)
  useEchoModel<{ title: string }, 'App.Models.Post'>('App.Models.Post', id, ['PostUpdated'], ({ model }) =>
    model.title.trim(),
  )
  const names = usePresence('chat.1').members.map(({ info }) => info.name.trim())
  useWhisper('chat.1', 'typing').send({ name: 'Ada' })
  channel()?.listen('OrderShipped', (event) => event.id)
  return createElement(EchoProvider, { echo }, status, error?.code, ...names)
}

export const connected: ConnectionStatus = 'connected'
