import type { TestProject } from 'vitest/node'
import { AntiphonServe } from './antiphon-serve'
import { Laravel } from './laravel'
import { ProcessGroup } from './process-group'
import { reachApplication, reachServer } from './reach'
import { recorded, type Server, TargetError, wantedOf } from './target'

interface Stoppable {
  stop(): Promise<void>
}

/** Starts what the environment does not name, once for all files; what is in the way is told in one line, exit code 1. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started: Stoppable[] = []
  const stop = async () => {
    for (const one of started.splice(0).reverse()) await one.stop()
  }
  process.once('exit', ProcessGroup.abandonAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
  try {
    await prepare(project, (one) => started.push(one))
    return stop
  } catch (error) {
    await stop()
    if (!(error instanceof TargetError)) throw error
    process.stderr.write(`interop: ${error.message}\n`)
    process.exit(1)
  }
}

async function prepare(project: TestProject, keep: (one: Stoppable) => void): Promise<void> {
  const { server: wanted, application, port, environment } = wantedOf(process.env)
  const serve = async (like: Server['like']) => {
    const running = await AntiphonServe.start(like)
    keep(running)
    return running.server
  }
  const server = wanted ?? (await serve('reverb'))
  if (wanted) await reachServer(wanted)
  if (application) await reachApplication(application)
  const laravel = application ? undefined : await Laravel.start({ env: { ...environment, ...envOf(server) }, port })
  if (laravel) keep(laravel)
  // Reverb knows no users; what does, where nothing else is asked for, is a server of ours that trusts the same secret.
  const users = server.like === 'reverb' ? (wanted ? undefined : await serve('pusher')) : server
  project.provide('target', {
    server,
    ...(users && { users }),
    application: application ?? laravel?.url ?? '',
    recorded: !application && isRecorded(server, environment),
  })
}

/** Whether signatures and keys come out as they do in the recorded answers. */
function isRecorded({ id, key, secret }: Server, { REVERB_ENCRYPTION_KEY }: NodeJS.ProcessEnv): boolean {
  const { encryptionKey, ...app } = recorded
  return id === app.id && key === app.key && secret === app.secret && REVERB_ENCRYPTION_KEY === encryptionKey
}

/** Laravel's own variables for its server. */
function envOf({ api, id, key, secret }: Server): NodeJS.ProcessEnv {
  const { protocol, hostname, port } = new URL(api)
  return {
    BROADCAST_CONNECTION: 'reverb',
    REVERB_APP_ID: id,
    REVERB_APP_KEY: key,
    REVERB_APP_SECRET: secret,
    REVERB_HOST: hostname,
    REVERB_PORT: port || (protocol === 'https:' ? '443' : '80'),
    REVERB_SCHEME: protocol.slice(0, -1),
  }
}
