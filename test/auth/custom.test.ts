import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuthCallback, AuthorizerOptions } from '../../src/auth/settings'
import { AuthError } from '../../src/errors'
import type { EchoOptions } from '../../src/options'
import { authorizer, endpoint } from './endpoint'

type Handler = (channel: string, socketId: string, answer: AuthCallback) => unknown

const forms: [string, (handler: Handler) => Partial<EchoOptions>][] = [
  [
    'authorizer',
    (handler) => ({ authorizer: ({ name }) => ({ authorize: (id, answer) => handler(name, id, answer) }) }),
  ],
  [
    'customHandler',
    (handler) => ({
      channelAuthorization: {
        customHandler: ({ socketId, channelName }, answer) => handler(channelName, socketId, answer),
      },
    }),
  ],
]

const grant = { auth: 'key:signature' }

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

describe.each(forms)('pusher-js’s %s', (_, form) => {
  it.each([null, undefined, false])('grants with callback(%s, data)', async (error) => {
    const asked: unknown[] = []
    const { ask } = authorizer(
      form((channel, socketId, answer) => {
        asked.push([channel, socketId])
        answer(error, grant)
      }),
    )
    expect(await ask('private-a')).toEqual(grant)
    expect(asked).toEqual([['private-a', '1.1']])
  })

  it('may answer later, and be async', async () => {
    const { ask } = authorizer(
      form(async (_channel, _id, answer) => {
        await Promise.resolve()
        setTimeout(answer, 100, null, grant)
      }),
    )
    const granted = ask('private-a')
    await vi.runAllTimersAsync()
    expect(await granted).toEqual(grant)
  })

  it('is heard once only', async () => {
    const { ask, reported } = authorizer(
      form((_channel, _id, answer) => {
        answer(null, grant)
        answer(new Error('late'), null)
        throw new Error('later still')
      }),
    )
    expect(await ask('private-a')).toEqual(grant)
    expect(reported).toEqual([])
  })

  it('is held to what an HTTP answer must be', async () => {
    const { refusal } = authorizer(form((_channel, _id, answer) => answer(null, { token: 'secret' })))
    expect(await refusal('private-a')).toMatchObject({ code: 'auth-invalid', status: 200, retryable: false })
    expect(await refusal('presence-a')).toMatchObject({ code: 'auth-invalid' })
  })

  it.each([
    ['an error with a status', Object.assign(new Error('no'), { status: 403 }), null],
    ['an error with a response', Object.assign(new Error('no'), { response: { status: 403 } }), null],
    ['true and a response', true, { status: 403 }],
    ['true and an error of axios', true, { response: { status: 403 } }],
    ['true and a status', true, 403],
  ])('refuses at once with %s', async (_what, error, data) => {
    const { refusal, reported, problems } = authorizer(form((_channel, _id, answer) => answer(error, data)))
    expect(await refusal('private-a')).toMatchObject({ code: 'auth-refused', status: 403, attempt: 1 })
    expect([reported, problems]).toEqual([[], []])
  })

  it.each([
    ['true', true],
    ['an error', new Error('no')],
  ])('gets six tries after callback(%s)', async (_what, error) => {
    let tries = 0
    const { refusal, reported } = authorizer(
      form((_channel, _id, answer) => {
        tries++
        answer(error, null)
      }),
    )
    const refused = refusal('private-a')
    await vi.runAllTimersAsync()
    expect(await refused).toMatchObject({ code: 'auth-failed', status: 0, retryable: false, attempt: 6 })
    expect([tries, reported]).toEqual([6, []])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('a mistake')
      },
    ],
    ['rejects', () => Promise.reject(new Error('a mistake'))],
  ])('that %s is reported, and gets six tries', async (_what, handler) => {
    const { refusal, reported } = authorizer(form(handler))
    const refused = refusal('private-a')
    await vi.runAllTimersAsync()
    const error = await refused
    expect(error).toMatchObject({ code: 'auth-failed', retryable: false, attempt: 6 })
    expect(error.cause).toMatchObject({ message: 'a mistake' })
    expect(reported).toHaveLength(6)
  })

  it('that never answers is asked again after ten seconds', async () => {
    let tries = 0
    const { ask, problems } = authorizer(form((_channel, _id, answer) => tries++ && answer(null, grant)))
    const granted = ask('private-a')
    await vi.runAllTimersAsync()
    expect(await granted).toEqual(grant)
    expect(problems).toMatchObject([{ code: 'auth-failed', status: 0, retryable: true }])
  })

  it('asks nothing over HTTP, and knows no batch', async () => {
    const { fetch, calls } = endpoint()
    const asked: string[] = []
    const { ask } = authorizer({
      ...form((channel, _id, answer) => {
        asked.push(channel)
        answer(null, grant)
      }),
      fetch,
      auth: { batch: true },
    } as Partial<EchoOptions>)
    await Promise.all([ask('private-a'), ask('private-b')])
    expect([asked, calls]).toEqual([['private-a', 'private-b'], []])
  })
})

