/// <reference types="vite/client" />
// resources/js/bootstrap.ts, as Laravel's installer writes it and applications extend it.
import axios from 'axios'
import Echo from 'laravel-echo'
import Pusher from 'pusher-js'

declare global {
  interface Window {
    axios: typeof axios
    Echo: Echo<'reverb'>
    Pusher: typeof Pusher
  }
}

window.axios = axios
window.axios.defaults.headers.common['X-Requested-With'] = 'XMLHttpRequest'

window.Pusher = Pusher

window.Echo = new Echo({
  broadcaster: 'reverb',
  key: import.meta.env.VITE_REVERB_APP_KEY,
  wsHost: import.meta.env.VITE_REVERB_HOST,
  wsPort: import.meta.env.VITE_REVERB_PORT ?? 80,
  wssPort: import.meta.env.VITE_REVERB_PORT ?? 443,
  forceTLS: (import.meta.env.VITE_REVERB_SCHEME ?? 'https') === 'https',
  enabledTransports: ['ws', 'wss'],
})

interface OrderShipped {
  order: { id: number; status: string }
}

/** What the page shows. */
export const shown: string[] = []

window.Echo.private('orders.1')
  .listen('OrderShipped', (event: OrderShipped) => shown.push(`${event.order.id} ${event.order.status}`))
  .listen('.order.lost', (event: any) => shown.push(event.reason))
  .error((error: { status: number }) => shown.push(`refused with ${error.status}`))

window.Echo.private('App.Models.User.7').notification((notification: { type: string; amount: number }) => {
  shown.push(`${notification.type}: ${notification.amount}`)
})

window.Echo.connector.pusher.connection.bind('connected', () => {
  window.axios.defaults.headers.common['X-Socket-ID'] = window.Echo.socketId()
})

/** The form of the page. */
export async function post(): Promise<void> {
  await window.axios.post('/orders', { id: 1 })
}
