import { expect, vi } from 'vitest'
import type { Line } from '../line'

/** What listeners, authorizations and options do. */
export const semantics: readonly Line[] = [
  {
    says: "listen('A'): namespace App.Events + dots to backslashes; leading . or \\ = the rest verbatim, also .App\\Events\\A",
    async holds({ connected, settle, publish }) {
      const channel = (await connected()).channel('a')
      const told: string[] = []
      for (const name of ['A', 'Orders.A', '.a.b', '\\Foo\\A', '.App\\Events\\B'])
        channel.listen(name, () => told.push(name))
      await settle()
      for (const wire of ['App\\Events\\A', 'App\\Events\\Orders\\A', 'a.b', 'Foo\\A', 'App\\Events\\B'])
        await publish('a', wire, {})
      expect(told).toEqual(['A', 'Orders.A', '.a.b', '\\Foo\\A', '.App\\Events\\B'])
    },
  },
  {
    says: "namespace: false or '': none, dots still become backslashes",
    async holds({ connected, settle, publish }) {
      for (const namespace of [false, '']) {
        const heard = vi.fn()
        const channel = (await connected({ namespace })).channel('a').listen('Orders.A', heard)
        await settle()
        await publish('a', 'Orders\\A', {})
        expect(heard).toHaveBeenCalledOnce()
        channel.unsubscribe()
      }
    },
  },
  {
    says: 'here(users) is called at every (re)join with a real array of user_info; joining/leaving with one user_info',
    differs: ['`here()` after a reconnection'],
    async holds({ connected, visitor, server, settle, either }) {
      const ben = visitor({ user_id: '2', user_info: { name: 'Ben' } })
      ben.join('room')
      await settle()
      const told: unknown[] = []
      const room = (await connected()).join('room')
      room.here((users: object[]) => told.push(users.concat({ name: 'pushed' })))
      room
        .joining((user: unknown) => told.push(['joining', user]))
        .leaving((user: unknown) => told.push(['leaving', user]))
      await settle()
      expect(told.splice(0)).toEqual([expect.arrayContaining([{ name: 'Ada' }, { name: 'Ben' }])])
      server.drop()
      ben.disconnect()
      await settle(5000)
      const gone: unknown[] = either([], [['leaving', { name: 'Ben' }]])
      expect(told).toEqual([...gone, [{ name: 'Ada' }, { name: 'pushed' }]])
    },
  },
  {
    says: "error(e): pusher-js's { type: 'AuthError', status, error }",
    differs: ['`error()`'],
    async holds({ auth, connected, settle, either }) {
      auth.reply = () => ({ status: 403, body: { message: 'Forbidden' } })
      const errors: any[] = []
      ;(await connected()).private('a').error((error: unknown) => errors.push(error))
      await settle()
      expect(errors).toHaveLength(1)
      expect(errors[0]).toMatchObject({ type: 'AuthError', status: 403, error: expect.any(String) })
      expect(errors[0] instanceof Error).toBe(either(false, true))
    },
  },
  {
    says: 'listenToAll(cb): cb(event, data), namespace and backslash cut off; another name gets a dot in front; nothing of pusher:',
    async holds({ connected, settle, publish }) {
      const told: unknown[] = []
      ;(await connected()).channel('a').listenToAll((event: string, data: unknown) => told.push([event, data]))
      await settle()
      await publish('a', 'App\\Events\\Orders\\Paid', { id: 1 })
      await publish('a', 'order.paid', { id: 2 })
      expect(told).toEqual([
        ['Orders\\Paid', { id: 1 }],
        ['.order.paid', { id: 2 }],
      ])
    },
  },
  {
    says: 'A listener registered before the subscription is accepted works',
    async holds({ start, settle, publish }) {
      const heard = vi.fn()
      start().private('a').listen('Paid', heard)
      await settle()
      await publish('private-a', 'App\\Events\\Paid', { id: 1 })
      expect(heard.mock.calls[0]![0]).toEqual({ id: 1 })
    },
  },
  {
    says: 'whispering inside subscribed() or here() works',
    async holds({ connected, settle, whispers }) {
      const echo = await connected()
      const channel = echo.private('a')
      channel.subscribed(() => channel.whisper('in', { subscribed: true }))
      const room = echo.join('a')
      room.here(() => room.whisper('in', { here: true }))
      await settle()
      expect(whispers().map(({ data }) => data)).toEqual([{ subscribed: true }, { here: true }])
    },
  },
  {
    says: 'authorizer: (channel, options) => ({ authorize(socketId, callback) }): channel.name; options carries authEndpoint, auth.headers, auth.params; success is callback(null | false, data)',
    async holds({ connected, server, settle }) {
      const asked: unknown[] = []
      const authorizer = (channel: { name: string }, { authEndpoint, auth }: any) => ({
        async authorize(socketId: string, callback: (error: unknown, data: unknown) => void) {
          asked.push([channel.name, socketId, authEndpoint, auth.headers, auth.params])
          const failure = channel.name === 'private-a' ? null : false
          await Promise.resolve()
          callback(failure, server.authorize(socketId, channel.name))
        },
      })
      const auth = { headers: { 'X-Mine': '1' }, params: { team: '7' } }
      const echo = await connected({ authorizer, authEndpoint: '/auth', auth })
      const told: string[] = []
      for (const name of ['a', 'b']) echo.private(name).subscribed(() => told.push(name))
      await settle()
      expect(told).toEqual(['a', 'b'])
      const headers = expect.objectContaining(auth.headers)
      const params = expect.objectContaining(auth.params)
      expect(asked[0]).toEqual(['private-a', echo.socketId(), '/auth', headers, params])
    },
  },
  {
    says: 'failure is callback(true | Error, …), which must reach error()',
    async holds({ connected, settle }) {
      for (const failure of [true, new Error('No.')]) {
        const authorize = async (_: string, callback: (error: unknown, data: unknown) => void) => {
          await Promise.resolve()
          callback(failure, { status: 403 })
        }
        const echo = await connected({ authorizer: () => ({ authorize }) })
        const failed = vi.fn()
        echo.private('a').error(failed)
        await settle()
        expect(failed).toHaveBeenCalledOnce()
        expect(failed.mock.calls[0]![0]).toMatchObject({ type: 'AuthError' })
        echo.disconnect()
      }
    },
  },
  {
    says: 'After error() by a refused authorization, channel.subscribe() asks again',
    async holds({ auth, connected, settle }) {
      auth.next({ status: 403 })
      const accepted = vi.fn()
      const channel = (await connected()).private('a')
      channel.error(() => channel.subscribe()).subscribed(accepted)
      await settle()
      expect(accepted).toHaveBeenCalledOnce()
      expect(auth.requests).toHaveLength(2)
    },
  },
  {
    says: 'CSRF: window.Laravel.csrfToken, option, meta tag',
    differs: ['the CSRF token'],
    async holds({ auth, connected, settle, meta, either }) {
      const sent = async (options: object = {}) => {
        const echo = await connected(options)
        echo.private('a')
        await settle()
        echo.disconnect()
        return auth.last.headers.get('X-CSRF-TOKEN')
      }
      meta('of the page')
      expect(await sent()).toBe('of the page')
      expect(await sent({ csrfToken: 'by hand' })).toBe('by hand')
      vi.stubGlobal('Laravel', { csrfToken: 'of Laravel' })
      expect(await sent()).toBe('of Laravel')
      // Handed in or of Laravel: what was handed in is nearer.
      expect(await sent({ csrfToken: 'by hand' })).toBe(either('of Laravel', 'by hand'))
      vi.stubGlobal('Laravel', undefined)
      const echo = await connected({ linger: 0 })
      echo.private('a')
      await settle()
      meta('of a later page')
      echo.private('b')
      await settle()
      expect(auth.last.headers.get('X-CSRF-TOKEN')).toBe(either('of the page', 'of a later page'))
    },
  },
  {
    says: 'bearerToken and CSRF end up in auth.headers',
    differs: ['the CSRF token in `options.auth.headers`'],
    async holds({ auth, connected, settle, either }) {
      const echo = await connected({ bearerToken: 'secret', csrfToken: 'csrf' })
      const { headers } = echo.connector.options.auth
      expect(headers.Authorization).toBe('Bearer secret')
      expect(headers['X-CSRF-TOKEN']).toBe(either('csrf', undefined))
      echo.private('a')
      await settle()
      expect(auth.last.headers.get('Authorization')).toBe('Bearer secret')
      expect(auth.last.headers.get('X-CSRF-TOKEN')).toBe('csrf')
    },
  },
  {
    says: 'All options go on to pusher-js; ports may be strings; wsHost wins over cluster',
    async holds({ client, start, sockets }) {
      const options = {
        broadcaster: 'pusher',
        cluster: 'eu',
        wsHost: 'ws.test',
        wsPort: '6001',
        wssPort: '6002',
        activityTimeout: 77_000,
      }
      const echo = start(options)
      if (client.Pusher)
        expect(echo.connector.pusher.config).toMatchObject({ activityTimeout: 77_000, wsHost: 'ws.test' })
      await vi.waitFor(() => expect(sockets.at(-1)).toMatch(/^ws:\/\/ws\.test:6001\/app\/app-key\?/))
      start({ ...options, forceTLS: true })
      await vi.waitFor(() => expect(sockets.at(-1)).toMatch(/^wss:\/\/ws\.test:6002\/app\/app-key\?/))
    },
  },
  {
    says: 'An Echo or a channel may sit in a Vue ref/reactive or Alpine data and every call still works',
    async holds({ start, settle, publish, whispers }) {
      const page = reactive({ echo: start(), channel: undefined as any })
      const heard = vi.fn()
      page.channel = page.echo.join('a')
      page.channel.listen('.Paid', heard).here(heard)
      await settle()
      await publish('presence-a', 'Paid', {})
      expect(heard).toHaveBeenCalledTimes(2)
      page.channel.whisper('typing', { on: true })
      await settle()
      expect(whispers()).toHaveLength(1)
      expect(page.echo.connector.channels['presence-a'].name).toBe('presence-a')
      expect(page.echo.connector.pusher.channel('presence-a').subscribed).toBe(true)
      expect(page.echo.connector.pusher.connection.state).toBe('connected')
      page.channel.stopListening('.Paid', heard)
      page.echo.leave('a')
      expect(Object.keys(page.echo.connector.channels)).toEqual([])
      page.echo.disconnect()
      expect(page.echo.connectionStatus()).toBe('disconnected')
    },
  },
]

/** As Vue's `reactive()` and Alpine's data do: what is read is wrapped, unless it is the browser's or asks to be left alone. */
function reactive<T extends object>(target: T): T {
  return new Proxy(target, {
    get(from, key, receiver) {
      const value: unknown = Reflect.get(from, key, receiver)
      const fixed = Reflect.getOwnPropertyDescriptor(from, key)?.configurable === false
      if (typeof value !== 'object' || value === null || value instanceof WebSocket || fixed) return value
      return (value as { __v_skip?: true }).__v_skip ? value : reactive(value)
    },
  })
}