it('authorizer is told endpoint, headers with tokens, and parameters, as they are then', async () => {
  const told: AuthorizerOptions[] = []
  const { ask, options } = authorizer({
    authEndpoint: '/own',
    bearerToken: 'token',
    csrfToken: () => 'csrf',
    auth: { headers: { 'X-A': '1' }, params: { p: 1 } },
    authorizer: (_channel, given) => {
      told.push(given)
      return { authorize: (_id, answer) => answer(null, grant) }
    },
  })
  await ask('private-a')
  options.auth = { headers: { 'X-A': '2' } }
  await ask('private-a')
  expect(told).toEqual([
    {
      authTransport: 'ajax',
      authEndpoint: '/own',
      auth: { headers: { 'X-CSRF-TOKEN': 'csrf', 'X-A': '1', Authorization: 'Bearer token' }, params: { p: '1' } },
    },
    {
      authTransport: 'ajax',
      authEndpoint: '/own',
      auth: { headers: { 'X-CSRF-TOKEN': 'csrf', 'X-A': '2' }, params: {} },
    },
  ])
})

describe('authorize', () => {
  it('replaces the others, and is told channel, socket and signal', async () => {
    const authorize = vi.fn(async () => grant)
    const other = vi.fn()
    const { ask } = authorizer({ authorize, authorizer: other, channelAuthorization: { customHandler: other } })
    expect(await ask('private-a')).toEqual(grant)
    expect(authorize).toHaveBeenCalledWith(
      expect.objectContaining({ channel: 'private-a', socketId: '1.1' }),
      expect.any(AbortSignal),
    )
    expect(other).not.toHaveBeenCalled()
  })

  it('is held to what an HTTP answer must be', async () => {
    const { refusal } = authorizer({ authorize: async () => ({ auth: 'key:s' }) })
    expect(await refusal('presence-a')).toMatchObject({ code: 'auth-invalid', retryable: false })
  })

  it('may refuse with an AuthError of its own, which is taken as it is', async () => {
    const own = new AuthError('auth-refused', 'members only', { channel: 'private-a' })
    const { refusal, reported, problems } = authorizer({ authorize: () => Promise.reject(own) })
    expect(await refusal('private-a')).toBe(own)
    expect([reported, problems]).toEqual([[], []])
  })

  it.each([
    [403, 'auth-refused', 1],
    [401, 'auth-expired', 2],
    [500, 'auth-failed', 6],
  ])('that rejects with status %i is treated as such an answer', async (status, code, attempt) => {
    const cause = Object.assign(new Error('no'), { response: { status } })
    const { refusal, reported } = authorizer({ authorize: () => Promise.reject(cause) })
    const refused = refusal('private-a')
    await vi.runAllTimersAsync()
    expect(await refused).toMatchObject({ code, status, attempt, retryable: false, cause })
    expect(reported).toEqual([])
  })

  it('that fails because it was told to stop is no mistake', async () => {
    const controller = new AbortController()
    const { ask, reported } = authorizer({
      authorize: (_request, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    })
    const outcome = expect(ask('private-a', controller.signal)).rejects.toBe('left')
    await vi.advanceTimersByTimeAsync(10)
    controller.abort('left')
    await outcome
    await vi.advanceTimersByTimeAsync(0)
    expect(reported).toEqual([])
  })

  it('is not told to stop after it granted', async () => {
    let stopped = false
    const { ask } = authorizer({
      authorize: async (_request, signal) => {
        signal.addEventListener('abort', () => (stopped = true))
        return grant
      },
    })
    await ask('private-a')
    await vi.runAllTimersAsync()
    expect(stopped).toBe(false)
  })

  it('runs at most five times at once', async () => {
    let running = 0
    let most = 0
    const { ask } = authorizer({
      authorize: async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 10))
        running--
        return grant
      },
    })
    const all = Promise.all(Array.from({ length: 20 }, (_, index) => ask(`private-${index}`)))
    await vi.runAllTimersAsync()
    await all
    expect(most).toBe(5)
  })
})
