import { AuthError } from 'antiphon'
import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { ada, ben, eventually, joined, type Stage, type Visitor } from '../stage'

const server = { like: 'pusher' } as const

const tell = (stage: Stage, id: string, event: string, data: unknown) =>
  stage.server.publish(`#server-to-user-${id}`, event, data)

const userRequests = ({ auth }: Visitor) => auth.requests.filter(({ channel }) => !channel)

/** Signing in, and what the server tells a user alone. */
export const users: readonly Scenario[] = [
  {
    name: 'signin() resolves with the user, who hears what is for them alone',
    server,
    async run(stage) {
      const [one, two] = [await stage.connected(ada), await stage.connected(ben)]
      const [user, other] = [await one.echo.signin(), await two.echo.signin()]
      expect([user.id, user.info]).toEqual(['1', { name: 'Ada' }])
      expect([other.id, other.info]).toEqual(['2', { name: 'Ben' }])
      const heard: unknown[] = []
      user.listen('Invited', (event, { event: name }) => heard.push(['Ada', name, event]))
      user.listen('.renamed', (event) => heard.push(['Ada', event]))
      other.listen('Invited', (event) => heard.push(['Ben', event]))
      tell(stage, '1', 'App\\Events\\Invited', { to: 'tea' })
      tell(stage, '1', 'renamed', 'Ada L.')
      await one.caughtUp()
      await two.caughtUp()
      expect(heard).toEqual([
        ['Ada', 'App\\Events\\Invited', { to: 'tea' }],
        ['Ada', 'Ada L.'],
      ])
    },
  },
  {
    name: 'a listener of the user’s ends by stopListening, by its signal or after one call',
    server,
    async run(stage) {
      const visitor = await stage.connected()
      const user = await visitor.echo.signin()
      const heard: string[] = []
      const controller = new AbortController()
      const stopped = () => heard.push('stopped')
      user.listen('.e', stopped).stopListening('.e', stopped)
      user.listen('.e', () => heard.push('once'), { once: true })
      user.listen('.e', () => heard.push('aborted'), { signal: controller.signal })
      user.channel.on('e', () => heard.push('on')).listenToAll((event) => heard.push(event))
      tell(stage, '1', 'e', {})
      await visitor.caughtUp()
      controller.abort()
      tell(stage, '1', 'e', {})
      await visitor.caughtUp()
      expect(heard).toEqual(['once', 'aborted', 'on', '.e', 'on', '.e'])
    },
  },
  {
    name: 'signin() while it connects waits, and two at once sign in once',
    server,
    async run(stage) {
      const visitor = stage.visitor()
      const [one, two] = await Promise.all([visitor.echo.signin(), visitor.echo.signin()])
      expect(one).toBe(two)
      expect(await visitor.echo.signin()).toBe(one)
      expect(userRequests(visitor)).toHaveLength(1)
      expect(visitor.sent('pusher:signin')).toHaveLength(1)
    },
  },
  {
    name: 'the request is the one that Laravel reads: the socket, the tokens, no channel',
    server,
    async run(stage) {
      let calls = 0
      const visitor = stage.visitor(ada, {
        bearerToken: () => `token ${++calls}`,
        csrfToken: 'csrf',
        auth: { headers: { 'X-Tenant': 'a' }, params: { tenant: 'b & c' }, batch: true },
      })
      await visitor.echo.signin()
      const [{ fields, headers, init }] = userRequests(visitor) as [any]
      expect(init.method).toBe('POST')
      expect(Object.fromEntries(fields)).toEqual({ socket_id: visitor.echo.socketId(), tenant: 'b & c' })
      expect(headers.get('Authorization')).toBe('Bearer token 1')
      expect(headers.get('X-CSRF-TOKEN')).toBe('csrf')
      expect(headers.get('X-Tenant')).toBe('a')
      expect(headers.get('Accept')).toBe('application/json')
    },
  },
  {
    name: 'userAuthentication adds headers and parameters, given and provided',
    server,
    async run(stage) {
      const base = stage.visitor()
      const { endpoint } = base.echo.options.userAuthentication ?? {}
      const visitor = stage.visitor(ada, {
        authEndpoint: '/unused',
        auth: { headers: { 'X-Tenant': 'a' } },
        fetch: base.echo.options.fetch,
        userAuthentication: {
          endpoint,
          headers: { 'X-One': '1' },
          headersProvider: async () => ({ 'X-Two': '2' }),
          params: { three: '3' },
          paramsProvider: () => ({ four: '4' }),
        },
      })
      await visitor.echo.signin()
      const [{ fields, headers }] = userRequests(base) as [any]
      expect(['X-Tenant', 'X-One', 'X-Two'].map((name) => headers.get(name))).toEqual(['a', '1', '2'])
      expect([fields.get('three'), fields.get('four')]).toEqual(['3', '4'])
    },
  },
  {
    name: 'userAuthentication.customHandler is asked instead, and may refuse',
    server,
    async run(stage) {
      const asked: unknown[] = []
      const visitor = stage.visitor(ada, {
        userAuthentication: {
          customHandler(request, callback) {
            asked.push(request)
            if (asked.length === 1) callback(Object.assign(new Error('no'), { status: 403 }), null)
            else callback(null, stage.server.authenticate(request.socketId, { id: 'x' }))
          },
        },
      })
      await expect(visitor.echo.signin()).rejects.toMatchObject({ code: 'auth-refused', status: 403 })
      expect((await visitor.echo.signin()).id).toBe('x')
      expect(asked).toEqual([{ socketId: visitor.echo.socketId() }, { socketId: visitor.echo.socketId() }])
      expect(visitor.auth.requests).toEqual([])
    },
  },
  {
    name: 'a refusal rejects signin(), asks no more, and the channels live; asked again it may succeed',
    server,
    async run(stage) {
      const visitor = await stage.connected()
      visitor.auth.reply = ({ channel }) => (channel ? 'grant' : { status: 403, body: '<h1>No</h1>' })
      const error = await visitor.echo.signin().catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(AuthError)
      expect(error).toMatchObject({
        code: 'auth-refused',
        status: 403,
        message: 'The user was not authorized: status 403.',
      })
      await joined(visitor.echo.private('orders'))
      expect(userRequests(visitor)).toHaveLength(1)
      visitor.auth.reply = () => 'grant'
      expect((await visitor.echo.signin()).id).toBe('1')
    },
  },
  {
    name: 'an answer without a user is told as what it is',
    server,
    async run(stage) {
      const visitor = await stage.connected()
      for (const body of [
        null,
        {},
        { auth: 'a:b' },
        { auth: 'a:b', user_data: '{}' },
        { auth: 'a:b', user_data: 'x' },
      ]) {
        visitor.auth.next({ status: 200, body })
        await expect(visitor.echo.signin()).rejects.toMatchObject({ code: 'auth-invalid', status: 200 })
      }
    },
  },
  {
    name: 'an endpoint that is down for a moment is asked again',
    server,
    async run(stage) {
      const visitor = await stage.connected()
      visitor.auth.next({ status: 503 }, 'cut')
      expect((await visitor.echo.signin()).id).toBe('1')
      expect(userRequests(visitor)).toHaveLength(3)
    },
  },
  {
    name: 'a signature that the server refuses rejects signin()',
    server,
    async run(stage) {
      const visitor = await stage.connected()
      visitor.auth.next({ status: 200, body: { auth: 'app-key:wrong', user_data: '{"id":"1"}' } })
      await expect(visitor.echo.signin()).rejects.toMatchObject({ code: 'subscribe-refused' })
      expect(visitor.echo.connectionStatus()).toBe('connected')
    },
  },
  {
    name: 'Reverb, which knows no sign-in, is told so at once, and nothing is tried again',
    async run(stage) {
      const visitor = await stage.connected()
      const error = await visitor.echo.signin().catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(AuthError)
      expect(error).toMatchObject({ code: 'not-supported', message: expect.stringContaining('signin()') })
      await joined(visitor.echo.private('orders'))
      expect(visitor.sent('pusher:signin')).toHaveLength(1)
    },
  },
  {
    name: 'after a reconnection the user is signed in again and told what was missed',
    server,
    async run(stage) {
      const visitor = await stage.connected()
      const user = await visitor.echo.signin()
      const before = visitor.echo.socketId()
      const heard: unknown[] = []
      user.listen('.e', (event) => heard.push(event))
      user.channel.missed(({ reason }) => heard.push(reason))
      stage.server.drop()
      await eventually(() => expect(user.channel.status.get()).toBe('joining'))
      await joined(user.channel)
      expect(visitor.echo.socketId()).not.toBe(before)
      expect(visitor.sent('pusher:signin')).toHaveLength(1)
      tell(stage, '1', 'e', 'again')
      await eventually(() => expect(new Set(heard)).toEqual(new Set(['again', 'connection-lost'])))
      expect(await visitor.echo.signin()).toBe(user)
    },
  },
  {
    name: 'whoever signs in after a reconnection is who it was, or nobody',
    server,
    async run(stage) {
      const visitor = await stage.connected()
      const user = await visitor.echo.signin()
      const heard: unknown[] = []
      user.listen('.e', (event) => heard.push(event))
      const failure = new Promise((resolve) => user.channel.error(resolve))
      visitor.auth.user = ben
      stage.server.drop()
      expect(await failure).toMatchObject({ code: 'auth-invalid' })
      const other = await visitor.echo.signin()
      expect([other.id, other === user]).toEqual(['2', false])
      tell(stage, '2', 'e', 'for Ben')
      await visitor.caughtUp()
      expect(heard).toEqual([])
    },
  },
  {
    name: 'disconnect() forgets the user: nothing is heard, and connect() does not sign in',
    server,
    async run(stage) {
      const visitor = await stage.connected()
      const user = await visitor.echo.signin()
      const heard: unknown[] = []
      user.listen('.e', (event) => heard.push(event))
      visitor.echo.disconnect()
      expect([user.channel.status.get(), user.id, user.info, user.watchlist.get()]).toEqual([
        'left',
        '1',
        ada.user_info,
        [],
      ])
      visitor.echo.connect()
      await visitor.connected()
      await visitor.caughtUp()
      expect(visitor.sent('pusher:signin')).toEqual([])
      tell(stage, '1', 'e', 'lost')
      visitor.auth.user = ben
      const other = await visitor.echo.signin()
      expect(other.id).toBe('2')
      expect(heard).toEqual([])
    },
  },
  {
    name: 'a user whose channel was left is another one the next time',
    server,
    async run(stage) {
      const visitor = await stage.connected()
      const user = await visitor.echo.signin()
      const heard: unknown[] = []
      user.listen('.e', () => heard.push('left'))
      user.channel.unsubscribe()
      const other = await visitor.echo.signin()
      other.listen('.e', (event) => heard.push(event))
      expect([other.id, other === user]).toEqual(['1', false])
      tell(stage, '1', 'e', 'heard')
      await visitor.caughtUp()
      expect(heard).toEqual(['heard'])
    },
  },
  {
    name: 'disconnect() ends a sign-in that is under way',
    server,
    async run(stage) {
      const visitor = await stage.connected()
      visitor.auth.next('never')
      const outcome = visitor.echo.signin().catch((reason: unknown) => reason)
      await eventually(() => expect(visitor.auth.busy).toBe(1))
      visitor.echo.disconnect()
      expect(await outcome).toMatchObject({ code: 'channel-left' })
    },
  },
  {
    name: 'a user whom the application ends is ended, and not connected again',
    server,
    async run(stage) {
      const [one, two] = [await stage.connected(ada), await stage.connected(ben)]
      const user = await one.echo.signin()
      await two.echo.signin()
      stage.server.terminate('1')
      await eventually(() => expect(one.echo.connectionStatus()).toBe('failed'))
      await eventually(() => expect(user.channel.status.get()).toBe('failed'))
      expect(one.echo.connection.get().error).toMatchObject({ code: 'connection-refused', closeCode: 4009 })
      expect(two.echo.connectionStatus()).toBe('connected')
    },
  },
  {
    name: 'the watch list says who is online, across reconnections too',
    server,
    async run(stage) {
      const watching = await stage.connected({ ...ada, watchlist: ['2', '3'] })
      const user = await watching.echo.signin()
      const lists: (readonly string[])[] = []
      user.watchlist.subscribe((ids) => lists.push(ids))
      expect(user.watchlist.get()).toEqual([])
      const watched = await stage.connected(ben)
      await watched.echo.signin()
      await eventually(() => expect(user.watchlist.get()).toEqual(['2']))
      expect(user.watchlist.get()).toBe(user.watchlist.get())
      stage.server.connections.get(watching.echo.socketId() ?? '')?.drop()
      await eventually(() => expect(user.channel.status.get()).toBe('joining'))
      await joined(user.channel)
      await watching.caughtUp()
      expect(user.watchlist.get()).toEqual(['2'])
      watched.echo.disconnect()
      await eventually(() => expect(user.watchlist.get()).toEqual([]))
      await eventually(() => expect(lists.at(-1)).toEqual([]))
      expect(lists[0]).toEqual(['2'])
    },
  },
]
