import { EchoError } from '../index'
import type { ClientEvents, Personality, PersonalityName } from './personalities/personality'
import { pusher } from './personalities/pusher'
import { reverb } from './personalities/reverb'
import { soketi } from './personalities/soketi'

const personalities = new Map<string, Personality>(Object.entries({ pusher, reverb, soketi }))

/** How a `PusherServer` is set up. Limits that are absent are those of the server that it is `like`. */
export interface PusherServerOptions {
  /** The application's id, in the paths of the HTTP API. `'app-id'` if absent. */
  readonly id?: string | undefined
  /** The application's public key. `'app-key'` if absent. */
  readonly key?: string | undefined
  /** What `sign` signs with; `'app-secret'` if absent. `serve` makes `sign` from it, nothing else reads it. */
  readonly secret?: string | undefined
  /**
   * HMAC-SHA256 with the secret, in lower-case hex. Absent: signatures are not checked, though private and presence
   * channels still ask for an `auth`.
   */
  readonly sign?: ((message: string) => string) | undefined
  /** Which server's answers to give. `'pusher'` if absent. */
  readonly like?: PersonalityName | undefined
  /** What the greeting tells clients, in seconds. */
  readonly activityTimeout?: number | undefined
  /** Who may whisper. `'members'` if absent, although Pusher and soketi have it off unless the application asks. */
  readonly clientEvents?: ClientEvents | undefined
  /** Bytes of one inbound frame; a larger one closes with 1009. */
  readonly maxMessageSize?: number | undefined
  /** Client events per connection; what is above is answered with 4301. */
  readonly clientEventsPerSecond?: number | undefined
  /** Subscribes per connection; none are counted if absent. */
  readonly subscriptionsPerMinute?: number | undefined
  /** Reverb's limit on frames of any kind, pings included: at most `frames` per `per` milliseconds; 4301, or the end. */
  readonly rateLimit?: { readonly frames: number; readonly per: number; readonly terminate?: boolean } | undefined
  readonly maxConnections?: number | undefined
  /** Pusher's setting of that name: subscribers are told how many they are, but on presence channels. Off if absent. */
  readonly subscriptionCounts?: boolean | undefined
  /** Hosts that may connect, `*` as a wildcard. `['*']` if absent. */
  readonly allowedOrigins?: readonly string[] | undefined
  /** Milliseconds of silence before the server asks whether a client is still there. */
  readonly pingInterval?: number | undefined
  /** From 0 to below 1; for socket ids. `Math.random` if absent. */
  readonly random?: (() => number) | undefined
}

/** The options of a server with every default filled in. */
export interface ResolvedServerOptions {
  readonly id: string
  readonly key: string
  readonly secret: string
  readonly sign: ((message: string) => string) | undefined
  readonly personality: Personality
  readonly activityTimeout: number
  readonly clientEvents: ClientEvents
  readonly maxMessageSize: number
  readonly clientEventsPerSecond: number
  readonly subscriptionsPerMinute: number
  readonly rateLimit: { readonly frames: number; readonly per: number; readonly terminate?: boolean }
  readonly maxConnections: number
  readonly subscriptionCounts: boolean
  readonly allowedOrigins: readonly string[]
  readonly pingInterval: number
  readonly random: () => number
}

/** Fills in the defaults; what is `undefined` counts as absent. Throws an `EchoError` for a server that nobody knows. */
export function resolveServerOptions(options: PusherServerOptions): ResolvedServerOptions {
  const { like = 'pusher' } = options
  const personality = personalities.get(like)
  if (!personality)
    throw new EchoError(
      'invalid-option',
      `Option like is ${String(like)}, not ${[...personalities.keys()].join(', ')}.`,
    )
  const { defaults } = personality
  return {
    id: options.id ?? 'app-id',
    key: options.key ?? 'app-key',
    secret: options.secret ?? 'app-secret',
    sign: options.sign,
    personality,
    activityTimeout: options.activityTimeout ?? defaults.activityTimeout,
    clientEvents: options.clientEvents ?? 'members',
    maxMessageSize: options.maxMessageSize ?? defaults.maxMessageSize,
    clientEventsPerSecond: options.clientEventsPerSecond ?? defaults.clientEventsPerSecond,
    subscriptionsPerMinute: options.subscriptionsPerMinute ?? Number.POSITIVE_INFINITY,
    rateLimit: options.rateLimit ?? { frames: Number.POSITIVE_INFINITY, per: 60_000 },
    maxConnections: options.maxConnections ?? Number.POSITIVE_INFINITY,
    subscriptionCounts: (options.subscriptionCounts ?? false) && personality.tellsCounts,
    allowedOrigins: options.allowedOrigins ?? ['*'],
    pingInterval: options.pingInterval ?? defaults.pingInterval,
    random: options.random ?? Math.random,
  }
}
