import { readFileSync } from 'node:fs'
import type { default as Pusher, Channel } from 'pusher-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { WebSocket as NodeWebSocket } from 'ws'
import type { TraceEntry } from '../src/base/trace'
import { EchoError } from '../src/errors'
import { type EchoOptions, resolveOptions } from '../src/options'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
const reverb = { broadcaster: 'reverb', key: 'app-key', wsHost: 'ws.test' } as const

const resolve = (options: object) => resolveOptions(options as EchoOptions)

/** Resolves to a socket of our own, and where it leads. */
function socket(options: object) {
  const { transport } = resolve(options)
  if (transport.kind !== 'socket') throw new Error(`It is ${transport.kind}.`)
  return { ...transport, address: transport.url(transport.tls) }
}

function mistake(options: object): EchoError {
  try {
    resolve(options)
  } catch (error) {
    if (error instanceof EchoError) return error
    throw error
  }
  throw new Error('It was accepted.')
}

class FakeWebSocket {}
class FakePusher {
  connection = {}
  subscribe() {}
  unsubscribe() {}
  connect() {}
  disconnect() {}
}

beforeEach(() => vi.stubGlobal('WebSocket', FakeWebSocket))
afterEach(() => vi.unstubAllGlobals())

function page(href: string) {
  const location = new URL(href)
  vi.stubGlobal('location', location)
  vi.stubGlobal('window', { location })
}

describe('the address', () => {
  it('is that of protocol 7, with the version of the package', () => {
    expect(socket(reverb).address).toBe(
      `wss://ws.test:443/app/app-key?protocol=7&client=js&version=${version}&flash=false`,
    )
  })

  it.each([
    [{}, 'wss://ws.test:443/app/'],
    [{ forceTLS: true }, 'wss://ws.test:443/app/'],
    [{ forceTLS: false }, 'ws://ws.test:80/app/'],
    [{ encrypted: false }, 'ws://ws.test:80/app/'],
    [{ encrypted: true }, 'wss://ws.test:443/app/'],
    [{ encrypted: false, forceTLS: true }, 'wss://ws.test:443/app/'],
    [{ forceTLS: false, wsPort: 8080, wssPort: 8443 }, 'ws://ws.test:8080/app/'],
    [{ wsPort: '8080', wssPort: '8443' }, 'wss://ws.test:8443/app/'],
    [{ wsPort: '', wssPort: undefined, forceTLS: false }, 'ws://ws.test:80/app/'],
    [{ wssPort: null }, 'wss://ws.test:443/app/'],
    [{ wsPath: '/broadcast' }, 'wss://ws.test:443/broadcast/app/'],
    [{ wsPath: '' }, 'wss://ws.test:443/app/'],
    [{ wsHost: '10.0.0.7' }, 'wss://10.0.0.7:443/app/'],
    [{ wsHost: '::1' }, 'wss://[::1]:443/app/'],
    [{ wsHost: '[2001:db8::7]' }, 'wss://[2001:db8::7]:443/app/'],
    [{ wsHost: '::ffff:10.0.0.7' }, 'wss://[::ffff:10.0.0.7]:443/app/'],
    [{ wsHost: 'my_host-1' }, 'wss://my_host-1:443/app/'],
    [{ wsHost: 'bücher.test' }, 'wss://bücher.test:443/app/'],
    [{ broadcaster: 'pusher', cluster: 'mt1', wsHost: undefined }, 'wss://ws-mt1.pusher.com:443/app/'],
    [{ broadcaster: 'pusher', cluster: 'mt1' }, 'wss://ws.test:443/app/'],
    [{ key: 'a/b?c d' }, 'wss://ws.test:443/app/a%2Fb%3Fc%20d?protocol=7'],
  ])('with %j is %s', (options, start) => {
    expect(socket({ ...reverb, ...options }).address.slice(0, start.length)).toBe(start)
  })

  it('is the page’s host for reverb, and has TLS on every page that has', () => {
    page('https://app.test/room')
    const { address, tls } = socket({ broadcaster: 'reverb', key: 'k', forceTLS: false })
    expect([address.slice(0, 22), tls]).toEqual(['wss://app.test:443/app', true])
    page('http://app.test/room')
    expect(socket({ broadcaster: 'reverb', key: 'k', wsHost: '', forceTLS: false }).address).toMatch(
      /^ws:\/\/app.test:80\//,
    )
    expect(socket({ broadcaster: 'reverb', key: 'k' }).tls).toBe(true)
  })

  it('can be asked for with TLS when it began without', () => {
    const { url, tls } = socket({ ...reverb, forceTLS: false, wsPort: 8080, wssPort: 8443 })
    expect([tls, url(true).slice(0, 19)]).toEqual([false, 'wss://ws.test:8443/'])
  })

  it.each([
    ['localhost', true],
    ['app.localhost', true],
    ['127.0.0.1', true],
    ['::1', true],
    ['ws.test', false],
    ['localhost.evil.test', false],
    ['mylocalhost', false],
    ['10.127.0.1', false],
  ])('on %s is on this machine: %s', (wsHost, loopback) => {
    expect(socket({ ...reverb, wsHost }).loopback).toBe(loopback)
  })
})

