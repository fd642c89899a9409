// An application that makes its pusher-js by itself, because it uses it for more.
import Echo from 'laravel-echo'
import Pusher from 'pusher-js'

const client = new Pusher('app-key', {
  cluster: 'mt1',
  wsHost: 'localhost',
  wsPort: 80,
  forceTLS: false,
  enabledTransports: ['ws'],
  channelAuthorization: {
    endpoint: '/api/broadcasting/auth',
    transport: 'ajax',
    headers: { Authorization: 'Bearer mine' },
  },
})

export const echo = new Echo({ broadcaster: 'pusher', key: 'app-key', client })

export const shown: string[] = []

client.connection.bind('state_change', ({ previous, current }: { previous: string; current: string }) => {
  shown.push(`${previous} > ${current}`)
})

const raw = client.subscribe('raw')
raw.bind('paid', (data: { id: number }) => shown.push(`paid ${data.id}`))

const channel = echo.private('orders')
channel.listen('.shipped', (event: { id: number }) => shown.push(`shipped ${event.id}`))
channel.subscription.bind('pusher:subscription_succeeded', () => shown.push('joined'))

export const isShared = echo.connector.pusher === client
