import Echo from 'laravel-echo'
import Pusher from 'pusher-js'
import type { Setup, Start } from './client'

/** laravel-echo over pusher-js. */
export const incumbent: Start = ({ WebSocket, port, authEndpoint, fetch }) => {
  Object.assign(Pusher.Runtime, { getWebSocketAPI: () => WebSocket })
  const echo = new Echo({
    broadcaster: 'reverb',
    key: 'app-key',
    wsHost: '127.0.0.1',
    wsPort: port,
    forceTLS: false,
    enabledTransports: ['ws', 'wss'],
    authEndpoint,
    Pusher,
    ...(fetch && { channelAuthorization: { customHandler: asked(fetch) } }),
  })
  return {
    listen(name, event, listener) {
      echo.channel(name).listen(event, listener)
    },
    join(name, joined) {
      echo.private(name).subscribed(joined)
    },
    presence(name, here, joining) {
      echo.join(name).here(here).joining(joining)
    },
  }
}

// pusher-js asks by XMLHttpRequest, which nobody can hand in.
function asked(fetch: NonNullable<Setup['fetch']>) {
  return async ({ channelName }: { channelName: string }, answer: (error: null, grant: never) => void) => {
    const response = await fetch('', { body: `channel_name=${channelName}` })
    answer(null, (await response.json()) as never)
  }
}