describe('a mistake', () => {
  it.each<[string, object]>([
    ['key', { key: undefined }],
    ['key', { key: '' }],
    ['key', { key: null }],
    ['wsHost', { wsHost: undefined }],
    ['wsHost', { wsHost: 'https://ws.test' }],
    ['wsHost', { wsHost: 'ws.test/path' }],
    ['wsHost', { wsHost: 'ws.test:8080' }],
    ['wsHost', { wsHost: 'canary:secret@ws.test' }],
    ['wsHost', { wsHost: 'canary@ws.test' }],
    ['wsHost', { wsHost: 'ws .test' }],
    ['wsHost', { wsHost: ' ' }],
    ['wsHost', { wsHost: 'ws.test\n' }],
    ['wsHost', { wsHost: 'ws.test?x' }],
    ['wsHost', { wsHost: 'ws.test#x' }],
    ['wsHost', { wsHost: 'ws%2etest' }],
    ['wsHost', { wsHost: 'ws\\test' }],
    ['wsHost', { wsHost: '[::1' }],
    ['wsHost', { wsHost: {} }],
    ['cluster', { broadcaster: 'pusher', wsHost: undefined }],
    ['cluster', { broadcaster: 'pusher', wsHost: undefined, cluster: 'evil.test/' }],
    ['wsPath', { wsPath: 'ws' }],
    ['wsPath', { wsPath: '/a?b' }],
    ['wsPath', { wsPath: '/a#b' }],
    ['wsPath', { wsPath: '/a b' }],
    ...[0, '0', -1, 65_536, 'abc', '80 80', 80.5, NaN, true, {}, ' '].map((wsPort): [string, object] => [
      'wsPort',
      { wsPort },
    ]),
    ['wssPort', { wssPort: 'abc' }],
    ...['auth', 'channelAuthorization', 'userAuthentication'].map((name): [string, object] => [
      name,
      { [name]: 'text' },
    ]),
    ['linger', { linger: -1 }],
    ['linger', { linger: NaN }],
    // No timer holds more.
    ['linger', { linger: Infinity }],
    ['linger', { linger: 2 ** 31 }],
    ['reconnect', { reconnect: { max: Infinity } }],
    ['reconnect', { reconnect: { max: 3e9 } }],
    ['reconnect', { reconnect: { min: 2 ** 31 } }],
    ['reconnect', { reconnect: { min: NaN } }],
    ['reconnect', { reconnect: { max: -1 } }],
    ...['onError', 'trace', 'fetch', 'authorize', 'authorizer', 'Pusher', 'WebSocket'].map((name): [string, object] => [
      name,
      { [name]: 'no function' },
    ]),
  ])('in %s is an error that names it (%j)', (name, options) => {
    const error = mistake({ ...reverb, ...options })
    expect(error).toMatchObject({ name: 'EchoError', code: 'invalid-option' })
    expect(error.message).toMatch(new RegExp(`^Option ${name} is \\w`))
    expect(error.hint).toContain('#invalid-option')
    expect(error.message + error.hint).not.toContain('canary')
  })

  it('in the key names where Laravel keeps it', () => {
    expect(mistake({ broadcaster: 'reverb' }).message).toBe('Option key is missing (VITE_REVERB_APP_KEY).')
    expect(mistake({ broadcaster: 'pusher' }).message).toBe('Option key is missing (VITE_PUSHER_APP_KEY).')
    expect(mistake({ broadcaster: 'ably' }).message).toBe('Option key is missing (VITE_ABLY_PUBLIC_KEY).')
  })

  it.each(['app-key', 'appId', 'appId:canary', '.keyId', 'appId.', 'app Id.keyId', 'a.b.c', 7])(
    'in a key for Ably’s own host says what one looks like, and nothing of the secret (%#)',
    (key) => {
      const error = mistake({ broadcaster: 'ably', key })
      expect(error.code).toBe('invalid-option')
      expect(error.message).toBe('Option key is no appId.keyId.')
      expect(socket({ broadcaster: 'ably', key, wsHost: 'ws.test' }).address).not.toContain('canary')
    },
  )

  it('in a key for Ably: of which only the secret is there', () => {
    expect(mistake({ broadcaster: 'ably', key: ':canary' }).message).toBe(
      'Option key is missing (VITE_ABLY_PUBLIC_KEY).',
    )
  })

  it.each([
    [{ broadcaster: 'foo' }, 'Broadcaster string foo is not supported.'],
    [{ broadcaster: 'constructor' }, 'Broadcaster string constructor is not supported.'],
    [{ broadcaster: 7 }, 'Broadcaster number 7 is not supported.'],
    [{}, 'Broadcaster undefined undefined is not supported.'],
  ])('in the broadcaster: %j', (options, message) => {
    expect(mistake(options)).toMatchObject({ code: 'unknown-broadcaster', message })
  })

  it('of calling without options is an error too', () => {
    expect(() => resolveOptions(undefined as never)).toThrow(EchoError)
  })

  it('leaves nothing opened and nothing changed', () => {
    const opened = vi.fn()
    const options = { ...reverb, wsPort: 0, Pusher: opened, WebSocket: opened, fetch: opened }
    mistake(options)
    expect(opened).not.toHaveBeenCalled()
  })
})

