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

// What comes from the environment may be anything.
type Given = { [Name in keyof AddressOptions]?: unknown }

const HOST = /^[\w.\-\u00a1-\uffff]+$|^\[[\da-f:.]+\]$/i
const LOOPBACK = /(^|\.)localhost$|^127\.|^\[::1\]$/i

/** Checks the parts of an address; its URL is the protocol's (version 7, "connection"). */
export function createAddress(options: Given, hostOption = 'wsHost'): Address {
  const { key, wsHost = '', wsPath = '', forceTLS, encrypted } = options
  const host = String(wsHost).replace(/^[\da-f]*:.*:.*/i, '[$&]')
  if (!HOST.test(host))
    throw invalidOption(hostOption, 'no host', 'Such as ws.example.com: no scheme, no port, no path.')
  if (!/^(\/[^\s?#]*)?$/.test(String(wsPath))) throw invalidOption('wsPath', 'no path', 'Such as /prefix.')
  const plain = port(options, 'wsPort', 80)
  const secure = port(options, 'wssPort', 443)
  const rest = `${String(wsPath)}/app/${encodeURIComponent(String(key))}?protocol=7&client=js&version=${VERSION}&flash=false`
  return {
    url: (tls) => `${tls ? 'wss' : 'ws'}://${host}:${tls ? secure : plain}${rest}`,
    // A page on https may open nothing else; everywhere TLS is the default, as in pusher-js.
    tls: globalThis.location?.protocol === 'https:' || (forceTLS ?? encrypted) !== false,
    loopback: LOOPBACK.test(host),
  }
}

function port(options: Given, name: 'wsPort' | 'wssPort', usual: number): number {
  const given = options[name] ?? ''
  const number = given === '' ? usual : Number(String(given))
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number
  throw invalidOption(name, 'no port', 'From 1 to 65535.')
}

/** Says which option cannot be used, and why. */
export function invalidOption(name: string, what: string, hint?: string): EchoError {
  return new EchoError('invalid-option', `Option ${name} is ${what}.`, hint)
}
