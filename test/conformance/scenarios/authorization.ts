import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { ada, eventually, joined } from '../stage'

/** What the application’s auth endpoint, or a function in its place, is asked. */
export const authorization: readonly Scenario[] = [
  {
    name: 'a request says what Laravel reads: socket, channel, parameters, headers',
    async run(stage) {
      const visitor = stage.visitor(ada, {
        bearerToken: 'token',
        csrfToken: 'csrf',
        auth: { headers: { 'X-Tenant': 'a' }, params: { tenant: 'b & c' } },
      })
      await joined(visitor.echo.private('orders.1'))
      const { fields, headers, init } = visitor.auth.last
      expect(init.method).toBe('POST')
      expect(Object.fromEntries(fields)).toEqual({
        socket_id: visitor.echo.socketId(),
        channel_name: 'private-orders.1',
        tenant: 'b & c',
      })
      expect(headers.get('Authorization')).toBe('Bearer token')
      expect(headers.get('X-CSRF-TOKEN')).toBe('csrf')
      expect(headers.get('X-Tenant')).toBe('a')
      expect(headers.get('Content-Type')).toMatch(/^application\/x-www-form-urlencoded/)
    },
  },
  {
    name: 'a public channel asks nobody',
    async run(stage) {
      const visitor = stage.visitor()
      await joined(visitor.echo.channel('news'))
      expect(visitor.auth.requests).toEqual([])
    },
  },
  {
    name: 'headers that are written later are sent with the next request, and deleted ones are not',
    async run(stage) {
      const visitor = await stage.connected()
      const { echo, auth } = visitor
      const sent = () => auth.last.headers.get('Authorization')
      echo.connector.options.auth.headers.Authorization = 'Bearer one'
      await joined(echo.private('a'))
      expect(sent()).toBe('Bearer one')
      delete echo.connector.options.auth.headers.Authorization
      await joined(echo.private('b'))
      expect(sent()).toBe(null)
      echo.options.auth = { headers: { Authorization: 'Bearer two' } }
      await joined(echo.private('c'))
      expect(sent()).toBe('Bearer two')
    },
  },
  {
    name: 'tokens, headers and parameters may be functions, called for every request',
    async run(stage) {
      let calls = 0
      const visitor = stage.visitor(ada, {
        bearerToken: async () => `token ${++calls}`,
        auth: { headers: () => ({ 'X-Call': calls }), params: async () => ({ call: calls }) },
      })
      await joined(visitor.echo.private('a'))
      await joined(visitor.echo.private('b'))
      expect(visitor.auth.requests.map(({ headers }) => headers.get('Authorization'))).toEqual([
        'Bearer token 1',
        'Bearer token 2',
      ])
      expect(visitor.auth.requests.map(({ headers }) => headers.get('X-Call'))).toEqual(['1', '2'])
      expect(visitor.auth.requests.map(({ fields }) => fields.get('call'))).toEqual(['1', '2'])
    },
  },
  {
    name: 'an authorizer of the older form is asked, and may refuse',
    async run(stage) {
      const asked: unknown[] = []
      const { echo } = stage.visitor(ada, {
        authEndpoint: '/mine',
        auth: { headers: { 'X-Tenant': 'a' } },
        authorizer: ({ name }, options) => ({
          async authorize(socketId, callback) {
            asked.push([name, options.authEndpoint, options.auth.headers['X-Tenant']])
            if (name === 'private-no') callback(true, { status: 403 })
            else callback(null, stage.server.authorize(socketId, name))
          },
        }),
      })
      await joined(echo.private('yes'))
      const refused = echo.private('no')
      await eventually(() => expect(refused.status.get()).toBe('failed'))
      await expect(refused.ready()).rejects.toMatchObject({ type: 'AuthError' })
      expect(asked[0]).toEqual(['private-yes', '/mine', 'a'])
    },
  },
  {
    name: 'channelAuthorization.customHandler is asked',
    async run(stage) {
      const { echo } = stage.visitor(ada, {
        channelAuthorization: {
          customHandler: ({ socketId, channelName }, callback) =>
            callback(null, stage.server.authorize(socketId, channelName, { user_id: 'x', user_info: { name: 'X' } })),
        },
      })
      const room = echo.join('room')
      await joined(room)
      expect(room.presence.get().me).toEqual({ id: 'x', info: { name: 'X' } })
    },
  },
  {
    name: 'channelAuthorization replaces endpoint, headers and parameters',
    async run(stage) {
      const visitor = stage.visitor()
      const endpoint = visitor.echo.options.authEndpoint ?? ''
      const other = stage.visitor(ada, {
        authEndpoint: '/unused',
        fetch: visitor.echo.options.fetch,
        channelAuthorization: {
          endpoint,
          headers: { 'X-A': 'a' },
          headersProvider: () => ({ 'X-B': 'b' }),
          params: { c: 'c' },
          paramsProvider: () => ({ d: 'd' }),
        },
      })
      await joined(other.echo.private('orders'))
      const { headers, fields } = visitor.auth.last
      expect([headers.get('X-A'), headers.get('X-B'), fields.get('c'), fields.get('d')]).toEqual(['a', 'b', 'c', 'd'])
    },
  },
  {
    name: 'authorize replaces the request, and is told when nobody wants the answer any more',
    async run(stage) {
      const signals: AbortSignal[] = []
      const { echo } = stage.visitor(ada, {
        authorize: async ({ channel, socketId }, signal) => {
          signals.push(signal)
          if (channel === 'private-slow') return new Promise(() => {})
          return stage.server.authorize(socketId, channel)
        },
      })
      await joined(echo.private('orders'))
      echo.private('slow')
      await eventually(() => expect(signals).toHaveLength(2))
      echo.leave('slow')
      await eventually(() => expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]))
    },
  },
  {
    name: 'with auth.batch, what is wanted at once is one request',
    async run(stage) {
      const visitor = await stage.connected(ada, { auth: { batch: true } })
      visitor.auth.reply = ({ fields, socketId }) => {
        const names = [...fields].flatMap(([name, value]) => (name.startsWith('channel_name[') ? [value] : []))
        const answer = (channel: string) =>
          channel === 'private-no' ? { status: 403 } : { status: 200, data: stage.server.authorize(socketId, channel) }
        return { status: 200, body: Object.fromEntries(names.map((channel) => [channel, answer(channel)])) }
      }
      const [a, no, b] = ['a', 'no', 'b'].map((name) => visitor.echo.private(name))
      await joined(a!, b!)
      await eventually(() => expect(no?.status.get()).toBe('failed'))
      expect(visitor.auth.requests).toHaveLength(1)
    },
  },
]
