import type { Echo } from 'antiphon'
import {
  configureEcho,
  type ConnectionStatus,
  echoPlugin,
  useConnectionStatus,
  useEcho,
  usePresence,
  useWhisper,
} from 'antiphon/vue'
import { type App, type ComponentPublicInstance, ref, type Ref } from 'vue'

declare module 'antiphon' {
  interface Register {
    private: { [order: `orders.${string}`]: { events: { OrderShipped: { id: number } } } }
    presence: { [room: `chat.${string}`]: { member: { name: string }; whispers: { typing: { name: string } } } }
  }
}

declare global {
  interface Events {
    InvoicePaid: { amount: number }
  }
}

declare const echo: Echo<'reverb'>
export const install = (app: App) => app.use(echoPlugin, echo)
export const socketId = (page: ComponentPublicInstance) => page.$echo.socketId()

export function setup() {
  configureEcho({ broadcaster: 'reverb' })
  const id = ref(1)
  const { status, channel } = useEcho(
    () => `orders.${id.value}`,
    'OrderShipped',
    (event) => event.id.toFixed(),
  )
  // @ts-expect-error: a registered channel knows its events
  useEcho('orders.1', 'OrderShiped', () => {})
  channel().listen('OrderShipped', (event) => event.id.toFixed())
  useEcho('invoices', 'InvoicePaid', (event) => event.amount.toFixed())
  useEcho<{ total: number }>('invoices', ['Sent', 'Lost'], (event) => event.total.toFixed(), [id])
  const { members } = usePresence('chat.1')
  const { send, latest } = useWhisper('chat.1', 'typing')
  send({ name: 'Ada' })
  // @ts-expect-error: a field is missing
  send({})
  const connection: Ref<ConnectionStatus> = useConnectionStatus()
  return { status, names: () => members.value.map(({ info }) => info.name), latest, connection }
}
