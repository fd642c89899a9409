import { parseArgs } from 'node:util'
import type { ClientEvents, PersonalityName } from '../testing/index'
import type { ServeOptions } from './serve'

/** What `antiphon --help` says. */
export const help = `Usage: antiphon serve [options]

Runs a server of the Pusher protocol for development and tests.

  --port <number>               8080; 0 takes any free one
  --host <name>                 127.0.0.1
  --app-id <text>               app-id
  --key <text>                  app-key
  --secret <text>               app-secret
  --like <server>               pusher, reverb or soketi: whose answers to give (pusher)
  --client-events <who>         members, all or none (members)
  --allowed-origins <hosts>     shop.test,*.shop.test: whose pages may connect (*)
  --max-connections <number>    how many may connect (no limit)
  --max-message-size <bytes>    the longest frame of a client (as the server that it is like)
  --rate-limit <frames/seconds> 60/60: frames of one client, pings included (no limit)
  --rate-limit-terminates       ends a client that is above the limit, instead of refusing its frame
  --activity-timeout <seconds>  after so much silence clients are told to ping (as the server that it is like)
  --ping-interval <seconds>     after so much silence the server pings (as the server that it is like)
  --help, --version

For production use Laravel Reverb, Pusher Channels or soketi.`

const text = { type: 'string' } as const
const yes = { type: 'boolean' } as const
const flags = {
  port: text,
  host: text,
  'app-id': text,
  key: text,
  secret: text,
  like: text,
  'client-events': text,
  'allowed-origins': text,
  'max-connections': text,
  'max-message-size': text,
  'rate-limit': text,
  'rate-limit-terminates': yes,
  'activity-timeout': text,
  'ping-interval': text,
  help: yes,
  version: yes,
} as const

type Values = ReturnType<typeof parse>['values']

const DAY = 86_400

/** A mistake of whoever typed the command: one line is enough for it. */
export class UsageError extends Error {}

/** Reads the command line; throws a `UsageError` for a flag that there is not. */
export function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true })
  } catch (error) {
    // Node explains at length how to pass a value that starts with a dash.
    throw new UsageError((error as Error).message.split(/[.\n]/, 1)[0])
  }
}

/** The server's options in the flags; throws a `UsageError` for a value that makes no sense. */
export function optionsOf(values: Values): ServeOptions {
  const seconds = numberOf(values, 'ping-interval', 1, DAY)
  return {
    port: numberOf(values, 'port', 0, 65_535),
    host: textOf(values, 'host'),
    id: textOf(values, 'app-id'),
    key: textOf(values, 'key'),
    secret: textOf(values, 'secret'),
    like: oneOf<PersonalityName>(values, 'like', ['pusher', 'reverb', 'soketi']),
    clientEvents: oneOf<ClientEvents>(values, 'client-events', ['members', 'all', 'none']),
    allowedOrigins: hostsOf(values['allowed-origins']),
    maxConnections: numberOf(values, 'max-connections', 1, 1_000_000),
    maxMessageSize: numberOf(values, 'max-message-size', 1, 100_000_000),
    rateLimit: rateOf(values),
    activityTimeout: numberOf(values, 'activity-timeout', 1, DAY),
    pingInterval: seconds && seconds * 1000,
  }
}

type TextFlag = Exclude<keyof Values, 'rate-limit-terminates' | 'help' | 'version'>

function textOf(values: Values, flag: TextFlag): string | undefined {
  if (values[flag] === '') throw new UsageError(`--${flag} is empty`)
  return values[flag]
}

function numberOf(values: Values, flag: TextFlag, least: number, most: number): number | undefined {
  const { [flag]: value } = values
  if (value === undefined) return undefined
  if (!/^\d{1,9}$/.test(value) || Number(value) < least || Number(value) > most)
    throw new UsageError(`--${flag} is a number from ${least} to ${most}, not "${value}"`)
  return Number(value)
}

function oneOf<T extends string>(values: Values, flag: TextFlag, known: readonly T[]): T | undefined {
  const { [flag]: value } = values
  if (value === undefined) return undefined
  const found = known.find((one) => one === value)
  if (found === undefined) throw new UsageError(`--${flag} is ${known.join(', ')}, not "${value}"`)
  return found
}

// As Reverb has them: hosts, though they are called origins.
function hostsOf(value: string | undefined): readonly string[] | undefined {
  const hosts = value?.split(',').map((host) => host.trim())
  if (hosts?.every((host) => /^[\w.*-]+$/.test(host)) === false)
    throw new UsageError(`--allowed-origins are hosts, as shop.test,*.shop.test, not "${value}"`)
  return hosts
}

function rateOf({ 'rate-limit': value, 'rate-limit-terminates': terminate }: Values): ServeOptions['rateLimit'] {
  if (value === undefined) {
    if (terminate) throw new UsageError('--rate-limit-terminates needs --rate-limit')
    return undefined
  }
  const [, frames, seconds] = /^([1-9]\d{0,8})\/([1-9]\d{0,5})$/.exec(value) ?? []
  if (!frames) throw new UsageError(`--rate-limit is frames/seconds, as 60/60, not "${value}"`)
  return { frames: Number(frames), per: Number(seconds) * 1000, terminate: terminate ?? false }
}
