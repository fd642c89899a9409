import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import axios from 'axios'
import jQuery from 'jquery'
import { Echo, EchoError } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { afterwards, type Backend, backend, echoWith } from './backend'

let app: Backend
let other: Backend

beforeEach(async () => {
  app = await backend()
  other = await backend()
  const { happyDOM } = window as unknown as { happyDOM: { setURL(url: string): void } }
  happyDOM.setURL(`${app.origin}/orders/`)
  vi.stubGlobal('axios', axios)
  vi.stubGlobal('jQuery', jQuery)
  afterwards(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })
})

const handlers = () => {
  let count = 0
  ;(axios.interceptors.request as unknown as { forEach(fn: () => void): void }).forEach(() => count++)
  return count
}

describe('axios', () => {
  it('sends the id to the page’s own server, for relative and whole addresses', async () => {
    echoWith()
    await axios.post('/a')
    await axios.get('b')
    await axios.get(`${app.origin}/c`)
    expect(app.requests).toEqual([
      { method: 'POST', path: '/a', socketId: '1.1' },
      { method: 'GET', path: '/orders/b', socketId: '1.1' },
      { method: 'GET', path: '/c', socketId: '1.1' },
    ])
  })

  it('sends it to nobody else', async () => {
    echoWith()
    await axios.get(`${other.origin}/a`)
    await axios.get(other.origin.replace('http:', ''))
    expect(other.ids).toEqual([undefined, undefined])
  })

  it('puts baseURL in front, as axios does', async () => {
    echoWith()
    await axios.get('/a', { baseURL: other.origin })
    await axios.get('a', { baseURL: `${other.origin}/api/` })
    await axios.get(`${app.origin}/b`, { baseURL: other.origin })
    await axios.get('c', { baseURL: '/api' })
    await axios.get(`${app.origin}/d`, { baseURL: other.origin, allowAbsoluteUrls: false })
    expect(other.requests).toMatchObject([
      { path: '/a', socketId: undefined },
      { path: '/api/a', socketId: undefined },
      { path: expect.stringContaining('/d'), socketId: undefined },
    ])
    expect(app.requests).toMatchObject([
      { path: '/b', socketId: '1.1' },
      { path: '/api/c', socketId: '1.1' },
    ])
  })

  it('reads it when the request is made, and sends none while there is no connection', async () => {
    const { be } = echoWith()
    await axios.get('/a')
    be(undefined)
    await axios.get('/b')
    be('2.2')
    await axios.get('/c')
    expect(app.ids).toEqual(['1.1', undefined, '2.2'])
  })

  it('leaves a header of the application’s own alone, however it is written', async () => {
    echoWith()
    await axios.get('/a', { headers: { 'x-socket-ID': 'mine' } })
    await axios.get('/b', { headers: { 'X-Socket-ID': null } })
    await axios.get('/c', { headers: null as never })
    expect(app.ids).toEqual(['mine', undefined, '1.1'])
  })

  it('is found when the page gets it after Echo was made', async () => {
    vi.stubGlobal('axios', undefined)
    const { be } = echoWith({}, undefined)
    vi.stubGlobal('axios', axios)
    be('1.1')
    await axios.get('/a')
    expect(app.ids).toEqual(['1.1'])
  })
})

describe('jQuery', () => {
  it('sends the id as axios does', async () => {
    const { be } = echoWith()
    await jQuery.post('/a')
    await jQuery.ajax({ url: 'b', headers: { 'x-socket-id': 'mine' } })
    await jQuery.get(`${other.origin}/c`)
    be(undefined)
    await jQuery.get('/d')
    expect(app.ids).toEqual(['1.1', 'mine', undefined])
    expect(other.ids).toEqual([undefined])
  })

  it('is told once, however often Echo connects again', async () => {
    const prefilter = vi.spyOn(jQuery, 'ajaxPrefilter')
    const { echo } = echoWith()
    for (let again = 0; again < 3; again++) {
      echo.disconnect()
      await jQuery.get('/a')
      echo.connect()
    }
    await jQuery.get('/b')
    expect(prefilter).toHaveBeenCalledOnce()
    expect(app.ids).toEqual([undefined, undefined, undefined, '1.1'])
  })

  it('of the slim build, which cannot ask, is left alone', () => {
    vi.stubGlobal('jQuery', () => {})
    expect(() => echoWith()).not.toThrow()
  })
})

