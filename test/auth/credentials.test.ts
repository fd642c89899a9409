import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EchoOptions } from '../../src/options'
import { authorizer, endpoint, textOf } from './endpoint'

/** The headers and fields of the one request that such options lead to. */
async function sent(options: Partial<EchoOptions>) {
  const { fetch, calls } = endpoint()
  await authorizer({ fetch, ...options } as Partial<EchoOptions>).ask('private-a')
  const headers = Object.fromEntries(calls[0]?.headers ?? [])
  for (const usual of ['accept', 'content-type']) delete headers[usual]
  return { url: calls[0]?.url, headers, fields: calls[0]?.fields }
}

function page({ href = 'https://app.test/room', base = '', meta = '', cookie = '', Laravel = {} } = {}) {
  const { origin } = new URL(href)
  const querySelector = (selector: string) =>
    selector === 'meta[name="csrf-token"]' && meta ? { getAttribute: () => meta } : null
  vi.stubGlobal('location', { href, origin, hostname: 'app.test', protocol: 'https:' })
  vi.stubGlobal('document', { baseURI: base || href, cookie, querySelector })
  vi.stubGlobal('window', { Laravel })
}

afterEach(() => vi.unstubAllGlobals())

describe('the bearer token', () => {
  it.each([
    ['text', 'token'],
    ['a function', () => 'token'],
    ['an async function', async () => 'token'],
  ])('is sent when given as %s', async (_, bearerToken) => {
    expect((await sent({ bearerToken })).headers).toEqual({ authorization: 'Bearer token' })
    expect((await sent({ bearerToken, auth: { headers: () => ({}) } })).headers.authorization).toBe('Bearer token')
  })

  it.each([null, undefined, '', () => null, () => undefined, async () => ''])(
    'is not sent when empty (%s)',
    async (bearerToken) => {
      expect((await sent({ bearerToken })).headers).toEqual({})
    },
  )

  it('gives way to what the application wrote into auth.headers since', async () => {
    const { fetch, calls } = endpoint()
    const { ask, options } = authorizer({ fetch, bearerToken: 'old' })
    const headers = options.auth.headers as Record<string, string>
    headers.Authorization = 'Bearer new'
    await ask('private-a')
    delete headers.Authorization
    await ask('private-b')
    expect(calls.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer new', null])
  })
})

describe('auth.headers and auth.params', () => {
  it('are read anew for every request, also after auth was replaced', async () => {
    const { fetch, calls } = endpoint()
    const { ask, options } = authorizer({ fetch })
    const headers = options.auth.headers as Record<string, string>
    headers['X-Tenant'] = '1'
    await ask('private-a')
    options.auth = { headers: { 'X-Tenant': '2' }, params: { tenant: 2 } }
    await ask('private-b')
    Object.assign(options, { auth: undefined })
    await ask('private-c')
    expect(calls.map(({ headers }) => headers.get('x-tenant'))).toEqual(['1', '2', null])
    expect(calls.map(({ fields }) => fields.tenant)).toEqual([undefined, '2', undefined])
  })

  it('may be functions, sync and async', async () => {
    const auth = { headers: async () => ({ 'X-Tenant': 7 }), params: () => ({ tenant: 7, none: null, not: undefined }) }
    expect(await sent({ auth })).toMatchObject({
      headers: { 'x-tenant': '7' },
      fields: { socket_id: '1.1', channel_name: 'private-a', tenant: '7' },
    })
  })

  it('win over tokens, whatever the case of their names', async () => {
    const headers = { authorization: 'Basic x', 'x-csrf-token': 'mine' }
    expect((await sent({ bearerToken: () => 't', csrfToken: 'c', auth: { headers } })).headers).toEqual(headers)
  })

  it('are read in order: bearer, CSRF, headers, parameters', async () => {
    const order: string[] = []
    const read = (name: string) => async () => {
      order.push(name)
      return undefined as never
    }
    await sent({
      bearerToken: read('bearer'),
      csrfToken: read('csrf'),
      auth: { headers: read('headers'), params: read('params') },
    })
    expect(order).toEqual(['bearer', 'csrf', 'headers', 'params'])
  })
})

describe('a token function that fails', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it.each([
    [
      'throws',
      () => {
        throw new Error('no session')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no session'))],
  ])('(%s) is reported, told, and given six tries without any request', async (_, bearerToken) => {
    const { fetch, calls } = endpoint()
    const { refusal, reported, problems } = authorizer({ fetch, bearerToken })
    const refused = refusal('private-a')
    await vi.runAllTimersAsync()
    const error = await refused
    expect(error).toMatchObject({ code: 'auth-failed', status: 0, retryable: false, attempt: 6 })
    expect(error.cause).toMatchObject({ message: 'no session' })
    expect([reported.length, problems.length, calls.length]).toEqual([6, 5, 0])
  })

  it('is not reported when nobody wants its answer any more', async () => {
    const controller = new AbortController()
    const { fetch } = endpoint()
    const bearerToken = () => new Promise<string>((_, reject) => setTimeout(reject, 50, new Error('late')))
    const { ask, reported } = authorizer({ fetch, bearerToken })
    const outcome = expect(ask('private-a', controller.signal)).rejects.toBe('left')
    await vi.advanceTimersByTimeAsync(10)
    controller.abort('left')
    await outcome
    await vi.runAllTimersAsync()
    expect(reported).toEqual([])
  })
})

describe('the CSRF token', () => {
  it('is the option’s, sent to any origin', async () => {
    page({ meta: 'meta' })
    const authEndpoint = 'https://api.test/auth'
    expect((await sent({ csrfToken: 'own', authEndpoint })).headers).toEqual({ 'x-csrf-token': 'own' })
    expect((await sent({ csrfToken: async () => 'own', authEndpoint })).headers).toEqual({ 'x-csrf-token': 'own' })
    expect((await sent({ csrfToken: 'own' })).headers).toMatchObject({ 'x-csrf-token': 'own' })
    expect((await sent({ csrfToken: '', authEndpoint })).headers).toEqual({})
  })

  it.each([
    ['window.Laravel', { Laravel: { csrfToken: 'laravel' }, meta: 'meta' }, { 'x-csrf-token': 'laravel' }],
    ['the meta tag', { meta: 'meta', cookie: 'XSRF-TOKEN=c' }, { 'x-csrf-token': 'meta' }],
    ['the cookie, decoded', { cookie: 'a=b; XSRF-TOKEN=ey%3D%3D; c=d' }, { 'x-xsrf-token': 'ey==' }],
    ['the cookie in first place', { cookie: 'XSRF-TOKEN=x' }, { 'x-xsrf-token': 'x' }],
    ['no cookie of a similar name', { cookie: 'MY-XSRF-TOKEN=x' }, {}],
    ['no cookie that is not encoded', { cookie: 'XSRF-TOKEN=100%' }, {}],
    ['nothing at all', {}, {}],
  ])('is else that of %s', async (_, parts, headers) => {
    page(parts)
    expect((await sent({})).headers).toEqual({ 'x-requested-with': 'XMLHttpRequest', ...headers })
    for (const csrfToken of [() => null, ''])
      expect((await sent({ csrfToken })).headers).toEqual({ 'x-requested-with': 'XMLHttpRequest', ...headers })
  })

  it('is none in a worker, which has an origin all the same', async () => {
    const location = { href: 'https://app.test/worker.js', origin: 'https://app.test' }
    vi.stubGlobal('location', location)
    expect((await sent({})).headers).toEqual({ 'x-requested-with': 'XMLHttpRequest' })
    expect((await sent({ authEndpoint: 'https://api.test/auth' })).headers).toEqual({})
  })

  it('is read anew for every request', async () => {
    const { fetch, calls } = endpoint()
    const { ask } = authorizer({ fetch })
    for (const meta of ['one', 'two']) {
      page({ meta })
      await ask('private-a')
    }
    expect(calls.map(({ headers }) => headers.get('x-csrf-token'))).toEqual(['one', 'two'])
  })

  it.each([
    ['another origin', 'https://api.test/auth', {}],
    ['another port', 'https://app.test:8443/auth', {}],
    ['the same host without TLS', 'http://app.test/auth', {}],
    ['an address without scheme', '//evil.test/auth', {}],
    ['another origin by the page’s base', '/broadcasting/auth', { base: 'https://cdn.test/' }],
  ])('of the page is never sent to %s, nor X-Requested-With', async (_, authEndpoint, parts) => {
    page({ meta: 'secret', cookie: 'XSRF-TOKEN=secret', Laravel: { csrfToken: 'secret' }, ...parts })
    expect((await sent({ authEndpoint })).headers).toEqual({})
  })

  it('of a frame that may not read cookies is none', async () => {
    page()
    Object.defineProperty(globalThis.document, 'cookie', {
      get() {
        throw new DOMException('sandboxed', 'SecurityError')
      },
    })
    expect((await sent({})).headers).toEqual({ 'x-requested-with': 'XMLHttpRequest' })
  })
})

describe('channelAuthorization', () => {
  it('replaces endpoint, headers and parameters', async () => {
    const channelAuthorization = {
      endpoint: '/own/auth',
      transport: 'ajax',
      headers: { 'X-A': '1', 'X-B': '1' },
      headersProvider: async () => ({ 'X-B': '2' }),
      params: { a: 1, b: 1 },
      paramsProvider: () => ({ b: 2 }),
    } as const
    const auth = { headers: { 'X-Old': '1' }, params: { old: 1 } }
    expect(await sent({ channelAuthorization, auth, authEndpoint: '/old' })).toEqual({
      url: '/own/auth',
      headers: { 'x-a': '1', 'x-b': '2' },
      fields: { socket_id: '1.1', channel_name: 'private-a', a: '1', b: '2' },
    })
  })

  it('keeps the usual endpoint when it names none', async () => {
    expect((await sent({ channelAuthorization: { headers: { 'X-A': '1' } }, authEndpoint: '/mine' })).url).toBe('/mine')
  })
})

it('tokens are in nothing that is told', async () => {
  const secret = 'canary-51c2'
  const { fetch } = endpoint(() => new Response(secret, { status: 403 }))
  const { refusal, traced, reported, problems } = authorizer({
    fetch,
    bearerToken: secret,
    csrfToken: secret,
    auth: { headers: { 'X-Key': secret }, params: { key: secret } },
  })
  const error = await refusal('private-a')
  expect([textOf(error), traced, reported.map(textOf), problems.map(textOf)].join()).not.toContain(secret)
})
