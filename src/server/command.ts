import { parseArgs } from 'node:util'
import { version } from '../../package.json'
import type { ClientEvents, PersonalityName } from '../testing/index'
import { type RunningServer, type ServeOptions, serve } from './serve'

/** Where the command writes its lines. */
export interface Output {
  log(line: string): void
  error(line: string): void
}

const help = `Usage: antiphon serve [options]

Runs a server of the Pusher protocol for development and tests.

  --port <number>          8080; 0 takes any free one
  --host <name>            127.0.0.1
  --app-id <text>          app-id
  --key <text>             app-key
  --secret <text>          app-secret
  --like <server>          pusher, reverb or soketi: whose answers to give (pusher)
  --client-events <who>    members, all or none (members)
  --help, --version

For production use Laravel Reverb, Pusher Channels or soketi.`

const text = { type: 'string' } as const
const flags = {
  port: text,
  host: text,
  'app-id': text,
  key: text,
  secret: text,
  like: text,
  'client-events': text,
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const

/** A mistake of whoever typed the command: one line is enough for it. */
class UsageError extends Error {}

/** Does what the command line asks for: a running server, or the exit code. A mistake is told in one line, exit code 1. */
export async function command(args: readonly string[], output: Output): Promise<RunningServer | number> {
  try {
    const { values, positionals } = parsed(args)
    if (values.help) return said(output, help)
    if (values.version) return said(output, version)
    const [name, ...others] = positionals
    if (name !== 'serve' || others.length > 0) throw new UsageError(`expected "antiphon serve", try "antiphon --help"`)
    const running = await serve(optionsOf(values))
    const { id, key, personality } = running.server.options
    output.log(`antiphon serves ${running.url} like ${personality.name}: app id ${id}, key ${key}`)
    return running
  } catch (error) {
    output.error(`antiphon: ${told(error)}`)
    return 1
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true })
  } catch (error) {
    // Node explains at length how to pass a value that starts with a dash.
    throw new UsageError((error as Error).message.split(/[.\n]/, 1)[0])
  }
}

function optionsOf(values: ReturnType<typeof parsed>['values']): ServeOptions {
  return {
    port: portOf(values.port),
    host: given('host', values.host),
    id: given('app-id', values['app-id']),
    key: given('key', values.key),
    secret: given('secret', values.secret),
    like: oneOf<PersonalityName>('like', values.like, ['pusher', 'reverb', 'soketi']),
    clientEvents: oneOf<ClientEvents>('client-events', values['client-events'], ['members', 'all', 'none']),
  }
}

function given(flag: string, value: string | undefined): string | undefined {
  if (value === '') throw new UsageError(`--${flag} is empty`)
  return value
}

function portOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535)
    throw new UsageError(`--port is a number from 0 to 65535, not "${value}"`)
  return Number(value)
}

function oneOf<T extends string>(flag: string, value: string | undefined, known: readonly T[]): T | undefined {
  if (value === undefined) return undefined
  const found = known.find((one) => one === value)
  if (found === undefined) throw new UsageError(`--${flag} is ${known.join(', ')}, not "${value}"`)
  return found
}

function said(output: Output, lines: string): number {
  output.log(lines)
  return 0
}

function told(error: unknown): string {
  if (error instanceof UsageError) return error.message
  const { code, message, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string }
  return code === 'EADDRINUSE' ? `port ${port} of ${address} is in use` : message
}
