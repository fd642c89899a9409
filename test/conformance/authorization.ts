import { AuthError, type EchoError } from 'antiphon'
import { expect } from 'vitest'
import type { Scenario } from './scenario'
import { ada, eventually, joined } from './stage'

/** What the application’s auth endpoint is asked, and what its answers do. */
export const authorization: readonly Scenario[] = [
  {
    name: 'a refused channel tells error() why, late too, and the others live',
    async run(stage) {
      const visitor = stage.visitor()
      visitor.auth.reply = ({ channel }) => (channel === 'private-no' ? { status: 403, body: '<h1>No</h1>' } : 'grant')
      const errors: EchoError[] = []
      const refused = visitor.echo.private('no').error((error) => errors.push(error))
      const others = [visitor.echo.private('yes'), visitor.echo.channel('news'), visitor.echo.join('room')]
      await eventually(() => expect(refused.status.get()).toBe('failed'))
      await joined(...others)
      refused.error((error) => errors.push(error))
      await Promise.resolve()
      expect(errors).toHaveLength(2)
      expect(errors[0]).toBeInstanceOf(AuthError)
      expect(errors[0]).toBe(errors[1])
      expect(errors[0]).toMatchObject({ code: 'auth-refused', type: 'AuthError', status: 403, channel: 'private-no' })
      await expect(refused.ready()).rejects.toBe(errors[0])
      expect(visitor.auth.for('private-no')).toHaveLength(1)
    },
  },
  {
    name: 'an endpoint that answers with a page is told as what it is, and the page is not copied',
    async run(stage) {
      const visitor = stage.visitor()
      visitor.auth.next({ status: 200, body: '<!doctype html><title>Secret</title>' })
      const errors: EchoError[] = []
      const channel = visitor.echo.private('orders').error((error) => errors.push(error))
      await eventually(() => expect(channel.status.get()).toBe('failed'))
      expect(errors).toMatchObject([{ code: 'auth-invalid', type: 'AuthError', status: 200, retryable: false }])
      expect(`${errors[0]?.message} ${JSON.stringify(errors[0])}`).not.toContain('Secret')
    },
  },
  ...(
    [
      ['null', null],
      ['nothing to sign with', {}],
      ['a member that is no text', { auth: 'app-key:00', channel_data: { user_id: 1 } }],
    ] as const
  ).map(
    ([what, body]): Scenario => ({
      name: `an endpoint that answers with ${what} fails its channel only`,
      async run(stage) {
        const visitor = stage.visitor()
        visitor.auth.next({ status: 200, body: JSON.stringify(body) })
        const channel = visitor.echo.join('room')
        await eventually(() => expect(channel.status.get()).toBe('failed'))
        await expect(channel.ready()).rejects.toMatchObject({ code: 'auth-invalid' })
        await joined(visitor.echo.join('other'))
      },
    }),
  ),
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
    name: 'an endpoint that fails for a passing reason is asked again, and error() is told of each time',
    async run(stage) {
      const visitor = stage.visitor()
      visitor.auth.next({ status: 503 }, 'cut', { status: 500 })
      const errors: EchoError[] = []
      const channel = visitor.echo.private('orders').error((error) => errors.push(error))
      await joined(channel)
      expect(visitor.auth.requests).toHaveLength(4)
      const told = { code: 'auth-failed', retryable: true }
      expect(errors).toMatchObject([
        { ...told, status: 503, attempt: 1 },
        { ...told, status: 0, attempt: 2 },
        { ...told, status: 500, attempt: 3 },
      ])
    },
  },
  {
    name: 'a session that has ended is asked for with a new token, once',
    async run(stage) {
      let token = 0
      const visitor = stage.visitor(ada, { csrfToken: () => `${++token}` })
      visitor.auth.next({ status: 419 })
      await joined(visitor.echo.private('orders'))
      expect(visitor.auth.requests.map(({ headers }) => headers.get('X-CSRF-TOKEN'))).toEqual(['1', '2'])
      visitor.auth.next({ status: 401 }, { status: 401 })
      await expect(visitor.echo.private('other').ready()).rejects.toMatchObject({ code: 'auth-expired', status: 401 })
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
  {
    name: 'a channel that has failed is asked for again by retry(), by subscribe() and by its name',
    async run(stage) {
      const visitor = await stage.connected()
      const again: Record<string, () => unknown> = {
        retry: () => visitor.echo.private('retry').retry(),
        subscribe: () => visitor.echo.private('subscribe').subscribe(),
        name: () => visitor.echo.private('name'),
      }
      for (const [name, ask] of Object.entries(again)) {
        visitor.auth.next({ status: 403 })
        const heard: string[] = []
        const channel = visitor.echo.private(name).subscribed(() => heard.push('subscribed'))
        await eventually(() => expect(channel.status.get()).toBe('failed'))
        ask()
        await joined(channel)
        expect(heard).toEqual(['subscribed'])
      }
    },
  },
  {
    name: 'a signature that a soketi refuses is told to its channel, and the others live',
    server: { like: 'soketi' },
    async run(stage) {
      const visitor = stage.visitor()
      visitor.auth.reply = ({ channel }) =>
        channel === 'private-no' ? { status: 200, body: { auth: 'app-key:00' } } : 'grant'
      const channel = visitor.echo.private('no')
      await joined(visitor.echo.private('yes'))
      await eventually(() => expect(channel.status.get()).toBe('failed'))
      await expect(channel.ready()).rejects.toMatchObject({ code: 'subscribe-refused', type: 'AuthError', status: 401 })
    },
  },
  {
    name: 'a signature that the server refuses is renewed once',
    server: { like: 'soketi' },
    except: { 'pusher-js': 'asks for no second one' },
    async run(stage) {
      const visitor = stage.visitor()
      visitor.auth.next({ status: 200, body: { auth: 'app-key:00' } })
      await joined(visitor.echo.private('orders'))
      expect(visitor.auth.requests).toHaveLength(2)
    },
  },
  {
    name: 'a signature that a Reverb refuses, without naming the channel, is told to its channel',
    server: { like: 'reverb' },
    except: { 'pusher-js': 'waits for an answer until the next connection' },
    async run(stage) {
      const visitor = stage.visitor()
      visitor.auth.reply = () => ({ status: 200, body: { auth: 'app-key:00' } })
      const channel = visitor.echo.private('no')
      await eventually(() => expect(channel.status.get()).toBe('failed'))
      await expect(channel.ready()).rejects.toMatchObject({ code: 'subscribe-refused' })
      expect(visitor.auth.requests).toHaveLength(2)
    },
  },
]
