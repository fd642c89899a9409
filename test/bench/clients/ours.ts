import { Echo } from '../../../src/index'
import type { Start } from './client'

/** Antiphon on its own socket. */
export const ours: Start = ({ WebSocket, port, authEndpoint, batch, fetch }) => {
  const echo = new Echo({
    broadcaster: 'reverb',
    key: 'app-key',
    wsHost: '127.0.0.1',
    wsPort: port,
    forceTLS: false,
    autoConnect: true,
    authEndpoint,
    auth: { batch },
    WebSocket,
    fetch,
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
