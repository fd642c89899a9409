/** The kinds of server whose habits the scenarios know. */
const kinds = ['reverb', 'pusher', 'soketi'] as const

/** Which server, and which application on it. */
export interface Server {
  /** Where its WebSockets are, one address for each node. */
  readonly nodes: readonly string[]
  /** Where its HTTP API is. */
  readonly api: string
  readonly like: (typeof kinds)[number]
  readonly id: string
  readonly key: string
  readonly secret: string
}

/** What the environment says of the target: whatever is absent is started here. */
export interface Wanted {
  readonly server?: Server
  /** The address of a running application. */
  readonly application?: string
  /** The port on which to start the application; any free one if absent. */
  readonly port?: number
  /** The application's own configuration where it is started here. */
  readonly environment: NodeJS.ProcessEnv
}

/** What the scenarios run against. */
export interface Target {
  readonly application: string
  readonly server: Server
  /** A server that knows users: this one, or another that trusts the same secret. */
  readonly users?: Server
  /** The application signs as the recorded one did. */
  readonly recorded: boolean
}

/** As in the recorded answers of `test/transcripts/laravel-12-auth.json`. */
export const recorded = {
  id: 'main',
  key: 'main-key',
  secret: 'rig-secret',
  encryptionKey: Buffer.alloc(32, 'k').toString('base64'),
} as const

/** A mistake in the environment, or something missing in it: one line is enough for it. */
export class TargetError extends Error {}

/** Reads the target from the variables that `test/interop/README.md` explains. */
export function wantedOf(env: NodeJS.ProcessEnv): Wanted {
  const application = given(env, 'INTEROP_APPLICATION')
  const addresses = given(env, 'INTEROP_SERVER')
  const port = given(env, 'INTEROP_PORT')
  if (application && !addresses) throw new TargetError('INTEROP_APPLICATION needs INTEROP_SERVER beside it')
  if (port && !(/^[1-9]\d{0,4}$/.test(port) && Number(port) < 65_536))
    throw new TargetError(`INTEROP_PORT is a port, not "${port}"`)
  return {
    ...(application && { application: origin('INTEROP_APPLICATION', application) }),
    ...(addresses && { server: serverOf(env, addresses.split(',')) }),
    ...(port && { port: Number(port) }),
    environment: {
      REVERB_ENCRYPTION_KEY: given(env, 'INTEROP_ENCRYPTION_KEY') ?? recorded.encryptionKey,
    },
  }
}

function serverOf(env: NodeJS.ProcessEnv, addresses: readonly string[]): Server {
  const nodes = addresses.map((address) => origin('INTEROP_SERVER', address.trim()))
  const like = given(env, 'INTEROP_LIKE') ?? 'reverb'
  const kind = kinds.find((one) => one === like)
  if (!kind) throw new TargetError(`INTEROP_LIKE is ${kinds.join(', ')}, not "${like}"`)
  return {
    nodes,
    api: origin('INTEROP_API', given(env, 'INTEROP_API') ?? nodes[0]!),
    like: kind,
    id: needed(env, 'INTEROP_APP_ID'),
    key: needed(env, 'INTEROP_KEY'),
    secret: needed(env, 'INTEROP_SECRET'),
  }
}

const given = (env: NodeJS.ProcessEnv, name: string): string | undefined => env[name]?.trim() || undefined

function needed(env: NodeJS.ProcessEnv, name: string): string {
  const value = given(env, name)
  if (!value) throw new TargetError(`INTEROP_SERVER needs ${name} beside it`)
  return value
}

function origin(name: string, address: string): string {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new TargetError(`${name} is an address like http://127.0.0.1:8080, not "${address}"`)
  return new URL(address).origin
}

declare module 'vitest' {
  interface ProvidedContext {
    target: Target
  }
}
