import { describe, expect, it, vi } from 'vitest'
import { AuthError } from '../../src/errors'
import { authorizer, endpoint, statuses, textOf } from './endpoint'

const CANARY = 'canary-7f3a'

describe('the request', () => {
  it('is a form with socket and channel, as pusher-js sends it', async () => {
    const { fetch, calls } = endpoint()
    await authorizer({ fetch }).ask('private-orders.1')
    expect(calls[0]).toMatchObject({
      url: '/broadcasting/auth',
      fields: { socket_id: '1.1', channel_name: 'private-orders.1' },
      init: { method: 'POST', redirect: 'manual', priority: 'low', credentials: 'same-origin' },
    })
    expect(calls[0]?.headers.get('accept')).toBe('application/json')
    expect(calls[0]?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
  })

  it('goes where the options say, with their parameters and credentials', async () => {
    const { fetch, calls } = endpoint()
    const options = {
      authEndpoint: 'https://api.test/auth',
      credentials: 'include',
      auth: { params: { a: 1, b: null } },
    } as const
    await authorizer({ ...options, fetch }).ask('private-a b&c')
    expect(calls[0]).toMatchObject({ url: 'https://api.test/auth', init: { credentials: 'include' } })
    expect(calls[0]?.fields).toEqual({ socket_id: '1.1', channel_name: 'private-a b&c', a: '1' })
  })

  it('goes out whatever a server named its socket: half a character becomes what stands for one', async () => {
    const { fetch, calls } = endpoint()
    const { ask, reported } = authorizer({ fetch })
    await ask('private-\udc00', undefined, '1.\ud800')
    expect(calls[0]?.fields).toEqual({ socket_id: '1.\ufffd', channel_name: 'private-\ufffd' })
    expect(reported).toEqual([])
  })

  it('stays a form when the application claims JSON for its own requests', async () => {
    const { fetch, calls } = endpoint()
    const headers = { 'content-type': 'application/json', Accept: 'application/json' }
    await authorizer({ fetch, auth: { headers } }).ask('private-a')
    expect(calls[0]?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
  })

  it('uses the global fetch of that moment when none was handed in', async () => {
    const { ask } = authorizer({})
    const { fetch, calls } = endpoint()
    vi.stubGlobal('fetch', fetch)
    await ask('private-a')
    vi.unstubAllGlobals()
    expect(calls).toHaveLength(1)
  })

  it.each([
    ['Authorization', { bearerToken: `${CANARY}\r\nX-Evil: 1` }],
    ['X-Own', { auth: { headers: { 'X-Own': `${CANARY}\nX-Evil: 1` } } }],
    ['X\nEvil', { auth: { headers: { 'X\nEvil': CANARY } } }],
  ])('is not sent with a header that would break out of itself (%j)', async (name, options) => {
    const { fetch, calls } = endpoint()
    const { refusal, reported, problems } = authorizer({ fetch, ...options })
    const error = await refusal('private-a')
    expect(error).toMatchObject({ name: 'AuthError', code: 'invalid-option', retryable: false, channel: 'private-a' })
    expect(error.message).toBe(
      `private-a was not authorized: Option headers.${name} is no text that a header can hold.`,
    )
    expect([textOf(error), textOf(reported), problems].join()).not.toContain(CANARY)
    expect(calls).toEqual([])
  })
})

describe('the answer', () => {
  const shared_secret = `${'A'.repeat(43)}=`

  it.each([
    ['private-a', { auth: 'key:s' }, { auth: 'key:s' }],
    ['private-a', { auth: 'key:s', channel_data: '{}' }, { auth: 'key:s', channel_data: '{}' }],
    ['private-a', { auth: 'key:s', extra: 1, shared_secret: 7, channel_data: {} }, { auth: 'key:s' }],
    ['private-encrypted-a', { auth: 'key:s', shared_secret }, { auth: 'key:s', shared_secret }],
    ['presence-a', { auth: 'k', channel_data: '{"user_id":"7"}' }, { auth: 'k', channel_data: '{"user_id":"7"}' }],
    ['presence-a', { auth: 'k', channel_data: '{"user_id":0}' }, { auth: 'k', channel_data: '{"user_id":0}' }],
  ])('for %s may be %j', async (channel, body, grant) => {
    const { fetch } = endpoint(() => new Response(JSON.stringify(body), { headers: { 'content-type': 'text/html' } }))
    expect(await authorizer({ fetch }).ask(channel)).toEqual(grant)
  })

  it.each([
    ['private-a', 'null'],
    ['private-a', ''],
    ['private-a', 'true'],
    ['private-a', '"text"'],
    ['private-a', '[]'],
    ['private-a', '{}'],
    ['private-a', '{"auth":7}'],
    ['private-a', '{"auth":""}'],
    ['private-a', `<html>${CANARY}`],
    ['private-encrypted-a', '{"auth":"k"}'],
    ['private-encrypted-a', '{"auth":"k","shared_secret":"c2Vj"}'],
    ['private-encrypted-a', `{"auth":"k","shared_secret":"${'A'.repeat(44)}="}`],
    ['private-encrypted-a', `{"auth":"k","shared_secret":"${'_'.repeat(43)}="}`],
    ['presence-a', '{"auth":"k"}'],
    ['presence-a', '{"auth":"k","channel_data":null}'],
    ['presence-a', '{"auth":"k","channel_data":{"user_id":"1"}}'],
    ['presence-a', `{"auth":"k","channel_data":"${CANARY}"}`],
    ['presence-a', '{"auth":"k","channel_data":"null"}'],
    ['presence-a', '{"auth":"k","channel_data":"7"}'],
    ['presence-a', '{"auth":"k","channel_data":"{\\"user_id\\":null}"}'],
    ['presence-a', '{"auth":"k","channel_data":"{\\"user_info\\":{}}"}'],
  ])('for %s must not be %s', async (channel, body) => {
    const { fetch, calls } = endpoint(() => new Response(body))
    const { refusal, traced, reported } = authorizer({ fetch })
    const error = await refusal(channel)
    expect(error).toBeInstanceOf(AuthError)
    expect(error).toMatchObject({ code: 'auth-invalid', status: 200, retryable: false, attempt: 1, channel })
    expect([textOf(error), traced, textOf(reported)].join()).not.toContain(CANARY)
    expect(calls).toHaveLength(1)
  })

  it.each([
    [201, 'auth-invalid'],
    [204, 'auth-invalid'],
    [302, 'auth-invalid'],
    [400, 'auth-refused'],
    [403, 'auth-refused'],
    [404, 'auth-refused'],
    [422, 'auth-refused'],
  ])('with status %i is final: %s', async (status, code) => {
    const body = status === 204 ? null : JSON.stringify({ auth: 'key:s', message: CANARY })
    const { fetch, calls } = endpoint(() => new Response(body, { status }))
    const { refusal, problems, traced, reported } = authorizer({ fetch })
    const error = await refusal('private-a')
    expect(error).toMatchObject({ type: 'AuthError', code, status, retryable: false, attempt: 1 })
    expect(error.hint).toContain(`docs/errors.md#${code}`)
    expect([textOf(error), traced].join()).not.toContain(CANARY)
    expect([calls.length, problems, reported]).toEqual([1, [], []])
  })

  it('that is a redirect the browser hides says so', async () => {
    const hidden = { type: 'opaqueredirect', status: 0, headers: new Headers(), text: async () => '' }
    const { fetch, calls } = endpoint(() => hidden as Response)
    const error = await authorizer({ fetch }).refusal('private-a')
    expect(error).toMatchObject({ code: 'auth-invalid', status: 302, retryable: false })
    expect(error.message).toBe('private-a was not authorized: status 302.')
    expect(calls).toHaveLength(1)
  })

  it('that is refused for one channel leaves the others alone', async () => {
    const { fetch } = endpoint(({ fields }) =>
      fields.channel_name === 'private-b' ? new Response('', { status: 403 }) : Response.json({ auth: 'key:s' }),
    )
    const { ask } = authorizer({ fetch })
    const all = await Promise.allSettled(['private-a', 'private-b', 'private-c'].map((name) => ask(name)))
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('that is a refusal is one where nobody traces, too', async () => {
    const { fetch } = statuses(403)
    expect(await authorizer({ fetch, trace: undefined }).refusal('private-a')).toMatchObject({ code: 'auth-refused' })
  })

  it('is traced without secrets', async () => {
    const { fetch } = statuses(403)
    const { refusal, traced } = authorizer({ fetch, bearerToken: CANARY })
    await refusal('private-a')
    expect(traced).toHaveLength(1)
    expect(JSON.parse(traced[0] ?? '')).toMatchObject({
      about: 'auth',
      channel: 'private-a',
      message: 'private-a was not authorized: status 403.',
    })
    expect(traced.join()).not.toContain(CANARY)
  })
})
