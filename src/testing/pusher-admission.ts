import type { Application } from './pusher-application'
import type { ServerConnection } from './pusher-connection'
import { greet } from './pusher-dispatch'
import type { UpgradeRequest } from './transport'

// An application may be called "app", so what begins with /apps/ is the HTTP API.
const appPath = /^(?!\/apps\/)[^?]*\/app\/([^/?]+)(?:\?(.*))?$/

/** Whether a path is one for WebSockets at all, whatever prefix stands before `/app`. */
export const isAppPath = (path: string): boolean => appPath.test(path)

/** Greets a new connection, or turns it away as this server does; faults come first. */
export function admit(app: Application, connection: ServerConnection, request: UpgradeRequest): void {
  const refusal = app.faults.nextRefusal()
  if (refusal === 'cut') return connection.drop()
  if (refusal) return connection.close(refusal.code, refusal.reason)
  const objection = objectionTo(app, request)
  if (!objection) return welcome(app, connection)
  if (objection.leavesOpen) connection.send(app.personality.error(objection.code, objection.message))
  else app.end(connection, objection.code, objection.message)
}

interface Objection {
  readonly code: number
  readonly message: string
  readonly leavesOpen?: boolean
}

function objectionTo(app: Application, request: UpgradeRequest): Objection | undefined {
  const { options, personality } = app
  const { overQuota, badOrigin } = personality
  const [, key, query] = appPath.exec(request.path ?? `/app/${encodeURIComponent(options.key)}`) ?? []
  if (key === undefined || unescaped(key) !== options.key) return { code: 4001, message: 'Application does not exist' }
  if (!personality.supports(new URLSearchParams(query).get('protocol')))
    return { code: 4007, message: 'Unsupported protocol version' }
  const others = overQuota.counts === 'all' ? app.connections.size - 1 : app.subscribed().size
  if (others >= options.maxConnections)
    return { code: overQuota.code, message: 'Application is over connection quota', leavesOpen: overQuota.leavesOpen }
  if (!isAllowed(options.allowedOrigins, request.origin))
    return { code: 4009, message: 'Origin not allowed', leavesOpen: badOrigin.leavesOpen }
  return undefined
}

function welcome(app: Application, connection: ServerConnection): void {
  const { greeting } = app.faults
  if (greeting === 'none') return
  if (typeof greeting === 'object') return connection.sendRaw(greeting.junk)
  if (greeting === 'ping-first') connection.send(app.personality.ping)
  greet(app, connection)
}

/** Whether the origin's host is among the allowed ones. No origin at all passes only where all do. */
function isAllowed(allowed: readonly string[], origin: string | undefined): boolean {
  if (allowed.includes('*')) return true
  const host = origin && URL.canParse(origin) ? new URL(origin).hostname : ''
  return allowed.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    return new RegExp(`^${parts.join('.*')}$`).test(host)
  })
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}
