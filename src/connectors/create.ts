import { createAuthorizer } from '../auth/queue'
import type { Connector } from '../contract'
import type { ResolvedOptions } from '../options'
import { NullConnector } from './null'
import { PusherConnector } from './pusher/connector'
import { PusherJsConnector } from './pusher-js'

/** The connector that the options ask for. Opens nothing. */
export function createConnector(resolved: ResolvedOptions): Connector {
  const { transport, options } = resolved
  switch (transport.kind) {
    case 'socket':
      return new PusherConnector({ ...resolved, ...transport }, createAuthorizer(resolved))
    case 'pusher-js':
      return new PusherJsConnector(transport, resolved, createAuthorizer(resolved))
    case 'null':
      return new NullConnector()
    case 'custom':
      return transport.create(options)
  }
}
