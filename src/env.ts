import { EchoError } from './errors'
import type { EchoOptions } from './options'

/** The broadcasters whose address Laravel's installer writes into `.env`. */
export type EnvBroadcaster = 'reverb' | 'pusher' | 'ably'

const keys = { reverb: 'VITE_REVERB_APP_KEY', pusher: 'VITE_PUSHER_APP_KEY', ably: 'VITE_ABLY_PUBLIC_KEY' } as const

/**
 * Options from the variables that Laravel's installer writes into `.env` and Vite hands to the page: `VITE_REVERB_…`,
 * `VITE_PUSHER_…` or `VITE_ABLY_…`, in this order, if no broadcaster is named. Throws an `EchoError` that names the variable
 * that is missing. Empty ones are missing too. Options that are `given` win, and what they say need not be in a variable.
 *
 * @example
 * const echo = new Echo(fromEnv(import.meta.env))
 */
export function fromEnv<T extends EnvBroadcaster = EnvBroadcaster>(
  env: object,
  broadcaster?: T,
  given?: Partial<EchoOptions>,
): EchoOptions<T>
export function fromEnv(
  env: object = {},
  broadcaster = broadcasterOf(env),
  given: object = {},
): EchoOptions<EnvBroadcaster> {
  const name = keys[broadcaster]
  if (!name) throw new EchoError('unknown-broadcaster', `No variables are known for ${broadcaster}.`)
  const own: Partial<EchoOptions<'pusher'>> = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value != null),
  )
  const read = (rest: string) => text(env, family(name) + rest)
  // A client that is handed over knows where it connects.
  const key = own.key ?? text(env, name) ?? (own.client ? undefined : missing(name))
  if (broadcaster === 'ably') return { ...own, broadcaster, key: key! }
  const wsHost = read('HOST')
  const port = read('PORT')
  const address = { wsHost, wsPort: port, wssPort: port, forceTLS: (read('SCHEME') ?? 'https') === 'https' }
  // As the installer's: pusher-js, if the page has it, is to fall back to nothing else.
  if (broadcaster === 'reverb') return { ...address, enabledTransports: ['ws', 'wss'], ...own, broadcaster, key: key! }
  const cluster = read('APP_CLUSTER')
  if (![wsHost, cluster, own.wsHost, own.cluster, own.client].some(Boolean)) missing('VITE_PUSHER_APP_CLUSTER')
  return { ...address, cluster, ...own, broadcaster, key: key! }
}

// The first that has a key; or else of which anything is there, so that its key is what is missing.
function broadcasterOf(env: object): EnvBroadcaster {
  const known = Object.entries(keys) as [EnvBroadcaster, string][]
  const given = Object.keys(env).filter((name) => text(env, name))
  const found =
    known.find(([, key]) => given.includes(key)) ??
    known.find(([, key]) => given.some((name) => name.startsWith(family(key))))
  return found?.[0] ?? missing(Object.values(keys).join(' or '))
}

// What the names of one broadcaster's variables begin with.
function family(key: string): string {
  return key.replace(/[A-Z]+_KEY$/, '')
}

function text(env: object, name: string): string | undefined {
  return (env as Record<string, string | undefined>)[name] || undefined
}

function missing(name: string): never {
  throw new EchoError('invalid-option', `${name} is missing: is it in .env? Vite reads that when it starts.`)
}
