import { createAuthorizer } from '../auth/queue'
import type { Connector } from '../contract'
import type { ResolvedOptions } from '../options'
import { NullConnector } from './null'
import { PusherConnector } from './pusher/connector'
import { PusherJsConnector } from './pusher-js'

/** The connector that the options ask for. Opens nothing. */
export function createConnector(resolved: ResolvedOptions): Connector {
  const { transport, options } = resolved
  if (transport.kind === 'null') return new NullConnector()
  if (transport.kind === 'custom') return transport.create(options)
  const authorize = createAuthorizer(resolved)
  return transport.kind === 'socket'
    ? new PusherConnector({ ...resolved, ...transport }, authorize)
    : new PusherJsConnector(transport, resolved, authorize)
}
