import { type Address, type AddressOptions, createAddress, invalidOption } from './wire/address'

/** The part of a pusher-js instance that tells one. */
export interface PusherClient {
  readonly connection: object
  subscribe(name: string): unknown
  unsubscribe(name: string): void
  connect(): void
  disconnect(): void
}

/** What pusher-js is made with. */
export interface PusherClientOptions {
  readonly cluster: string
  readonly [name: string]: unknown
}

/** pusher-js itself. */
export type PusherClass = new (key: string, options: PusherClientOptions) => PusherClient

/** The part of a WebSocket that is used: Node's package `ws` fits too. */
interface WebSocketLike {
  onmessage: unknown
  onclose: unknown
  onerror: unknown
  send(text: string): unknown
  close(): unknown
}

/** What applications say about the way to a Pusher server. */
export interface TransportOptions extends AddressOptions {
  /** Of Pusher's own service. */
  cluster: string
  Pusher: PusherClass
  WebSocket: new (url: string) => WebSocketLike
}

/** The way to a Pusher server: a socket of our own, or pusher-js, where the application hands it over. */
export type PusherTransport =
  | (Address & { readonly kind: 'socket'; readonly WebSocket: new (url: string) => WebSocket })
  | {
      readonly kind: 'pusher-js'
      readonly client: PusherClient | PusherClass
      readonly options: PusherClientOptions
      readonly key: string
    }

/** The broadcasters that speak the Pusher protocol. */
export type PusherDriver = 'reverb' | 'pusher' | 'ably'

/** Decides for a transport and checks what it needs; `options` goes on to pusher-js whole. */
export function resolveTransport(
  broadcaster: PusherDriver,
  options: Partial<TransportOptions> & { client?: unknown },
): PusherTransport {
  const { client, Pusher = (globalThis.window as { Pusher?: PusherClass } | undefined)?.Pusher } = options
  const [pusher, ably] = [broadcaster === 'pusher', broadcaster === 'ably']
  const cluster = (pusher && options.cluster) || ''
  // What follows the colon of a key of Ably's is its secret.
  const key = `${options.key ?? ''}`.replace(ably ? /:.*/s : '', '')
  const usualHost = {
    reverb: globalThis.location?.hostname,
    pusher: cluster && `ws-${cluster}.pusher.com`,
    ably: 'realtime-pusher.ably.io',
  }[broadcaster]
  const wsHost = options.wsHost || usualHost || ''
  const pusherJs = { kind: 'pusher-js', key, options: { ...options, key, wsHost, cluster } } as const
  if (client) return { ...pusherJs, client: client as PusherClient }
  const variable = ably ? 'ABLY_PUBLIC' : `${broadcaster.toUpperCase()}_APP`
  if (!key) throw invalidOption('key', `missing (VITE_${variable}_KEY)`)
  if (ably && !options.wsHost && !/^[\w-]+\.[\w-]+$/.test(key)) throw invalidOption('key', 'no appId.keyId')
  const address = createAddress(wsHost, pusher && !options.wsHost ? 'cluster' : 'wsHost', { ...options, key })
  if (typeof Pusher === 'function') return { ...pusherJs, client: Pusher }
  const WebSocketClass = options.WebSocket ?? globalThis.WebSocket ?? noWebSocket
  return { kind: 'socket', ...address, WebSocket: WebSocketClass as new (url: string) => WebSocket }
}

// Stands in until a connection is wanted: while a page is rendered on a server, none ever is.
function noWebSocket(): never {
  throw invalidOption('WebSocket', 'missing')
}
