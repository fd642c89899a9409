import { describe, expect, it } from 'vitest'
import type { AuthCallback } from '../../src/auth/settings'
import type { EchoOptions } from '../../src/options'
import { authorizer, endpoint, textOf } from './endpoint'

const CANARY = 'canary-5d10'
const grant = { auth: 'key:signature' }
const answering = (answer: unknown) => ({ authorizer: () => answer }) as never
const handling = (answer: unknown): Partial<EchoOptions> => ({
  channelAuthorization: { customHandler: (_request, callback) => callback(null, answer) },
})

describe('what goes with a request, in the wrong shape', () => {
  it.each<[message: string, options: object]>([
    ['Option bearerToken is no text.', { bearerToken: () => ({ token: CANARY }) }],
    ['Option bearerToken is no text.', { bearerToken: { token: CANARY } }],
    ['Option bearerToken is no text.', { bearerToken: async () => () => CANARY }],
    ['Option csrfToken is no text.', { csrfToken: () => [CANARY] }],
    ['Option headers is no plain object.', { auth: { headers: () => CANARY } }],
    ['Option headers is no plain object.', { auth: { headers: async () => [['X-Key', CANARY]] } }],
    ['Option headers is no plain object.', { auth: { headers: () => new Headers({ 'X-Key': CANARY }) } }],
    ['Option headers is no plain object.', { channelAuthorization: { headers: CANARY } }],
    ['Option headers.X-Key is no text.', { auth: { headers: { 'X-Key': { value: CANARY } } } }],
    ['Option headers.X-Key is no text.', { auth: { headers: { 'X-Key': () => CANARY } } }],
    ['Option params is no plain object.', { auth: { params: () => new URLSearchParams({ key: CANARY }) } }],
    ['Option params is no plain object.', { auth: { params: 7 } }],
    ['Option params.key is no text.', { auth: { params: { key: [CANARY] } } }],
    ['Option headersProvider is no plain object.', { channelAuthorization: { headersProvider: () => CANARY } }],
    ['Option paramsProvider is no plain object.', { channelAuthorization: { paramsProvider: () => new Map() } }],
  ])('is an error that says so, once and without a request: %s (%#)', async (message, options) => {
    const { fetch, calls } = endpoint()
    const { refusal, reported, problems } = authorizer({ fetch, ...options })
    const error = await refusal('private-a')
    expect(error).toMatchObject({ name: 'AuthError', code: 'invalid-option', channel: 'private-a', retryable: false })
    expect(error.message).toBe(`private-a was not authorized: ${message}`)
    expect(error.hint).toContain('#invalid-option')
    expect([calls, reported, problems]).toEqual([[], [], []])
    expect(textOf(error)).not.toContain(CANARY)
  })

  it('fails that channel alone: what is right the next time is used', async () => {
    const { fetch, calls } = endpoint()
    const tokens: unknown[] = [{ not: 'a token' }, 'token']
    const { ask, refusal } = authorizer({ fetch, bearerToken: () => tokens.shift() as string })
    await refusal('private-a')
    expect(await ask('private-a')).toEqual(grant)
    expect(calls.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer token'])
  })

  it.each([false, 0, null, undefined, ''])('is none where it is nothing (%s)', async (nothing) => {
    const { fetch, calls } = endpoint()
    const auth = { headers: () => nothing, params: () => nothing }
    const options = { bearerToken: () => nothing, csrfToken: () => nothing, auth }
    expect(await authorizer({ fetch, ...options } as never).ask('private-a')).toEqual(grant)
    expect(calls[0]?.headers.has('authorization')).toBe(false)
  })
})

describe('an authorizer that gives', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['the grant itself', grant],
    ['a promise', Promise.resolve({ authorize: () => {} })],
    ['a function', () => {}],
  ])('%s, is told what it should give', async (_, answer) => {
    const { refusal, reported } = authorizer(answering(answer))
    expect(await refusal('private-a')).toMatchObject({
      code: 'invalid-option',
      message: 'private-a was not authorized: Option authorizer is no function that gives { authorize }.',
      retryable: false,
    })
    expect(reported).toEqual([])
  })
})

describe('an answer that is returned, where it should be called back with', () => {
  it.each<[string, Partial<EchoOptions>]>([
    ['customHandler', { channelAuthorization: { customHandler: async () => grant } }],
    ['customHandler', { channelAuthorization: { customHandler: () => grant } }],
    ['authorizer', { authorizer: () => ({ authorize: async () => grant }) }],
  ])('is an error at once (%s)', async (option, options) => {
    const { refusal, reported } = authorizer(options)
    expect((await refusal('private-a')).message).toBe(
      `private-a was not authorized: Option ${option} is returning, not calling back.`,
    )
    expect(reported).toEqual([])
  })

  it('does no harm beside a call', async () => {
    const answer = { authorize: async (_id: string, callback: AuthCallback) => (callback(null, grant), grant) }
    expect(await authorizer({ authorizer: () => answer }).ask('private-a')).toEqual(grant)
  })
})

describe('a grant in the wrong shape', () => {
  it.each<unknown>([
    undefined,
    null,
    true,
    'key:signature',
    {},
    { token: CANARY },
    { auth: { key: CANARY } },
    [CANARY],
  ])('is an error that says what it should be (%#)', async (answer) => {
    for (const options of [handling(answer), { authorize: async () => answer as never }]) {
      const { refusal, reported } = authorizer(options)
      const error = await refusal('private-a')
      expect(error).toMatchObject({ code: 'auth-invalid', retryable: false })
      expect(error.message).toBe("private-a was not authorized: the answer has no auth: 'key:signature'.")
      expect([reported, textOf(error).includes(CANARY)]).toEqual([[], false])
    }
  })

  it('of a presence channel says what is missing', async () => {
    const { refusal } = authorizer({ authorize: async () => grant })
    expect((await refusal('presence-a')).message).toBe(
      'presence-a was not authorized: the answer has no channel_data with a user_id.',
    )
  })
})
