import type { AuthSettings } from './auth/settings'
import type { Spread } from './base/backoff'
import { bare } from './base/record'
import { createReport, type Report } from './base/report'
import { isTime } from './base/time'
import { createTrace, type Trace, type TraceEntry } from './base/trace'
import type { Connector } from './contract'
import { EchoError } from './errors'
import { type PusherClient, type PusherTransport, resolveTransport, type TransportOptions } from './transport'
import { invalidOption } from './wire/address'

export type { AuthOptions } from './auth/settings'

/** The kinds of server that have a name. */
export type BroadcastDriver = 'reverb' | 'pusher' | 'ably' | 'socket.io' | 'null'

interface OwnOptions extends AuthSettings, TransportOptions {
  /** Of events; `App.Events` by default, `false`: none. */
  namespace: string | false
  host: string
  /** Whether `new Echo` connects: by default in a page, a worker and React Native. */
  autoConnect: boolean
  /** How retries spread, in milliseconds. */
  reconnect: Partial<Spread>
  /** How long a channel that nobody holds stays, in milliseconds. */
  linger: number
  /** Hears what the application's own listeners and hooks throw. */
  onError: Report
  trace: (entry: TraceEntry) => void
  /** Nothing is put on the requests of axios, jQuery, Turbo and Vue-resource. */
  withoutInterceptors: boolean
  /** Who may have `X-Socket-ID`: by default the origins of the page and of the auth endpoint. */
  interceptorOrigins: readonly string[]
}

/** What only pusher-js knows: passed on to it, ignored by our own socket. */
interface PusherJsOptions {
  activityTimeout: number
  disabledTransports: readonly string[]
  disableStats: boolean
  enabledTransports: readonly string[]
  enableStats: boolean
  httpHost: string
  httpPath: string
  httpPort: number | string
  httpsPort: number | string
  ignoreNullOrigin: boolean
  nacl: object
  pongTimeout: number
  statsHost: string
  timelineParams: object
  timeout: number
  unavailableTimeout: number
}

/** What only socket.io-client knows: passed on to it. */
interface SocketIoOptions {
  addTrailingSlash: boolean
  extraHeaders: Record<string, string>
  forceNew: boolean
  multiplex: boolean
  path: string
  query: string | Record<string, unknown>
  randomizationFactor: number
  reconnection: boolean
  reconnectionAttempts: number
  reconnectionDelay: number
  reconnectionDelayMax: number
  rejectUnauthorized: boolean
  rememberUpgrade: boolean
  secure: boolean
  transportOptions: object
  transports: readonly string[]
  tryAllTransports: boolean
  upgrade: boolean
  withCredentials: boolean
}

/** Everything may be left out, also by handing in nothing: environment variables come as `undefined`. */
type Optional<T> = { [Name in keyof T]?: T[Name] | null | undefined }

interface Options<Broadcaster, Client> extends Optional<OwnOptions & PusherJsOptions> {
  broadcaster: Broadcaster
  client?: Client | null | undefined
}

/** Makes a connector of one's own. */
interface MakeConnector {
  (options: EchoOptions): Connector
}

interface OptionsByDriver {
  reverb: Options<'reverb', PusherClient>
  pusher: Options<'pusher', PusherClient>
  ably: Options<'ably', PusherClient>
  'socket.io': Options<'socket.io', (...connect: never[]) => object> & Optional<SocketIoOptions>
  null: Options<'null', object>
  function: Options<MakeConnector, object>
}

/** What `new Echo` takes, by broadcaster; `function` is a connector of one's own. */
export type EchoOptions<T extends keyof OptionsByDriver = keyof OptionsByDriver> = OptionsByDriver[T]

/** How to reach the server. */
export type Transport =
  | PusherTransport
  | { readonly kind: 'null' }
  | { readonly kind: 'socket.io' }
  | { readonly kind: 'custom'; readonly create: MakeConnector }

type Given = EchoOptions & Partial<OwnOptions> & { client?: unknown }