describe('the options', () => {
  it('have their defaults', () => {
    const resolved = resolve(reverb)
    expect(resolved).toMatchObject({ namespace: 'App.Events', linger: 250, reconnect: { min: 2000, max: 30_000 } })
    expect(resolved.options).toEqual({
      ...reverb,
      namespace: 'App.Events',
      authEndpoint: '/broadcasting/auth',
      userAuthentication: { endpoint: '/broadcasting/user-auth' },
      linger: 250,
      auth: { headers: {} },
    })
    expect(resolved.trace).toBeUndefined()
  })

  it('keep what was given', () => {
    const given = {
      namespace: false,
      linger: 0,
      reconnect: { min: 10 },
      authEndpoint: '/own',
      withoutInterceptors: true,
    }
    const resolved = resolve({ ...reverb, ...given })
    expect(resolved).toMatchObject({ namespace: false, linger: 0, reconnect: { min: 10, max: 30_000 } })
    expect(resolved.options).toMatchObject(given)
    expect(resolve({ ...reverb, namespace: '' }).namespace).toBe('')
    expect(resolve({ ...reverb, reconnect: { min: 60_000 } }).reconnect).toEqual({ min: 60_000, max: 60_000 })
  })

  it('are a copy, which can be written to', () => {
    const headers = Object.freeze({ 'X-A': '1' })
    const given = Object.freeze({ ...reverb, auth: Object.freeze({ headers, params: { a: 1 } }), cluster: undefined })
    const { options } = resolve(given)
    expect(options.auth).toEqual({ headers: { 'X-A': '1' }, params: { a: 1 } })
    Object.assign(options.auth.headers as object, { 'X-A': '2' })
    options.auth = {}
    expect(given.auth).toEqual({ headers: { 'X-A': '1' }, params: { a: 1 } })
    expect('cluster' in options).toBe(false)
  })

  it('are shared by no two', () => {
    const given = { ...reverb, auth: { headers: {} }, bearerToken: 'one' }
    resolve(given)
    expect(given.auth.headers).toEqual({})
    expect(resolve(reverb).options.auth).toEqual({ headers: {} })
    expect(resolve(reverb).options.auth).not.toBe(resolve(reverb).options.auth)
  })

  it('show a bearer token where applications look for it', () => {
    const headers = { 'X-A': '1' }
    expect(resolve({ ...reverb, bearerToken: 't', auth: { headers, batch: true } }).options.auth).toEqual({
      batch: true,
      headers: { 'X-A': '1', Authorization: 'Bearer t' },
    })
  })

  it('keep functions as they are', () => {
    const headers = () => ({})
    expect(resolve({ ...reverb, bearerToken: 't', auth: { headers } }).options.auth).toEqual({ headers })
    expect(resolve({ ...reverb, bearerToken: '' }).options.auth).toEqual({ headers: {} })
    expect(resolve({ ...reverb, bearerToken: () => 't' }).options.auth).toEqual({ headers: {} })
  })

  it('of another broadcaster are traced', () => {
    const entries: TraceEntry[] = []
    const trace = (entry: TraceEntry) => entries.push(entry)
    resolve({ ...reverb, trace, cluster: 'mt1' })
    resolve({ ...reverb, trace, host: 'app.test' })
    resolve({ ...reverb, trace })
    resolve({ ...reverb, trace, broadcaster: 'pusher', cluster: 'mt1' })
    expect(entries).toEqual(Array(2).fill(expect.objectContaining({ about: 'option' })))
  })

  it('guard onError and trace', () => {
    const uncaught = vi.fn()
    vi.stubGlobal('reportError', uncaught)
    const failing = () => {
      throw new Error('a mistake')
    }
    const { report, trace } = resolve({ ...reverb, onError: failing, trace: failing })
    report('x')
    trace?.('option', 'x')
    expect(uncaught).toHaveBeenCalledTimes(2)
  })
})

