import Echo, { AuthError, createStore, Echo as NamedEcho, EchoError } from 'antiphon'
import type { Broadcaster, ConnectionState, Connector, EchoOptions, ModelEvents, Readable } from 'antiphon'
import { PusherServer } from 'antiphon/testing'

declare module 'antiphon' {
  interface Register {
    private: { [order: `orders.${string}`]: { events: { OrderShipped: { id: number } } } }
    presence: { [room: `chat.${string}`]: { member: { name: string }; whispers: { typing: { name: string } } } }
  }
}

const options: EchoOptions<'reverb'> = {
  broadcaster: 'reverb',
  key: 'app-key',
  wsHost: 'localhost',
  wsPort: 8080,
  wssPort: '443',
  forceTLS: false,
  enabledTransports: ['ws', 'wss'],
}
const echo: Echo<'reverb'> = new NamedEcho(options)
// @ts-expect-error: a misspelt option does not compile
new Echo({ broadcaster: 'reverb', key: 'app-key', wsHosst: 'localhost' })

echo.private('orders.1').listen('OrderShipped', (event) => event.id.toFixed())
// @ts-expect-error: a registered channel knows its events
echo.private('orders.1').listen('OrderShiped', () => {})
echo.private('nobody-registered').listen('Anything', (event) => event.any.thing)
echo
  .join('chat.1')
  .here((users) => users.map((user) => user.name.trim()))
  .whisper('typing', { name: 'Ada' })
// @ts-expect-error: nobody whispers on a public channel
echo.channel('news').whisper('typing', {})

export const state: Readable<ConnectionState> = echo.connection
export const store: Readable<number> = createStore(1)
export const status = (error: unknown) => (error instanceof AuthError ? error.status : error instanceof EchoError)
export type Mine = Connector
export const channel = (any: Echo<keyof Broadcaster>): Broadcaster['reverb']['private'] => any.private('invoices')
export type Updated = ModelEvents<'App.Models.Post', { id: number }>['.PostUpdated']['model']['id']
export const server: PusherServer = new PusherServer()
