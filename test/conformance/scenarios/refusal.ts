import { AuthError, type EchoError } from 'antiphon'
import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { ada, eventually, joined } from '../stage'

/** What the answers to an authorization do. */
export const refusal: readonly Scenario[] = [
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
