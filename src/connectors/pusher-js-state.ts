import type { ConnectionState, ConnectionStatus } from '../contract'
import { ConnectionError } from '../errors'
import { words } from '../wire/frame'
import type { PusherConnection } from './pusher-client'

/** A connection that was never asked for. */
export const disconnected: ConnectionState = Object.freeze({
  status: 'disconnected',
  socketId: undefined,
  attempt: 0,
  retryAt: undefined,
  error: undefined,
  offline: false,
})

/**
 * What pusher-js's connection has come to; `before` itself if nothing changed. `refusal`: the close that made it give up;
 * `retryAt`: when it said that it would try again. It does not tell how often it has.
 */
export function stateOf(
  { state, connection, socket_id }: PusherConnection,
  before: ConnectionState,
  refusal: ConnectionError | undefined,
  retryAt: number | undefined,
): ConnectionState {
  // For a second after a loss pusher-js still calls itself connected, and it keeps the dead socket's id for good.
  const connected = state === 'connected'
  const live = connected && connection !== null
  const status = live ? 'connected' : statusOf(state, before.status, refusal)
  const socketId = live ? socket_id : undefined
  const due = connected && !live ? (retryAt ?? before.retryAt) : undefined
  if (status === before.status && socketId === before.socketId && due === before.retryAt) return before
  return Object.freeze({
    ...disconnected,
    status,
    socketId,
    retryAt: due,
    error:
      status === 'failed'
        ? (refusal ?? new ConnectionError('connection-refused', 'pusher-js has no transport that works here.'))
        : undefined,
    offline: !live && globalThis.navigator?.onLine === false,
  })
}

/**
 * The close after which pusher-js gives up, in what its connection emits as `error`. The code of a close comes wrapped; one
 * within a connection comes plain, and ends nothing.
 */
export function refusalOf(emitted: unknown): ConnectionError | undefined {
  const { code, message } = (emitted as { error?: { data?: { code?: number; message?: unknown } } })?.error?.data ?? {}
  if (!code || code <= 4000 || (code >= 4100 && code < 4300)) return undefined
  const why = `${code}: ${words(message)}`
  return new ConnectionError('connection-refused', `The connection was refused (${why}).`, code)
}

function statusOf(state: string, before: ConnectionStatus, refusal: ConnectionError | undefined): ConnectionStatus {
  if (state === 'failed' || refusal) return 'failed'
  if (state === 'disconnected' || state === 'initialized') return 'disconnected'
  return before === 'connected' || before === 'reconnecting' ? 'reconnecting' : 'connecting'
}
