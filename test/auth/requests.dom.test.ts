import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Echo } from 'antiphon'
import { inMemoryWebSocket, PusherServer } from 'antiphon/testing'
import LaravelEcho, { Connector } from 'laravel-echo'
import Pusher from 'pusher-js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

/** What the application's server saw of a request. */
interface Seen {
  readonly method: string | undefined
  readonly path: string
  /** Those that an application means something by; `Accept` and `X-Requested-With` are ours alone. */
  readonly headers: Record<string, unknown>
  /** Those of the form or, without a form, of the address. */
  readonly fields: Record<string, string>
}

/** One way to say how to authorize. */
interface Form {
  readonly says: string
  readonly options: () => object
  /** What is in the page. */
  readonly page?: () => void
  readonly asks: Partial<Seen>
  /** What laravel-echo with pusher-js does instead; `absent`: it has no such form. */
  readonly incumbent?: Partial<Seen> | 'absent'
}

const meaningful = ['authorization', 'x-csrf-token', 'x-xsrf-token', 'x-tenant', 'content-type']
const usual = { 'content-type': 'application/x-www-form-urlencoded' }

const pusher = new PusherServer({ like: 'reverb' })
let application: Server
let origin = ''
let requests: Seen[] = []
let accepts: unknown[] = []

beforeAll(async () => {
  application = createServer((...exchange) => void respond(...exchange))
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(application.address() as AddressInfo).port}`
  const { happyDOM } = window as unknown as { happyDOM: { setURL(url: string): void; settings: object } }
  happyDOM.setURL(`${origin}/room`)
  // Scripts are answered by this test.
  Object.assign(happyDOM.settings, { handleDisabledFileLoadingAsSuccess: true })
})
afterAll(() => {
  pusher.close()
  application.close()
})

beforeEach(() => {
  requests = []
  accepts = []
  vi.stubGlobal('WebSocket', inMemoryWebSocket(pusher))
  vi.stubGlobal('Pusher', undefined)
})
afterEach(() => {
  scripts.disconnect()
  vi.unstubAllGlobals()
  document.head.innerHTML = ''
  // biome-ignore lint/suspicious/noDocumentCookie: pages have one.
  document.cookie = 'XSRF-TOKEN=; Max-Age=0'
  // laravel-echo writes tokens into what all its instances share.
  for (const { headers } of [Connector._defaultOptions.auth, Connector._defaultOptions.userAuthentication])
    for (const name of Object.keys(headers)) Reflect.deleteProperty(headers, name)
})

async function respond(...[request, response]: Parameters<RequestListener>): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', origin)
  const body = await text(request)
  const fields = body ? new URLSearchParams(body) : searchParams
  accepts.push([request.headers.accept, request.headers['x-requested-with']])
  const headers = Object.entries(request.headers).filter(([name]) => meaningful.includes(name))
  requests.push({
    method: request.method,
    path: pathname,
    headers: Object.fromEntries(headers),
    fields: Object.fromEntries(fields),
  })
  const [socketId, channel] = [fields.get('socket_id') ?? '', fields.get('channel_name')]
  const many = [...fields].filter(([name]) => /^channel_name\[\d+\]$/.test(name))
  const answers = many.map(([, name]) => [name, { status: 200, data: pusher.authorize(socketId, name) }])
  const answer = channel === null ? Object.fromEntries(answers) : pusher.authorize(socketId, channel)
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer))
}

/** Fetches what script elements name and calls back, as a browser does. */
const scripts = new MutationObserver(([change]) => void run((change?.addedNodes[0] ?? {}) as HTMLScriptElement))
const runScripts = () => scripts.observe(document.head, { childList: true })

async function run({ src }: HTMLScriptElement): Promise<void> {
  if (!src) return
  const answer = await (await fetch(src)).json()
  delete requests.at(-1)?.fields.callback
  // A name, or the path of one.
  const path = new URL(src).searchParams.get('callback')?.match(/\w+/g) ?? []
  path.reduce((found, name) => found[name], window as any)(answer)
}

/** A request as an application writes it. */
async function form(grant: (error: null, grant: unknown) => void, socketId: string, channel: string): Promise<void> {
  const body = `socket_id=${socketId}&channel_name=${channel}`
  const response = await fetch('/own/auth', { method: 'POST', headers: usual, body })
  grant(null, await response.json())
}

const forms: readonly Form[] = [
  { says: 'nothing', options: () => ({}), asks: {} },
  { says: 'authEndpoint', options: () => ({ authEndpoint: '/own/auth' }), asks: { path: '/own/auth' } },
  {
    says: 'authEndpoint, a whole address',
    options: () => ({ authEndpoint: `${origin}/own/auth` }),
    asks: { path: '/own/auth' },
  },
  {
    says: 'auth.headers',
    options: () => ({ auth: { headers: { Authorization: 'Bearer mine', 'X-Tenant': '7' } } }),
    asks: { headers: { ...usual, authorization: 'Bearer mine', 'x-tenant': '7' } },
  },
  {
    says: 'auth.params',
    options: () => ({ auth: { headers: {}, params: { tenant: 7, 'a b&c': 'd=é' } } }),
    asks: { fields: { tenant: '7', 'a b&c': 'd=é' } },
  },
  {
    says: 'auth.headers and auth.params as functions, also async',
    options: () => ({ auth: { headers: async () => ({ 'X-Tenant': '7' }), params: () => ({ tenant: 7 }) } }),
    asks: { headers: { ...usual, 'x-tenant': '7' }, fields: { tenant: '7' } },
    incumbent: 'absent',
  },
  {
    says: 'bearerToken',
    options: () => ({ bearerToken: 'token' }),
    asks: { headers: { ...usual, authorization: 'Bearer token' } },
  },
  {
    says: 'bearerToken beside auth.headers',
    options: () => ({ bearerToken: 'token', auth: { headers: { 'X-Tenant': '7' } } }),
    asks: { headers: { ...usual, authorization: 'Bearer token', 'x-tenant': '7' } },
  },
  {
    says: 'bearerToken as a function',
    options: () => ({ bearerToken: async () => 'token' }),
    asks: { headers: { ...usual, authorization: 'Bearer token' } },
    incumbent: 'absent',
  },
  {
    says: 'csrfToken',
    options: () => ({ csrfToken: 'token' }),
    asks: { headers: { ...usual, 'x-csrf-token': 'token' } },
  },
  {
    says: 'csrfToken as a function',
    options: () => ({ csrfToken: () => 'token' }),
    asks: { headers: { ...usual, 'x-csrf-token': 'token' } },
    incumbent: 'absent',
  },
  {
    says: 'a token of window.Laravel',
    page: () => vi.stubGlobal('Laravel', { csrfToken: 'laravel' }),
    options: () => ({}),
    asks: { headers: { ...usual, 'x-csrf-token': 'laravel' } },
  },
  {
    says: 'a meta tag',
    page: () => {
      document.head.innerHTML = '<meta name="csrf-token" content="meta">'
    },
    options: () => ({}),
    asks: { headers: { ...usual, 'x-csrf-token': 'meta' } },
  },
  {
    says: 'an XSRF-TOKEN cookie',
    page: () => {
      // biome-ignore lint/suspicious/noDocumentCookie: pages have one.
      document.cookie = 'XSRF-TOKEN=ey%3D%3D'
    },
    options: () => ({}),
    asks: { headers: { ...usual, 'x-xsrf-token': 'ey==' } },
    incumbent: {},
  },
  {
    says: 'authorizer',
    options: () => ({
      authorizer: ({ name }: { name: string }) => ({
        authorize: (socketId: string, callback: never) => form(callback, socketId, name),
      }),
    }),
    asks: { path: '/own/auth' },
  },
  {
    says: 'authorizer, which reads the options it is told',
    options: () => ({
      bearerToken: 'token',
      auth: { headers: {}, params: { tenant: 7 } },
      authorizer: ({ name }: { name: string }, { authEndpoint, auth }: any) => ({
        authorize: async (socketId: string, callback: any) => {
          const fields = { ...auth.params, socket_id: socketId, channel_name: name }
          const response = await fetch(`${authEndpoint}?${new URLSearchParams(fields)}`, { headers: auth.headers })
          callback(false, await response.json())
        },
      }),
    }),
    asks: { method: 'GET', headers: { authorization: 'Bearer token' }, fields: { tenant: '7' } },
  },
  {
    says: 'channelAuthorization: endpoint, headers, params',
    options: () => ({
      channelAuthorization: {
        transport: 'ajax',
        endpoint: '/own/auth',
        headers: { 'X-Tenant': '7' },
        params: { tenant: 7 },
      },
    }),
    asks: { path: '/own/auth', headers: { ...usual, 'x-tenant': '7' }, fields: { tenant: '7' } },
  },
  {
    says: 'channelAuthorization: headersProvider and paramsProvider, which have the last word',
    options: () => ({
      channelAuthorization: {
        endpoint: '/own/auth',
        headers: { 'X-Tenant': '6', Authorization: 'Bearer mine' },
        headersProvider: () => ({ 'X-Tenant': '7' }),
        params: { locale: 'en' },
        paramsProvider: () => ({ tenant: 7 }),
      },
    }),
    asks: {
      path: '/own/auth',
      headers: { ...usual, authorization: 'Bearer mine', 'x-tenant': '7' },
      fields: { locale: 'en', tenant: '7' },
    },
  },
  {
    says: 'channelAuthorization, which replaces authEndpoint, auth, bearerToken and authorizer',
    options: () => ({
      authEndpoint: '/not/this',
      bearerToken: 'not this',
      auth: { headers: { 'X-Tenant': 'not this' }, params: { not: 'this' } },
      authorizer: () => null,
      channelAuthorization: { endpoint: '/own/auth' },
    }),
    asks: { path: '/own/auth' },
  },
  {
    says: 'channelAuthorization without an endpoint',
    options: () => ({ channelAuthorization: { params: { tenant: 7 } } }),
    asks: { fields: { tenant: '7' } },
    // Which Laravel does not have.
    incumbent: { path: '/pusher/auth', fields: { tenant: '7' } },
  },
  {
    says: 'channelAuthorization: customHandler',
    options: () => ({
      channelAuthorization: {
        customHandler: ({ socketId, channelName }: Record<'socketId' | 'channelName', string>, callback: never) =>
          form(callback, socketId, channelName),
      },
    }),
    asks: { path: '/own/auth' },
  },
  {
    says: 'channelAuthorization: transport jsonp',
    page: runScripts,
    options: () => ({
      channelAuthorization: {
        transport: 'jsonp',
        endpoint: `${origin}/own/auth`,
        headers: { 'X-Tenant': 'not this' },
        params: { tenant: 7 },
      },
    }),
    asks: { method: 'GET', path: '/own/auth', headers: {}, fields: { tenant: '7' } },
  },
  {
    says: 'authTransport jsonp',
    page: runScripts,
    options: () => ({ authTransport: 'jsonp', authEndpoint: `${origin}/own/auth` }),
    asks: { method: 'GET', path: '/own/auth', headers: {} },
  },
  {
    says: 'authorize',
    options: () => ({
      authorize: ({ channel, socketId }: Record<'channel' | 'socketId', string>) =>
        new Promise((resolve) => {
          void form((_, grant) => resolve(grant), socketId, channel)
        }),
    }),
    asks: { path: '/own/auth' },
    incumbent: 'absent',
  },
  {
    says: 'auth.batch',
    options: () => ({ auth: { batch: true, params: { tenant: 7 } } }),
    asks: { fields: { tenant: '7', 'channel_name[0]': 'private-orders.1' } },
    incumbent: 'absent',
  },
]

/** What one channel's authorization looks like to the application's server. */
async function asked(Client: new (options: any) => any, options: object): Promise<Seen | undefined> {
  const echo = new Client({ broadcaster: 'reverb', key: 'app-key', wsHost: 'ws.test', forceTLS: false, ...options })
  try {
    await new Promise((resolve, reject) => echo.private('orders.1').subscribed(resolve).error(reject))
    expect(requests).toHaveLength(1)
    const { socket_id: socketId, channel_name: channel, ...fields } = requests[0]?.fields ?? {}
    expect(socketId).toBe(echo.socketId())
    if (channel !== undefined) expect(channel).toBe('private-orders.1')
    return requests[0] && { ...requests[0], fields }
  } finally {
    echo.disconnect()
  }
}

const whole = { method: 'POST', path: '/broadcasting/auth', headers: usual, fields: {} }

describe.each(forms)('$says', ({ page, options, asks }) => {
  beforeEach(() => page?.())

  it('asks so on our own socket', async () => {
    expect(await asked(Echo, options())).toEqual({ ...whole, ...asks })
  })

  it('asks so with pusher-js', async () => {
    vi.stubGlobal('Pusher', Pusher)
    expect(await asked(Echo, options())).toEqual({ ...whole, ...asks })
  })
})

it('Laravel is asked for JSON, so that who is not logged in gets no redirect to a page', async () => {
  await asked(Echo, {})
  expect(accepts).toEqual([['application/json', 'XMLHttpRequest']])
  accepts = []
  requests = []
  vi.stubGlobal('Pusher', Pusher)
  await asked(LaravelEcho, {})
  expect(accepts).toEqual([['*/*', undefined]])
})

describe('laravel-echo and pusher-js ask for', () => {
  it.each(forms.filter(({ incumbent }) => incumbent !== 'absent'))(
    '$says',
    async ({ page, options, asks, incumbent = asks }) => {
      page?.()
      vi.stubGlobal('Pusher', Pusher)
      expect(await asked(LaravelEcho, options())).toEqual({ ...whole, ...(incumbent as object) })
    },
  )
})
