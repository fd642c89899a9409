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

const HOST = /^[\w.\-\u00a1-\uffff]+$|^\[[\da-f:.]+\]$/i
const LOOPBACK = /(^|\.)localhost$|^127\.|^\[::1\]$/i

/** Checks the parts of an address, whatever they are; its URL is the protocol's (version 7, "connection"). */
export function createAddress(wsHost: string, hostOption: string, options: Partial<AddressOptions>): Address {
  const { key = '', wsPort = '', wssPort = '', wsPath = '', forceTLS, encrypted } = options
  const host = `${wsHost}`.replace(/^[\da-f]*:.*:.*/i, '[$&]')
  if (!HOST.test(host)) throw invalidOption(hostOption, host ? 'no bare host: no scheme, port or path' : 'missing')
  if (!/^(\/[^\s?#]*)?$/.test(wsPath)) throw invalidOption('wsPath', 'no path')
  const plain = `ws://${host}:${port('wsPort', wsPort, 80)}`
  const secure = `wss://${host}:${port('wssPort', wssPort, 443)}`
  const rest = `${wsPath}/app/${encodeURIComponent(key)}?protocol=7&client=js&version=${VERSION}&flash=false`
  return {
    url: (tls) => (tls ? secure : plain) + rest,
    // A page on https may open nothing else; everywhere TLS is the default, as in pusher-js.
    tls: globalThis.location?.protocol === 'https:' || (forceTLS ?? encrypted) !== false,
    loopback: LOOPBACK.test(host),
  }
}

function port(name: string, given: number | string, usual: number): number {
  const number = Number(`${given}` || usual)
  if (number > 0 && number < 65_536 && Number.isInteger(number)) return number
  throw invalidOption(name, 'no port')
}

/** Says which option cannot be used, and why. */
export function invalidOption(name: string, why: string, cause?: unknown): EchoError {
  return new EchoError('invalid-option', `Option ${name} is ${why}.`, cause)
}
