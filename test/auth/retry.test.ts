import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { codeOf, retryDelay } from '../../src/auth/retry'
import { withHeaders } from '../support/auth-endpoint'
import { authorizer, endpoint, statuses } from './endpoint'

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('the policy', () => {
  it.each([
    [0, 'auth-failed'],
    [408, 'auth-failed'],
    [425, 'auth-failed'],
    [429, 'auth-failed'],
    [500, 'auth-failed'],
    [503, 'auth-failed'],
    [599, 'auth-failed'],
    [401, 'auth-expired'],
    [419, 'auth-expired'],
    [400, 'auth-refused'],
    [403, 'auth-refused'],
    [404, 'auth-refused'],
    [409, 'auth-refused'],
    [422, 'auth-refused'],
    [200, 'auth-invalid'],
    [204, 'auth-invalid'],
    [302, 'auth-invalid'],
    [-1, 'auth-invalid'],
  ])('calls status %i %s', (status, code) => {
    expect(codeOf(status)).toBe(code)
    const once = { 'auth-failed': 250, 'auth-expired': 0 }[code]
    expect(retryDelay([status], 0, 0.5)).toBe(once)
  })

  it('spreads retries over 0.5 s, then twice as much each time, up to 30 s', () => {
    const spread = Array.from({ length: 9 }, (_, tries) => retryDelay(Array(tries + 1).fill(503), 0, 1))
    expect(spread).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    expect(retryDelay(Array(5000).fill(0), 0, 1)).toBe(30_000)
    expect(retryDelay([503], 0, 0)).toBe(0)
  })

  it('adds what the server asks for', () => {
    expect(retryDelay([429], 7000, 0.5)).toBe(7250)
  })

  it.each([
    ['six plain 500', [500, 500, 500, 500, 500, 500], undefined],
    ['five plain 500', [500, 500, 500, 500, 500], 4000],
    ['five plain 500 among others', [503, 500, 500, 0, 500, 500, 500], 15_000],
    ['six plain 500 among others', [500, 500, 503, 500, 500, 500, 500], undefined],
    ['a hundred 503', Array(100).fill(503), 15_000],
    ['a second 401', [401, 401], undefined],
    ['a 419 after a 401', [401, 503, 419], undefined],
    ['a 401 after a 503', [503, 401], 0],
    ['a 403 after retries', [503, 403], undefined],
  ])('after %s', (_, seen, delay) => {
    expect(retryDelay(seen, 0, 0.5)).toBe(delay)
  })
})

describe('a failure that may pass', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('with status %i is tried again, and told', async (status) => {
    const { fetch, calls } = statuses(status, status)
    const { ask, problems, reported } = authorizer({ fetch })
    const granted = ask('private-a')
    await vi.runAllTimersAsync()
    expect(await granted).toEqual({ auth: 'key:signature' })
    expect(calls).toHaveLength(3)
    expect(problems).toMatchObject([
      { code: 'auth-failed', status, retryable: true, attempt: 1, channel: 'private-a' },
      { code: 'auth-failed', status, retryable: true, attempt: 2, channel: 'private-a' },
    ])
    expect(reported).toEqual([])
  })

  it('is tried again for one who does not want to hear of it, too', async () => {
    const { fetch } = statuses(503)
    const { authorize } = authorizer({ fetch })
    const granted = authorize({ channel: 'private-a', socketId: '1.1' }, new AbortController().signal)
    await vi.runAllTimersAsync()
    expect(await granted).toEqual({ auth: 'key:signature' })
  })

  it('waits between the tries', async () => {
    const { fetch, calls } = statuses(503, 503)
    const { ask } = authorizer({ fetch })
    const granted = ask('private-a')
    await vi.advanceTimersByTimeAsync(249)
    expect(calls).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(calls).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(499)
    expect(calls).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    await granted
    expect(calls).toHaveLength(3)
  })

  it('of the network is tried again for ever', async () => {
    const cause = new TypeError('Failed to fetch')
    const { fetch, calls } = endpoint(() => Promise.reject(cause))
    const { ask, problems, reported } = authorizer({ fetch })
    const controller = new AbortController()
    const ended = ask('private-a', controller.signal).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(600_000)
    expect(calls.length).toBeGreaterThan(30)
    expect(problems[0]).toMatchObject({ code: 'auth-failed', status: 0, retryable: true, attempt: 1, cause })
    expect(problems[0]?.message).toBe('private-a was not authorized: no answer.')
    expect(reported).toEqual([])
    controller.abort('left')
    expect(await ended).toBe('left')
  })

  it('of a body that breaks off is one of the network', async () => {
    const { fetch, calls } = endpoint((_, index) => {
      const broken = new ReadableStream({ start: (stream) => stream.error(new TypeError('terminated')) })
      return index ? Response.json({ auth: 'key:s' }) : new Response(broken)
    })
    const { ask, problems } = authorizer({ fetch })
    const granted = ask('private-a')
    await vi.runAllTimersAsync()
    await granted
    expect(calls).toHaveLength(2)
    expect(problems).toMatchObject([{ status: 0 }])
  })

  it('with a plain 500 is given up after six tries', async () => {
    const { fetch, calls } = endpoint(() => new Response('', { status: 500 }))
    const { refusal, problems } = authorizer({ fetch })
    const refused = refusal('private-a')
    await vi.runAllTimersAsync()
    expect(await refused).toMatchObject({ code: 'auth-failed', status: 500, retryable: false, attempt: 6 })
    expect([calls.length, problems.length]).toEqual([6, 5])
  })

  it.each([
    ['seconds', '7', 7250],
    ['a date', 'Thu, 01 Jan 2026 00:00:09 GMT', 9250],
    ['a date that is past', 'Thu, 01 Jan 2015 00:00:00 GMT', 250],
    ['nonsense', 'soon', 250],
    ['less than nothing', '-5', 250],
    ['a day', '86400', 300_250],
  ])('waits as Retry-After says: %s', async (_, value, delay) => {
    vi.setSystemTime('2026-01-01T00:00:00Z')
    const { fetch, calls } = statuses(() => withHeaders(new Response('', { status: 429 }), { 'Retry-After': value }))
    const { ask } = authorizer({ fetch })
    const granted = ask('private-a')
    await vi.advanceTimersByTimeAsync(delay - 1)
    expect(calls).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    await granted
    expect(calls).toHaveLength(2)
  })
})

describe('credentials that are old', () => {
  it.each([401, 419])('are read anew once after %i', async (status) => {
    const { fetch, calls } = statuses(status)
    let token = 0
    const { ask, problems } = authorizer({
      fetch,
      bearerToken: () => `t${++token}`,
      csrfToken: async () => `c${token}`,
    })
    const granted = ask('private-a')
    await vi.runAllTimersAsync()
    expect(await granted).toEqual({ auth: 'key:signature' })
    expect(calls.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer t1', 'Bearer t2'])
    expect(calls.map(({ headers }) => headers.get('x-csrf-token'))).toEqual(['c1', 'c2'])
    expect(problems).toMatchObject([{ code: 'auth-expired', status, retryable: true, attempt: 1 }])
  })

  it.each([
    [401, 401],
    [401, 419],
    [419, 401],
  ])('are final at the second time (%i, %i)', async (first, second) => {
    const { fetch, calls } = statuses(first, second)
    const { refusal } = authorizer({ fetch })
    const refused = refusal('private-a')
    await vi.runAllTimersAsync()
    expect(await refused).toMatchObject({ code: 'auth-expired', status: second, retryable: false, attempt: 2 })
    expect(calls).toHaveLength(2)
  })
})
