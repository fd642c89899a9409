import { EchoError } from '../errors'

const VERSION = '0.1.0'

/** Where a Pusher server is, as applications say it. Ports may be text, as environment variables are. */
export interface AddressOptions {
  key: string
  wsHost: string
  wsPort: number | string
  wssPort: number | string
  wsPath: string
  forceTLS: boolean
  /** The old name of `forceTLS`. */
  encrypted: boolean
}

/** Where to open a WebSocket; `loopback`: on this machine, where no network is needed. */
export interface Address {
  readonly url: (tls: boolean) => string
  readonly tls: boolean
  readonly loopback: boolean
}

// What comes from outside TypeScript, or from the environment, may be anything.
type Given = { [Name in keyof AddressOptions]?: unknown }

const NAME = /^[\w.\-\u00a1-\uffff]+$/
const IPV6 = /^\[?([\da-f]*:[\da-f]*:[\da-f:.]*)\]?$/i
const LOOPBACK = /^(.+\.)?localhost$|^127\.|^\[::1\]$/i

/** Checks the parts of an address; its URL is the protocol's (version 7, "connection"). */
export function createAddress(options: Given, hostOption = 'wsHost'): Address {
  const { key, wsHost, wsPath = '', forceTLS, encrypted } = options
  const host = String(wsHost).replace(IPV6, '[$1]')
  if (!NAME.test(host) && !IPV6.test(host))
    throw invalidOption(
      hostOption,
      'a bare host',
      'Write ws.example.com: scheme, port and path have options of their own.',
    )
  const path = String(wsPath).replace(/^\/+|\/+$/g, '')
  if (/[\s?#]/.test(path)) throw invalidOption('wsPath', 'a path')
  const [plain, secure] = [port(options, 'wsPort', 80), port(options, 'wssPort', 443)]
  const rest = `${path && `/${path}`}/app/${encodeURIComponent(String(key))}`
  return {
    url: (tls) =>
      `${tls ? 'wss' : 'ws'}://${host}:${tls ? secure : plain}${rest}?protocol=7&client=js&version=${VERSION}&flash=false`,
    // A page on https may open nothing else; everywhere TLS is the default, as in pusher-js.
    tls: globalThis.location?.protocol === 'https:' || (forceTLS ?? encrypted) !== false,
    loopback: LOOPBACK.test(host),
  }
}

function port(options: Given, name: 'wsPort' | 'wssPort', usual: number): number {
  const given = options[name] ?? ''
  const number = given === '' ? usual : Number(String(given))
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number
  throw invalidOption(name, 'a port', 'Write a number from 1 to 65535.')
}

/** Says which option cannot be used, and why. */
export function invalidOption(name: string, what: string, hint?: string): EchoError {
  return new EchoError('invalid-option', `Option ${name} is not ${what}.`, hint)
}
