import { expect } from 'vitest'
import type { Application } from '../application'
import type { Line } from '../line'

type Act = (echo: any) => void

/** Signs in after construction by some assignment, then asks for a channel: what its authorization carried. */
async function after({ connected, auth, settle }: Application, options: object, act: Act): Promise<string | null> {
  const echo = await connected(options)
  act(echo)
  echo.private('orders')
  await settle()
  echo.disconnect()
  return auth.last.headers.get('Authorization')
}

const token = 'Bearer new'
const old = () => ({ auth: { headers: { Authorization: 'Bearer old' } } })

/** New tokens, after login and at logout. */
export const tokenPaths: readonly Line[] = [
  {
    says: 'Echo.connector.options.auth.headers[…] = …: the next authorization must carry it',
    async holds(application) {
      const write: Act = (echo) => (echo.connector.options.auth.headers.Authorization = token)
      expect(await after(application, old(), write)).toBe(token)
    },
  },
  {
    says: 'Echo.connector.options.auth.headers[…] = …, without auth at construction too',
    async holds(application) {
      const write: Act = (echo) => (echo.connector.options.auth.headers.Authorization = token)
      expect(await after(application, {}, write)).toBe(token)
    },
  },
  {
    says: 'delete Echo.connector.options.auth.headers[…]',
    async holds(application) {
      const write: Act = (echo) => delete echo.connector.options.auth.headers.Authorization
      expect(await after(application, old(), write)).toBeNull()
      expect(await after(application, { bearerToken: 'old' }, write)).toBeNull()
    },
  },
  {
    says: 'Echo.connector.options.auth.headers = …, also replaced',
    differs: ['replacing `auth` or `auth.headers` after construction'],
    async holds(application) {
      const write: Act = (echo) => (echo.connector.options.auth.headers = { Authorization: token })
      expect(await after(application, old(), write)).toBe(application.either('Bearer old', token))
    },
  },
  {
    says: 'Echo.connector.options.auth = …, also replaced',
    differs: ['replacing `auth` or `auth.headers` after construction'],
    async holds(application) {
      const write: Act = (echo) => (echo.connector.options.auth = { headers: { Authorization: token } })
      expect(await after(application, old(), write)).toBe(application.either('Bearer old', token))
    },
  },
  {
    says: 'window.Echo.options.auth.headers[…] = …: the same',
    async holds(application) {
      const write: Act = (echo) => (echo.options.auth.headers.Authorization = token)
      expect(await after(application, old(), write)).toBe(token)
    },
  },
  {
    says: 'window.Echo.options.auth = …; on frozen objects the assignment throws in a module',
    differs: ['replacing `auth` or `auth.headers` after construction'],
    async holds(application) {
      const write: Act = (echo) => (echo.options.auth = { headers: { Authorization: token } })
      expect(await after(application, old(), write)).toBe(application.either('Bearer old', token))
      expect(await after(application, {}, write)).toBe(application.either(null, token))
      const logout: Act = (echo) => (echo.options.auth = undefined)
      expect(await after(application, old(), logout)).toBe(application.either('Bearer old', null))
    },
  },
  {
    says: 'window.Echo.options: reads of key, cluster, wsHost, namespace',
    holds({ start }) {
      const { options } = start({ broadcaster: 'pusher', cluster: 'mt1', namespace: 'Mine' })
      expect(options).toMatchObject({ key: 'app-key', cluster: 'mt1', wsHost: 'localhost', namespace: 'Mine' })
    },
  },
  {
    says: 'Echo.connector.pusher.config.… =: pusher-js 8 has config but no config.auth, which six of the ten files write to',
    differs: ['`connector.pusher.config.auth = …`, on our own socket'],
    async holds(application) {
      const { client, start } = application
      expect(start().connector.pusher.config).toBeTypeOf('object')
      const write: Act = (echo) => (echo.connector.pusher.config.auth = { headers: { Authorization: token } })
      expect(await after(application, old(), write)).toBe(client.Pusher ? 'Bearer old' : token)
    },
  },
]
