import { EchoError } from './errors'
import type { EchoOptions } from './options'

/** The broadcasters whose address Laravel's installer writes into `.env`. */
export type EnvBroadcaster = 'reverb' | 'pusher' | 'ably'

const keys = { reverb: 'VITE_REVERB_APP_KEY', pusher: 'VITE_PUSHER_APP_KEY', ably: 'VITE_ABLY_PUBLIC_KEY' } as const

/**
 * Options from the variables that Laravel's installer writes into `.env` and Vite hands to the page: `VITE_REVERB_…`,
 * `VITE_PUSHER_…` or `VITE_ABLY_…`, in this order, if no broadcaster is named. Throws an `EchoError` that names the variable
 * that is missing. Empty ones are missing too.
 *
 * @example
 * const echo = new Echo(fromEnv(import.meta.env))
 */
export function fromEnv<T extends EnvBroadcaster = EnvBroadcaster>(env: object, broadcaster?: T): EchoOptions<T>
export function fromEnv(env: object, broadcaster = broadcasterOf(env)): EchoOptions<EnvBroadcaster> {
  const name = keys[broadcaster]
  if (!name) throw new EchoError('unknown-broadcaster', `No variables are known for ${broadcaster}.`)
  const read = (rest: string) => text(env, family(name) + rest)
  const key = text(env, name) ?? missing(name)
  if (broadcaster === 'ably') return { broadcaster, key }
  const wsHost = read('HOST')
  const port = read('PORT')
  const address = { key, wsHost, wsPort: port, wssPort: port, forceTLS: (read('SCHEME') ?? 'https') === 'https' }
  // As the installer's: pusher-js, if the page has it, is to fall back to nothing else.
  if (broadcaster === 'reverb') return { broadcaster, ...address, enabledTransports: ['ws', 'wss'] }
  const cluster = read('APP_CLUSTER')
  if (!wsHost && !cluster) missing('VITE_PUSHER_APP_CLUSTER')
  return { broadcaster, ...address, cluster }
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
