import { createCredentials } from '../auth/credentials'
import { createAuthorizer } from '../auth/queue'
import type { Authorizer, Connector } from '../contract'
import type { ResolvedOptions } from '../options'
import { DeferredConnector } from './deferred'
import { made } from './made'
import { NullConnector } from './null'
import { PusherConnector } from './pusher/connector'
import { PusherJsConnector } from './pusher-js'
import type { SocketIoConnector } from './socket-io'
import { createSocket, type SocketIo } from './socket-io-client'

const NEEDED = ['connect', 'disconnect', 'subscribe', 'state.get', 'state.subscribe']

/** The connector that the options ask for. Opens nothing. */
export function createConnector(resolved: ResolvedOptions): Connector {
  const { transport, options } = resolved
  if (transport.kind === 'null') return new NullConnector()
  if (transport.kind === 'custom')
    return made(() => transport.create(options), NEEDED, 'broadcaster', 'a function that makes a connector')
  if (transport.kind === 'socket.io') return createSocketIo(resolved)
  const channels = createAuthorizer(resolved)
  const authorize: Authorizer = (request, signal) =>
    (request.channel ? channels : createAuthorizer(resolved, options.userAuthentication))(request, signal)
  return transport.kind === 'socket'
    ? new PusherConnector({ ...resolved, ...transport }, authorize)
    : new PusherJsConnector(transport, resolved, authorize)
}

// Applications reach for `echo.connector.socket` at once; what speaks over it may come later.
function createSocketIo(resolved: ResolvedOptions): Connector {
  const io = (resolved.options.client ?? (globalThis as { io?: unknown }).io) as SocketIo
  const socket = createSocket(io, resolved.options)
  let connector: SocketIoConnector | undefined
  // Ahead of the application's own listeners, which read Echo's state.
  socket.on('connect', () => connector?.opened())
  socket.on('disconnect', (reason: string) => connector?.lost(reason))
  return new DeferredConnector({ socket, getSocketIO: () => io }, resolved.report, async (state) => {
    const { SocketIoConnector } = await import('./socket-io')
    connector = new SocketIoConnector(socket, state, createCredentials(resolved.options), resolved)
    return connector
  })
}
