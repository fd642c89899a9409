// plugins/echo.client.ts of a Nuxt application, with a token in a cookie.
import Echo from 'laravel-echo'
import Pusher from 'pusher-js'

/** What Nuxt declares. */
type Provide<T> = { provide: T }
const defineNuxtPlugin = <T>(setup: (app: { hook(name: string, hook: () => void): void }) => Provide<T>) => setup

export default defineNuxtPlugin((app) => {
  window.Pusher = Pusher
  const token = { value: 'first' as string | null }

  const echo = new Echo<'reverb'>({
    broadcaster: 'reverb',
    key: 'app-key',
    wsHost: 'localhost',
    wsPort: 80,
    forceTLS: false,
    enabledTransports: ['ws', 'wss'],
    authEndpoint: '/api/broadcasting/auth',
    auth: { headers: { Authorization: `Bearer ${token.value}`, Accept: 'application/json' } },
  })

  const login = (value: string) => {
    token.value = value
    echo.connector.options.auth.headers.Authorization = `Bearer ${value}`
  }
  const logout = () => {
    token.value = null
    delete echo.connector.options.auth.headers['Authorization']
    for (const name of Object.keys(echo.connector.channels)) echo.leave(name)
  }

  app.hook('app:suspense:resolve', () => {})
  return { provide: { echo, login, logout } }
})