describe('Turbo', { timeout: 60_000 }, () => {
  const visit = async (path: string) => {
    const Turbo = await import('@hotwired/turbo')
    const before = app.requests.length
    Turbo.visit(path)
    await vi.waitFor(() => expect(app.requests.length).toBe(before + 1), 10_000)
    Turbo.cache.clear()
  }

  it('sends the id that the connection has at that time', async () => {
    const { echo, be } = echoWith()
    await visit('/a')
    be(undefined)
    await visit('/b')
    be('2.2')
    await visit('/c')
    echo.disconnect()
    await visit('/d')
    expect(app.ids).toEqual(['1.1', undefined, '2.2', undefined])
  })

  it('leaves a header of the application’s own alone, wherever it listens and however it is written', async () => {
    echoWith()
    const own = (event: any) => {
      event.detail.fetchOptions.headers['X-Socket-Id'] = 'mine'
    }
    document.addEventListener('turbo:before-fetch-request', own)
    afterwards(() => document.removeEventListener('turbo:before-fetch-request', own))
    await visit('/a')
    expect(app.ids).toEqual(['mine'])
  })

  it('sends the last Echo’s id, if it has one', async () => {
    echoWith({}, '1.1')
    const { be } = echoWith({}, '2.2')
    await visit('/a')
    be(undefined)
    await visit('/b')
    expect(app.ids).toEqual(['2.2', '1.1'])
  })
})

describe('Vue-resource', () => {
  /** A request as it shows one to its interceptors. */
  const ask = (interceptors: unknown[], url: string, own: Record<string, string> = {}) => {
    const request = { headers: new Headers(own), getUrl: () => url, url: 'before its parameters' }
    const next = vi.fn()
    for (const intercept of [...interceptors].reverse()) (intercept as (...args: unknown[]) => void)(request, next)
    expect(next).toHaveBeenCalledTimes(interceptors.length)
    return request.headers.get('X-Socket-ID')
  }

  it('sends the id, too', () => {
    const interceptors: unknown[] = [(_: unknown, next: () => void) => next()]
    vi.stubGlobal('Vue', { http: { interceptors } })
    const { echo, be } = echoWith()
    expect(ask(interceptors, '/a')).toBe('1.1')
    expect(ask(interceptors, `${other.origin}/a`)).toBeNull()
    expect(ask(interceptors, '/a', { 'X-Socket-ID': 'mine' })).toBe('mine')
    be(undefined)
    expect(ask(interceptors, '/a')).toBeNull()
    echo.disconnect()
    expect(interceptors).toHaveLength(1)
    echo.connect()
    expect(interceptors).toHaveLength(2)
    interceptors.pop()
    echo.disconnect()
    expect(interceptors).toHaveLength(1)
  })
})

describe('who may have the id', () => {
  it('is the auth endpoint’s server, too', async () => {
    const { echo } = echoWith({ authEndpoint: `${other.origin}/broadcasting/auth` })
    await axios.get(`${other.origin}/a`)
    await axios.get('/b')
    expect([...other.ids, ...app.ids]).toEqual(['1.1', '1.1'])
    echo.disconnect()
    echoWith({ channelAuthorization: { endpoint: `${other.origin}/auth` } }, '2.2')
    await axios.get(`${other.origin}/c`)
    expect(other.ids.at(-1)).toBe('2.2')
  })

  it('is whom interceptorOrigins names, and nobody else', async () => {
    echoWith({ interceptorOrigins: [`${other.origin}/`] })
    await axios.get(`${other.origin}/a`)
    await axios.get('/b')
    expect([...other.ids, ...app.ids]).toEqual(['1.1', undefined])
  })

  it('is nobody, if it names nobody', async () => {
    const { echo } = echoWith({ interceptorOrigins: [] })
    await axios.get('/a')
    expect(app.ids).toEqual([undefined])
    expect(echo.socketHeaders()).toEqual({ 'X-Socket-ID': '1.1' })
  })

  it('can be asked with socketHeaders', () => {
    const { echo, be } = echoWith()
    expect(echo.socketHeaders('/a')).toEqual({ 'X-Socket-ID': '1.1' })
    expect(echo.socketHeaders(new URL('/a', app.origin))).toEqual({ 'X-Socket-ID': '1.1' })
    expect(echo.socketHeaders(`${other.origin}/a`)).toEqual({})
    expect(echo.socketHeaders('http://')).toEqual({})
    be(undefined)
    expect(echo.socketHeaders('/a')).toEqual({})
  })

  it('is decided as the page resolves addresses, by its base element', () => {
    const { echo } = echoWith()
    const base = document.createElement('base')
    base.href = `${other.origin}/files/`
    document.head.append(base)
    afterwards(() => base.remove())
    expect([echo.socketHeaders('a'), echo.socketHeaders('/a')]).toEqual([{}, {}])
    expect(echo.socketHeaders(`${app.origin}/a`)).toEqual({ 'X-Socket-ID': '1.1' })
  })

  it.each([['api.example.com'], ['localhost:8000'], ['*'], ['']])('is never %j', (origin) => {
    expect(() => echoWith({ interceptorOrigins: [origin] })).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining('interceptorOrigins') }),
    )
  })

  it('is no text', () => {
    expect(() => echoWith({ interceptorOrigins: 'https://api.example.com' as never })).toThrow(EchoError)
  })

  it('is nobody for a relative address where there is no page', () => {
    const { echo } = echoWith({ authEndpoint: 'https://app.test/auth' })
    vi.stubGlobal('document', undefined)
    vi.stubGlobal('location', undefined)
    const { echo: elsewhere } = echoWith({ authEndpoint: 'https://app.test/auth' })
    const { echo: nowhere } = echoWith()
    expect(elsewhere.socketHeaders('https://app.test/a')).toEqual({ 'X-Socket-ID': '1.1' })
    expect([elsewhere, nowhere].map((one) => one.socketHeaders('/a'))).toEqual([{}, {}])
    expect(echo.socketHeaders()).toEqual({ 'X-Socket-ID': '1.1' })
  })
})

