import Echo from 'laravel-echo'
import Pusher from 'pusher-js'
import type { Setup, Start } from './client'

// In a page pusher-js makes itself a global, and Antiphon would use it.
Reflect.deleteProperty(globalThis, 'Pusher')

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
    leave(name) {
      echo.leave(name)
    },
  }
}

// pusher-js asks by XMLHttpRequest, which nobody can hand in.
function asked(fetch: NonNullable<Setup['fetch']>) {
  return ({ channelName }: { channelName: string }, answer: (error: null, grant: never) => void) => {
    void fetch('', { method: 'POST', body: `channel_name=${channelName}` })
      .then((response) => response.json())
      .then((grant) => answer(null, grant as never))
  }
}
