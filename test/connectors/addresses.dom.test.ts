import { Echo } from 'antiphon'
import LaravelEcho from 'laravel-echo'
import Pusher from 'pusher-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** The addresses that were dialled. */
let dialled: string[] = []

beforeEach(() => {
  vi.useFakeTimers()
  dialled = []
  // pusher-js puts itself there when it is imported.
  vi.stubGlobal('Pusher', undefined)
  const dial = (url: string) => dialled.push(url)
  vi.stubGlobal(
    'WebSocket',
    class {
      readyState = 0
      constructor(url: string) {
        dial(url)
      }
      send() {}
      close() {}
    },
  )
})

afterEach(() => {
  page('about:blank')
  vi.useRealTimers()
  vi.unstubAllGlobals()
  localStorage.clear()
})

/** pusher-js reads the document's address, which cannot be replaced. */
function page(href: string) {
  ;(window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(href)
}

/** Where it leads: without the version of the client, and without a port that goes without saying. */
const where = (url: string | undefined) => {
  const { origin, pathname, searchParams } = new URL(url ?? 'none:')
  searchParams.delete('version')
  return `${origin}${pathname}?${searchParams}`
}

/** The first address that it dials. */
function dials(make: () => { disconnect(): void }): string {
  dialled = []
  const echo = make()
  const [first] = dialled
  echo.disconnect()
  return where(first)
}

const incumbent = (options: object) => dials(() => new LaravelEcho({ Pusher, ...options } as never))
const own = (options: object) => dials(() => new Echo(options as never))
const withPusherJs = (options: object) => dials(() => new Echo({ Pusher, ...options } as never))

const ending = 'app/app-key?protocol=7&client=js&flash=false'
const pusher = { broadcaster: 'pusher', key: 'app-key' }
const reverb = { broadcaster: 'reverb', key: 'app-key', wsHost: 'ws.test' }

const onHttp: readonly (readonly [options: object, address: string])[] = [
  [{ ...pusher, cluster: 'mt1' }, 'wss://ws-mt1.pusher.com/'],
  [{ ...pusher, cluster: 'eu', forceTLS: true }, 'wss://ws-eu.pusher.com/'],
  [{ ...pusher, cluster: 'eu', forceTLS: false }, 'ws://ws-eu.pusher.com/'],
  [{ ...pusher, cluster: 'eu', encrypted: true }, 'wss://ws-eu.pusher.com/'],
  [{ ...pusher, cluster: 'mt1', wsHost: 'ws.test' }, 'wss://ws.test/'],
  [{ ...pusher, cluster: 'mt1', wsHost: 'ws.test', wssPort: 6001 }, 'wss://ws.test:6001/'],
  [{ ...pusher, cluster: 'mt1', wsHost: 'ws.test', wsPort: '6001', forceTLS: false }, 'ws://ws.test:6001/'],
  [{ ...pusher, cluster: 'mt1', wsHost: 'ws.test', wsPort: 6001, wssPort: 6002 }, 'wss://ws.test:6002/'],
  [{ ...pusher, cluster: 'mt1', httpHost: 'http.test', httpPort: 1, httpsPort: 2 }, 'wss://ws-mt1.pusher.com/'],
  [{ ...pusher, cluster: 'mt1', httpHost: 'http.test', wsHost: 'ws.test' }, 'wss://ws.test/'],
  [{ ...pusher, cluster: 'mt1', disableStats: true, enabledTransports: ['ws', 'wss'] }, 'wss://ws-mt1.pusher.com/'],
  [{ ...reverb }, 'wss://ws.test/'],
  [{ ...reverb, forceTLS: false }, 'ws://ws.test/'],
  [{ ...reverb, wsPort: '8080', wssPort: '8443' }, 'wss://ws.test:8443/'],
  [{ ...reverb, wsPort: '8080', wssPort: '8443', forceTLS: false }, 'ws://ws.test:8080/'],
  [{ ...reverb, wsPort: 80, wssPort: 443 }, 'wss://ws.test/'],
  [{ ...reverb, wsPath: '/broadcast' }, 'wss://ws.test/broadcast/'],
  [{ ...reverb, wsPath: '/a/b', wsPort: 8080, forceTLS: false }, 'ws://ws.test:8080/a/b/'],
  [{ ...reverb, wsPath: '' }, 'wss://ws.test/'],
  [{ ...reverb, cluster: 'mt1' }, 'wss://ws.test/'],
  [{ ...reverb, forceTLS: true, encrypted: false }, 'wss://ws.test/'],
  [{ ...reverb, wsHost: '127.0.0.1' }, 'wss://127.0.0.1/'],
  [{ ...reverb, wsHost: '[::1]', wsPort: 8080, forceTLS: false }, 'ws://[::1]:8080/'],
  [{ ...reverb, broadcaster: 'ably' }, 'wss://ws.test/'],
  [{ ...reverb, broadcaster: 'ably', wsPort: 8080, forceTLS: false, wsPath: '/x' }, 'ws://ws.test:8080/x/'],
]

describe('on a page without TLS', () => {
  beforeEach(() => page('http://app.test/'))

  it.each(onHttp)('%j leads where pusher-js goes', (options, address) => {
    expect(incumbent(options)).toBe(address + ending)
    expect(own(options)).toBe(address + ending)
    expect(withPusherJs(options)).toBe(address + ending)
  })

  // laravel-echo and pusher-js 8 know `encrypted` no longer; it was the name of `forceTLS` in pusher-js 4.
  it('`encrypted: false` means what its name meant: no TLS', () => {
    const options = { ...reverb, encrypted: false }
    expect(incumbent(options)).toBe(`wss://ws.test/${ending}`)
    expect(own(options)).toBe(`ws://ws.test/${ending}`)
  })
})

describe('on a page with TLS', () => {
  beforeEach(() => page('https://app.test/'))

  it.each([
    [{ ...pusher, cluster: 'mt1', forceTLS: false }, 'wss://ws-mt1.pusher.com/'],
    [{ ...reverb, forceTLS: false, wsPort: 8080 }, 'wss://ws.test/'],
    [{ ...reverb, forceTLS: false, wsPort: 8080, wssPort: 8080 }, 'wss://ws.test:8080/'],
  ] as const)('%j uses TLS, as pusher-js does', (options, address) => {
    expect(incumbent(options)).toBe(address + ending)
    expect(own(options)).toBe(address + ending)
    expect(withPusherJs(options)).toBe(address + ending)
  })
})

describe('Ably', () => {
  const ably = { broadcaster: 'ably', key: 'xVLyHw.abCdEf' }
  const address = 'wss://realtime-pusher.ably.io/app/xVLyHw.abCdEf?protocol=7&client=js&flash=false'

  it('has its Pusher endpoint, as Laravel’s documentation writes it out', () => {
    const written = { ...ably, wsHost: 'realtime-pusher.ably.io', wsPort: 443, disableStats: true, encrypted: true }
    for (const options of [{ ...written, broadcaster: 'pusher', cluster: '' }, written]) {
      expect(incumbent(options)).toBe(address)
      expect(own(options)).toBe(address)
      expect(withPusherJs(options)).toBe(address)
    }
    expect(incumbent(ably)).toContain('wss://ws-.pusher.com/')
    expect(own(ably)).toBe(address)
    expect(withPusherJs(ably)).toBe(address)
  })

  it('is sent the part of the key before the colon; the rest, the secret, goes nowhere', () => {
    const options = { ...ably, key: `${ably.key}:canary-secret` }
    expect(incumbent(options)).toContain('canary-secret')
    for (const dial of [own, withPusherJs]) {
      expect(dial(options)).toBe(address)
      expect(dialled.join()).not.toContain('canary')
    }
  })
})