describe('registering', () => {
  it('is left to the application by withoutInterceptors, but for what it asks for', async () => {
    const { echo } = echoWith({ withoutInterceptors: true })
    await axios.get('/a')
    await jQuery.get('/a')
    echo.registerAxiosRequestInterceptor()
    echo.registerAxiosRequestInterceptor()
    expect(handlers()).toBe(1)
    await axios.get('/b')
    await jQuery.get('/b')
    echo.disconnect()
    expect(handlers()).toBe(0)
    echo.connect()
    await axios.get('/c')
    await jQuery.get('/c')
    expect(app.ids).toEqual([undefined, undefined, '1.1', undefined, '1.1', undefined])
  })

  it('happens once for each library, with each of its methods', async () => {
    const interceptors: unknown[] = []
    vi.stubGlobal('Vue', { http: { interceptors } })
    const prefilter = vi.spyOn(jQuery, 'ajaxPrefilter')
    const listen = vi.spyOn(window, 'addEventListener')
    const { echo } = echoWith({ withoutInterceptors: true })
    const counts = () => [
      handlers(),
      prefilter.mock.calls.length,
      listen.mock.calls.filter(([type]) => (type as string).startsWith('turbo:')).length,
      interceptors.length,
    ]
    expect(counts()).toEqual([0, 0, 0, 0])
    echo.registerjQueryAjaxSetup()
    echo.registerTurboRequestInterceptor()
    echo.registerVueRequestInterceptor()
    expect(counts()).toEqual([0, 1, 1, 1])
    echo.registerInterceptors()
    echo.registerInterceptors()
    expect(counts()).toEqual([1, 1, 1, 1])
  })

  it('keeps nothing of an Echo that was disconnected, in jQuery either', { timeout: 60_000 }, async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const made = (() => {
      const echo = new Echo({ broadcaster: 'null' })
      echo.disconnect()
      return new WeakRef(echo)
    })()
    await vi.waitFor(() => {
      collect()
      // Not the object itself: a failed comparison would keep it.
      expect(made.deref() === undefined).toBe(true)
    }, 10_000)
  })

  it('is taken back by disconnect, also where nothing was ever connected', () => {
    const { echo } = echoWith({ autoConnect: false })
    expect(handlers()).toBe(1)
    echo.disconnect()
    echo.disconnect()
    expect(handlers()).toBe(0)
  })

  it('does nothing on a page without these libraries', () => {
    vi.stubGlobal('axios', undefined)
    vi.stubGlobal('jQuery', undefined)
    const { echo } = echoWith()
    expect(() => echo.registerInterceptors()).not.toThrow()
    expect(() => echo.registerVueRequestInterceptor()).not.toThrow()
  })

  it('is on the prototype, as applications expect', () => {
    const names = Object.getOwnPropertyNames(Echo.prototype).filter((name) => name.startsWith('register'))
    expect(names).toEqual([
      'registerInterceptors',
      'registerAxiosRequestInterceptor',
      'registerjQueryAjaxSetup',
      'registerTurboRequestInterceptor',
      'registerVueRequestInterceptor',
    ])
  })
})

describe('several Echos', () => {
  it('send one id: that of the last one, if it has one and may', async () => {
    echoWith({}, '1.1')
    const { echo, be } = echoWith({}, '2.2')
    await axios.get('/a')
    await jQuery.get('/a')
    be(undefined)
    await axios.get('/b')
    await jQuery.get('/b')
    be('3.3')
    await axios.get('/c')
    await jQuery.get('/c')
    echo.disconnect()
    await axios.get('/d')
    await jQuery.get('/d')
    expect(app.ids).toEqual(['2.2', '2.2', '1.1', '1.1', '3.3', '3.3', '1.1', '1.1'])
  })

  it('of two servers keep to their own', async () => {
    echoWith({ interceptorOrigins: [app.origin] }, '1.1')
    echoWith({ interceptorOrigins: [other.origin] }, '2.2')
    await axios.get('/a')
    await axios.get(`${other.origin}/a`)
    expect([...app.ids, ...other.ids]).toEqual(['1.1', '2.2'])
  })
})