describe('the types', () => {
  it('know every option, and no other', () => {
    const known: EchoOptions[] = [
      {
        broadcaster: 'reverb',
        key: process.env.KEY,
        wsPort: '80',
        Pusher: {} as typeof Pusher,
        enabledTransports: ['ws', 'wss'],
      },
      { broadcaster: 'pusher', client: {} as Pusher, disableStats: true, fetch },
      { broadcaster: 'null', key: 'of another broadcaster', host: null, WebSocket: {} as typeof NodeWebSocket },
      {
        broadcaster: 'pusher',
        authorizer: (channel: Channel) => ({ authorize: (_id, answer) => answer(null, channel) }),
      },
      {
        broadcaster: 'pusher',
        authorizer: ({ name }) => ({ authorize: (_id, answer) => answer(null, { auth: name }) }),
      },
      // @ts-expect-error: a misspelt option
      { broadcaster: 'reverb', wsHots: 'ws.test' },
      // @ts-expect-error: no broadcaster
      { broadcaster: 'reverbb' },
      // @ts-expect-error: a number is no callback
      { broadcaster: 'reverb', trace: 7 },
    ]
    expect(known).toHaveLength(8)
  })
})

describe('the transport', () => {
  it('is none for null, and the application’s own for a function', () => {
    const create = vi.fn()
    expect(resolve({ broadcaster: 'null', key: 'k', wsHost: 'http://x' }).transport).toEqual({ kind: 'null' })
    expect(resolve({ broadcaster: create }).transport).toEqual({ kind: 'custom', create })
    expect(create).not.toHaveBeenCalled()
  })

  it('is our socket over the WebSocket handed in, else the global one', () => {
    class Own {}
    expect(socket(reverb).WebSocket).toBe(FakeWebSocket)
    expect(socket({ ...reverb, WebSocket: Own }).WebSocket).toBe(Own)
  })

  it('complains of a missing WebSocket only when one is wanted', () => {
    vi.stubGlobal('WebSocket', undefined)
    const { WebSocket } = socket(reverb)
    expect(() => new WebSocket('ws://x')).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  })

  it.each([
    ['an instance', (client: unknown) => ({ client: new (client as typeof FakePusher)() })],
    ['a class', (Pusher: unknown) => ({ Pusher })],
    ['the page’s', (Pusher: unknown) => void vi.stubGlobal('window', { Pusher })],
  ])('is pusher-js when it is handed over: %s', (_, hand) => {
    const { transport } = resolve({ ...reverb, enabledTransports: ['ws'], cluster: null, ...hand(FakePusher) })
    expect(transport).toMatchObject({
      kind: 'pusher-js',
      key: 'app-key',
      options: { cluster: '', wsHost: 'ws.test', enabledTransports: ['ws'], authEndpoint: '/broadcasting/auth' },
    })
  })

  it('prefers an instance to a class, and a class to the page’s', () => {
    vi.stubGlobal('window', { Pusher: class Page {} })
    const client = new FakePusher()
    expect(resolve({ ...reverb, client, Pusher: FakePusher }).transport).toMatchObject({ client })
    expect(resolve({ ...reverb, Pusher: FakePusher }).transport).toMatchObject({ client: FakePusher })
  })

  it('needs no key for an instance', () => {
    const { transport } = resolve({ broadcaster: 'pusher', client: new FakePusher() })
    expect(transport).toMatchObject({ kind: 'pusher-js', options: { cluster: '' } })
  })

  it('hands pusher-js nothing that would lead it elsewhere', () => {
    page('https://app.test/')
    const pusherOf = (options: object) => resolve({ key: 'k', Pusher: FakePusher, ...options }).transport
    expect(pusherOf({ broadcaster: 'reverb', cluster: 'mt1' })).toMatchObject({
      options: { cluster: '', wsHost: 'app.test' },
    })
    expect(pusherOf({ broadcaster: 'pusher', cluster: 'eu' })).toMatchObject({ options: { cluster: 'eu' } })
    const { options } = pusherOf({ broadcaster: 'reverb', authorizer: undefined }) as { options: object }
    expect('authorizer' in options).toBe(false)
  })

  it('lets pusher-js see what is written to auth.headers', () => {
    const { options, transport } = resolve({ ...reverb, Pusher: FakePusher })
    expect(transport.kind === 'pusher-js' && transport.options.auth).toBe(options.auth)
  })

  it('is our socket when the page’s Pusher is no class', () => {
    vi.stubGlobal('window', { Pusher: {} })
    expect(resolve(reverb).transport.kind).toBe('socket')
  })
})

describe('connecting by itself', () => {
  it.each([
    ['in a page', { location: new URL('https://app.test/'), document: {}, window: {} }, true],
    ['in a worker', { location: new URL('https://app.test/w.js'), WorkerGlobalScope: class {} }, true],
    ['in React Native', { navigator: { product: 'ReactNative' } }, true],
    ['in Node', {}, false],
  ])('is the default %s: %j', (_, globals, expected) => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
    expect(resolve(reverb).autoConnect).toBe(expected)
    expect(resolve({ ...reverb, autoConnect: !expected }).autoConnect).toBe(!expected)
  })
})