/** Our own copy, plain and writable; its `auth` is read anew for every request. */
export type LiveOptions = Given & Pick<OwnOptions, 'auth' | 'authEndpoint' | 'linger' | 'namespace'>

/** Options that were checked and have their defaults. */
export interface ResolvedOptions {
  readonly options: LiveOptions
  readonly report: Report
  readonly trace: Trace
  readonly namespace: string | false
  readonly linger: number
  readonly reconnect: Spread
  readonly autoConnect: boolean
  readonly transport: Transport
}

/** Checks what an application handed in and fills the gaps. Opens nothing; throws an `EchoError` that names the option. */
export function resolveOptions(handed: EchoOptions): ResolvedOptions {
  const options = withDefaults(present(handed))
  const { location, navigator } = globalThis as Partial<typeof globalThis>
  // A page and a worker have an address; elsewhere pages are rendered for others.
  const { autoConnect = !!location || navigator?.product === 'ReactNative' } = options
  const { broadcaster, linger, namespace = false, reconnect } = options
  const { min = 2000, max = Math.max(30_000, min) } = reconnect ?? {}
  if (!isTime(linger)) throw invalidOption('linger', 'no time')
  if (!(isTime(min) && isTime(max))) throw invalidOption('reconnect', 'no { min, max }')
  const report = createReport(options.onError)
  const trace = createTrace(options.trace, report)
  const transport = reach(options)
  const ignored =
    broadcaster === 'socket.io' ? options.key : options.host || (broadcaster !== 'pusher' && options.cluster)
  if (ignored) trace?.('option', 'key, host or cluster is ignored')
  return { options, report, trace, namespace, linger, reconnect: { min, max }, autoConnect, transport }
}

/** A copy of what was given, checked. */
function present(handed: EchoOptions): Given {
  const given: Record<string, unknown> = bare(
    Object.fromEntries(Object.entries(handed ?? {}).filter(([, value]) => value != null)),
  )
  for (const name of ['authorize', 'authorizer', 'fetch', 'onError', 'Pusher', 'trace', 'WebSocket'])
    if (name in given && typeof given[name] !== 'function') throw invalidOption(name, 'no function')
  for (const origin of Array.from((given.interceptorOrigins as string[]) ?? []))
    if (!/^https?:\/\//.test(origin)) throw invalidOption('interceptorOrigins', 'no list of origins')
  for (const name of ['auth', 'channelAuthorization', 'userAuthentication'])
    if (typeof (given[name] ?? {}) !== 'object') throw invalidOption(name, 'no object')
  return given as unknown as Given
}

function withDefaults(given: Given): LiveOptions {
  const { auth, bearerToken, userAuthentication } = given
  const headers = bare(auth).headers ?? {}
  // A copy of a `Headers` would be empty; whoever asks says what is wrong with it.
  const copied = typeof headers === 'object' && !(Symbol.iterator in headers)
  // Applications look for a token in `auth.headers`, and delete it there at logout.
  const token = bearerToken && typeof bearerToken === 'string' && { Authorization: `Bearer ${bearerToken}` }
  return bare({
    namespace: 'App.Events',
    authEndpoint: '/broadcasting/auth',
    linger: 250,
    ...given,
    userAuthentication: {
      ...userAuthentication,
      endpoint: bare(userAuthentication).endpoint || '/broadcasting/user-auth',
    },
    auth: { ...auth, headers: copied ? { ...headers, ...token } : headers },
  }) as LiveOptions
}

function reach(options: LiveOptions): Transport {
  const { broadcaster } = options
  if (broadcaster === 'reverb' || broadcaster === 'pusher' || broadcaster === 'ably')
    return resolveTransport(broadcaster, options)
  if (broadcaster === 'null' || broadcaster === 'socket.io') return { kind: broadcaster }
  if (typeof broadcaster === 'function') return { kind: 'custom', create: broadcaster }
  const what = `${typeof broadcaster} ${String(broadcaster)}`
  throw new EchoError('unknown-broadcaster', `Broadcaster ${what} is not supported.`)
}
