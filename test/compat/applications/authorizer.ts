// An application whose API authorizes by its own rules, with axios.
import axios from 'axios'
import Echo, { type EchoOptions } from 'laravel-echo'

const api = axios.create({ baseURL: 'http://localhost/api', headers: { Authorization: 'Bearer mine' } })

const options: EchoOptions<'reverb'> = {
  broadcaster: 'reverb',
  key: 'app-key',
  wsHost: 'localhost',
  wsPort: 80,
  wssPort: 443,
  forceTLS: false,
  disableStats: true,
  enabledTransports: ['ws', 'wss'],
  authorizer: (channel: { name: string }) => ({
    authorize: (socketId: string, callback: (error: any, data: any) => void) => {
      api
        .post('/broadcasting/auth', { socket_id: socketId, channel_name: channel.name })
        .then((response) => callback(null, response.data))
        .catch((error: unknown) => callback(error, null))
    },
  }),
}

export const echo = new Echo(options)

export const shown: string[] = []

for (const name of ['orders', 'secret'])
  echo
    .private(name)
    .subscribed(() => shown.push(`${name} joined`))
    .error(() => shown.push(`${name} refused`))
