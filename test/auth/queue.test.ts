import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { authorizer, endpoint } from './endpoint'

const names = (count: number) => Array.from({ length: count }, (_, index) => `private-${index}`)
const grant = () => Response.json({ auth: 'key:signature' })
const never = () => new Promise<Response>(() => {})
const settle = () => vi.advanceTimersByTimeAsync(0)
const finish = async <T>(work: Promise<T>): Promise<T> => {
  const ended = Promise.allSettled([work])
  await vi.runAllTimersAsync()
  await ended
  return work
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('the queue', () => {
  it('has at most five requests in flight, in the order they were wanted', async () => {
    const { fetch, calls, seen } = endpoint(() => new Promise((resolve) => setTimeout(() => resolve(grant()), 20)))
    const { ask } = authorizer({ fetch })
    const all = Promise.all(names(20).map((name) => ask(name)))
    await settle()
    expect(calls).toHaveLength(5)
    await vi.runAllTimersAsync()
    expect(await all).toHaveLength(20)
    expect(seen.most).toBe(5)
    expect(calls.map(({ fields }) => fields.channel_name)).toEqual(names(20))
  })

  it('gives the place to others while a retry waits', async () => {
    const { fetch, calls } = endpoint((_, index) => (index < 5 ? new Response('', { status: 503 }) : grant()))
    const { ask } = authorizer({ fetch })
    const all = Promise.all(names(10).map((name) => ask(name)))
    await settle()
    expect(calls).toHaveLength(10)
    await vi.runAllTimersAsync()
    await all
    expect(calls).toHaveLength(15)
  })

  it('is each Echo’s own', async () => {
    const one = endpoint(never)
    const other = endpoint()
    const controller = new AbortController()
    const first = authorizer({ fetch: one.fetch, bearerToken: 'one' })
    const waiting = names(10).map((name) => first.ask(name, controller.signal).catch(() => {}))
    await settle()
    const second = authorizer({ fetch: other.fetch })
    expect(await second.ask('private-a')).toEqual({ auth: 'key:signature' })
    expect(other.calls[0]?.headers.get('authorization')).toBeNull()
    controller.abort()
    await Promise.all(waiting)
  })

  it('forgets who left while waiting for a place', async () => {
    const { fetch, calls } = endpoint(() => new Promise((resolve) => setTimeout(() => resolve(grant()), 20)))
    const { ask } = authorizer({ fetch })
    const controller = new AbortController()
    const first = names(5).map((name) => ask(name))
    const left = ask('private-left', controller.signal)
    const last = ask('private-last')
    const outcome = expect(left).rejects.toBe('left')
    await settle()
    controller.abort('left')
    await outcome
    await vi.runAllTimersAsync()
    await Promise.all([...first, last])
    expect(calls.map(({ fields }) => fields.channel_name)).toEqual([...names(5), 'private-last'])
  })
})

describe('an abort', () => {
  it('before the call asks nothing', async () => {
    const { fetch, calls } = endpoint()
    await expect(authorizer({ fetch }).ask('private-a', AbortSignal.abort('gone'))).rejects.toBe('gone')
    await settle()
    expect(calls).toEqual([])
  })

  it('in the same tick asks nothing', async () => {
    const { fetch, calls } = endpoint()
    const controller = new AbortController()
    const { ask, reported } = authorizer({ fetch })
    const outcome = expect(ask('private-a', controller.signal)).rejects.toBe('gone')
    controller.abort('gone')
    await outcome
    await settle()
    expect([calls, reported]).toEqual([[], []])
  })

  it('ends the request and frees its place at once', async () => {
    const { fetch, calls, seen } = endpoint((call) => (call.fields.channel_name === 'private-last' ? grant() : never()))
    const controller = new AbortController()
    const { ask, problems, reported } = authorizer({ fetch })
    const left = Promise.allSettled(names(5).map((name) => ask(name, controller.signal)))
    const last = ask('private-last')
    await settle()
    expect(seen.inFlight).toBe(5)
    controller.abort('left')
    expect(await left).toEqual(Array(5).fill({ status: 'rejected', reason: 'left' }))
    await last
    expect(calls.slice(0, 5).every(({ init }) => init.signal?.aborted)).toBe(true)
    expect([seen.inFlight, problems, reported]).toEqual([0, [], []])
  })

  it('ends the wait for a retry', async () => {
    const { fetch, calls } = endpoint(() => new Response('', { status: 503 }))
    const controller = new AbortController()
    const { ask } = authorizer({ fetch })
    const outcome = expect(ask('private-a', controller.signal)).rejects.toBe('gone')
    await settle()
    expect(vi.getTimerCount()).toBe(1)
    controller.abort('gone')
    await outcome
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toHaveLength(1)
  })

  it('drops an answer that comes later', async () => {
    let answer: (response: Response) => void = () => {}
    const controller = new AbortController()
    const { ask } = authorizer({ fetch: () => new Promise((resolve) => (answer = resolve)) })
    const outcome = expect(ask('private-a', controller.signal)).rejects.toBe('gone')
    await settle()
    controller.abort('gone')
    answer(grant())
    await outcome
    await settle()
  })

  it('leaves no listener on the signal of a channel that was granted', async () => {
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    const { fetch } = endpoint((_, index) => (index ? grant() : new Response('', { status: 503 })))
    const granted = authorizer({ fetch }).ask('private-a', signal)
    await vi.runAllTimersAsync()
    await granted
    expect(add.mock.calls.length).toBeGreaterThan(0)
    expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(add.mock.calls.map(([, listener]) => listener))
  })
})

describe('ten seconds without an answer', () => {
  it('are a failure of the network, and the request is aborted', async () => {
    const { fetch, calls } = endpoint((_, index) => (index ? grant() : never()))
    const { ask, problems, reported } = authorizer({ fetch })
    const granted = ask('private-a')
    await vi.advanceTimersByTimeAsync(9999)
    expect(problems).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(problems).toMatchObject([{ code: 'auth-failed', status: 0, retryable: true, attempt: 1 }])
    expect(calls[0]?.init.signal?.aborted).toBe(true)
    await vi.runAllTimersAsync()
    await granted
    expect([calls.length, reported]).toEqual([2, []])
  })

  it('are never a reason to give up', async () => {
    const { fetch } = endpoint(never)
    const controller = new AbortController()
    const { ask, problems } = authorizer({ fetch })
    const outcome = expect(ask('private-a', controller.signal)).rejects.toBe('left')
    await vi.advanceTimersByTimeAsync(600_000)
    expect(problems.length).toBeGreaterThan(10)
    controller.abort('left')
    await outcome
  })

  it('count for a token function too', async () => {
    const { fetch, calls } = endpoint()
    let reads = 0
    const { ask, problems } = authorizer({ fetch, bearerToken: () => (reads++ ? 'token' : new Promise(() => {})) })
    const granted = ask('private-a')
    await vi.runAllTimersAsync()
    await granted
    expect([calls.length, reads, problems.length]).toEqual([1, 2, 1])
  })

  it('free the place in the queue', async () => {
    const { fetch, seen } = endpoint((_, index) => (index < 5 ? never() : grant()))
    const { ask } = authorizer({ fetch })
    const all = Promise.all(names(6).map((name) => ask(name)))
    await vi.runAllTimersAsync()
    expect(await all).toHaveLength(6)
    expect(seen).toEqual({ inFlight: 0, most: 5 })
  })
})

describe('a batch', () => {
  const auth = { batch: true }
  const channels = ({ fields }: { fields: Record<string, string> }) =>
    Object.keys(fields)
      .filter((name) => name.startsWith('channel_name'))
      .map((name) => fields[name] as string)
  const granting = (
    each: (channel: string, index: number) => unknown = () => ({ status: 200, data: { auth: 'key:s' } }),
  ) =>
    endpoint((call, index) =>
      Response.json(Object.fromEntries(channels(call).map((name) => [name, each(name, index)]))),
    )

  it('asks for all channels of a tick in one request', async () => {
    const { fetch, calls } = granting((name) => ({ status: 200, data: { auth: `key:${name}` } }))
    const { ask } = authorizer({ fetch, auth: { ...auth, params: { lang: 'en' } } })
    const all = await finish(Promise.all(names(3).map((name) => ask(name))))
    expect(all).toEqual(names(3).map((name) => ({ auth: `key:${name}` })))
    expect(calls.map(({ fields }) => fields)).toEqual([
      {
        socket_id: '1.1',
        'channel_name[0]': 'private-0',
        'channel_name[1]': 'private-1',
        'channel_name[2]': 'private-2',
        lang: 'en',
      },
    ])
  })

  it('has the same form for one channel', async () => {
    const { fetch, calls } = granting()
    await finish(authorizer({ fetch, auth }).ask('private-a'))
    expect(calls[0]?.fields).toEqual({ socket_id: '1.1', 'channel_name[0]': 'private-a' })
  })

  it('has at most 200 channels', async () => {
    const { fetch, calls } = granting()
    const { ask } = authorizer({ fetch, auth })
    await finish(Promise.all(names(450).map((name) => ask(name))))
    expect(calls.map((call) => channels(call).length)).toEqual([200, 200, 50])
  })

  it('goes out beside the next one, where it takes more than one', async () => {
    const { fetch, seen } = endpoint(
      () => new Promise((resolve) => setTimeout(() => resolve(new Response('', { status: 403 })), 20)),
    )
    const { refusal } = authorizer({ fetch, auth })
    await finish(Promise.all(names(450).map((name) => refusal(name))))
    expect(seen.most).toBe(3)
  })

  it('is gathered by one timer, however many channels it has', async () => {
    const { fetch } = granting()
    const { ask } = authorizer({ fetch, auth })
    const all = Promise.all(names(100).map((name) => ask(name)))
    expect(vi.getTimerCount()).toBe(1)
    await finish(all)
  })

  it('is of one socket', async () => {
    const { fetch, calls } = granting()
    const { ask } = authorizer({ fetch, auth })
    const { signal } = new AbortController()
    await finish(Promise.all([ask('private-a', signal, '1.1'), ask('private-b', signal, '2.2')]))
    expect(calls.map(({ fields }) => fields.socket_id)).toEqual(['1.1', '2.2'])
  })

  it('does not wait for what is wanted later', async () => {
    const { fetch, calls } = granting()
    const { ask } = authorizer({ fetch, auth })
    await finish(ask('private-a'))
    await finish(ask('private-b'))
    expect(calls.map(channels)).toEqual([['private-a'], ['private-b']])
  })

  it('is switched on and off for the next request', async () => {
    const { fetch, calls } = endpoint()
    const { ask, refusal, options } = authorizer({ fetch })
    await ask('private-a')
    options.auth = { batch: true }
    await finish(refusal('private-b'))
    expect(calls.map(({ fields }) => Object.keys(fields)[1])).toEqual(['channel_name', 'channel_name[0]'])
  })

  it('judges each channel by its own answer', async () => {
    const answers: Record<string, unknown> = {
      'private-granted': { status: 200, data: { auth: 'key:s' } },
      'private-bare': { data: { auth: 'key:s' } },
      'private-refused': { status: 403 },
      'private-junk': { status: 200, data: 'html' },
      'private-null': null,
      'presence-nobody': { status: 200, data: { auth: 'key:s' } },
      __proto__: { status: 200, data: { auth: 'key:proto' } },
    }
    const { fetch } = granting((name) => answers[name])
    const { ask } = authorizer({ fetch, auth })
    const wanted = [...Object.keys(answers), 'private-absent', 'constructor']
    const all = await finish(Promise.allSettled(wanted.map((name) => ask(name))))
    const outcomes = all.map((one, index) => [
      wanted[index],
      one.status === 'fulfilled' ? one.value.auth : one.reason.code,
    ])
    expect(outcomes).toEqual([
      ['private-granted', 'key:s'],
      ['private-bare', 'key:s'],
      ['private-refused', 'auth-refused'],
      ['private-junk', 'auth-invalid'],
      ['private-null', 'auth-invalid'],
      ['presence-nobody', 'auth-invalid'],
      ['private-absent', 'auth-invalid'],
      ['constructor', 'auth-invalid'],
    ])
  })

  it('asks again, in a batch, for those whose failure may pass', async () => {
    const { fetch, calls } = granting((name, index) =>
      index || name === 'private-0' ? { status: 200, data: { auth: 'key:s' } } : { status: 503 },
    )
    const { ask, problems } = authorizer({ fetch, auth })
    const all = Promise.all(names(4).map((name) => ask(name)))
    await vi.runAllTimersAsync()
    await all
    expect(calls.map(channels)).toEqual([names(4), names(4).slice(1)])
    expect(problems.map(({ channel }) => channel)).toEqual(names(4).slice(1))
  })

  it('asks again together after a 401', async () => {
    const { fetch, calls } = granting((_, index) =>
      index ? { status: 200, data: { auth: 'key:s' } } : { status: 401 },
    )
    const { ask } = authorizer({ fetch, auth })
    const all = Promise.all(names(3).map((name) => ask(name)))
    await vi.runAllTimersAsync()
    await all
    expect(calls.map(channels)).toEqual([names(3), names(3)])
  })

  it.each([
    ['refused', () => new Response('', { status: 403 }), 'auth-refused', 403],
    ['answered with HTML', () => new Response('<html>'), 'auth-invalid', 200],
    ['answered with null', () => new Response('null'), 'auth-invalid', 200],
  ])('that is %s as a whole fails for each', async (_, reply, code, status) => {
    const { fetch, calls } = endpoint(reply)
    const { refusal } = authorizer({ fetch, auth })
    const errors = await finish(Promise.all(names(3).map((name) => refusal(name))))
    expect(errors).toMatchObject(names(3).map((channel) => ({ channel, code, status })))
    expect(calls).toHaveLength(1)
  })

  it('goes on without a channel that left', async () => {
    const { fetch, calls } = endpoint(
      (call) =>
        new Promise((resolve) => {
          const answer = Object.fromEntries(
            channels(call).map((name) => [name, { status: 200, data: { auth: 'key:s' } }]),
          )
          setTimeout(() => resolve(Response.json(answer)), 20)
        }),
    )
    const { ask } = authorizer({ fetch, auth })
    const controller = new AbortController()
    const outcome = expect(ask('private-left', controller.signal)).rejects.toBe('left')
    const stays = ask('private-stays')
    await settle()
    controller.abort('left')
    await outcome
    expect(calls[0]?.init.signal?.aborted).toBe(false)
    await vi.runAllTimersAsync()
    expect(await stays).toEqual({ auth: 'key:s' })
  })

  it('is aborted when all have left', async () => {
    const { fetch, calls } = endpoint(never)
    const { ask } = authorizer({ fetch, auth })
    const controller = new AbortController()
    const outcome = Promise.allSettled(names(3).map((name) => ask(name, controller.signal)))
    await settle()
    controller.abort('left')
    await outcome
    expect(calls[0]?.init.signal?.aborted).toBe(true)
    await settle()
  })

  it('leaves nothing behind when all have left in the same tick', async () => {
    const { fetch, calls } = granting()
    const controller = new AbortController()
    const outcome = expect(authorizer({ fetch, auth }).ask('private-a', controller.signal)).rejects.toBe('left')
    controller.abort('left')
    expect(vi.getTimerCount()).toBe(0)
    await outcome
    expect(calls).toEqual([])
  })

  it('asks for the others when one has left in the same tick', async () => {
    const { fetch, calls } = granting()
    const { ask } = authorizer({ fetch, auth })
    const controller = new AbortController()
    const stays = ask('private-stays')
    const outcome = expect(ask('private-left', controller.signal)).rejects.toBe('left')
    controller.abort('left')
    expect(await finish(stays)).toEqual({ auth: 'key:s' })
    await outcome
    expect(calls.map(channels)).toEqual([['private-stays']])
  })

  it('stays one when the server fails as a whole', async () => {
    vi.mocked(Math.random).mockRestore()
    const { fetch, calls } = granting()
    const failing: typeof fetch = async (url, init) =>
      calls.length < 3 ? (await fetch(url, init), new Response('', { status: 503 })) : fetch(url, init)
    const { ask } = authorizer({ fetch: failing, auth })
    await finish(Promise.all(names(150).map((name) => ask(name))))
    expect(calls.map((call) => channels(call).length)).toEqual([150, 150, 150, 150])
  })

  it('takes a channel that is left and wanted again in one tick', async () => {
    const { fetch, calls } = granting()
    const { ask } = authorizer({ fetch, auth })
    const controller = new AbortController()
    const outcome = expect(ask('private-a', controller.signal)).rejects.toBe('left')
    controller.abort('left')
    expect(await finish(ask('private-a'))).toEqual({ auth: 'key:s' })
    await outcome
    expect(calls.map(channels)).toEqual([['private-a']])
  })
})
