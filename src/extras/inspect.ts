import type { ChannelStatus } from '../channels/topic'
import type { ConnectionState } from '../contract'
import { type Echo, registry } from '../echo'

/** One channel in an `Inspection`. `listeners`: how many there are, by event. */
export interface InspectedChannel {
  readonly name: string
  readonly kind: string
  readonly status: ChannelStatus
  readonly holders: number
  readonly listeners: Readonly<Record<string, number>>
  readonly members: number
  readonly error: { readonly code: string; readonly message: string } | undefined
}

/** An Echo as plain data, without secrets. */
export interface Inspection {
  readonly connection: Omit<ConnectionState, 'error'>
  readonly error: { readonly code: string; readonly message: string } | undefined
  readonly channels: readonly InspectedChannel[]
}

/** Shows an Echo as plain data, for logs and bug reports: the connection, the channels, the last errors. No secrets. */
export function inspect(echo: Echo<any>): Inspection {
  const { error, ...connection } = echo.connection.get()
  const channels = [...echo[registry].topics()].map(({ name, status, holders, listeners, roster, error }) => ({
    name: name.wire,
    kind: name.kind,
    status,
    holders,
    listeners: Object.fromEntries(Array.from(listeners, ([event, { length }]) => [label(event), length])),
    members: roster?.presence.count ?? 0,
    error: plain(error),
  }))
  return { connection, error: plain(error), channels }
}

function label(event: string | symbol): string {
  return typeof event === 'symbol' ? `(${event.description})` : event
}

function plain(error: { code: string; message: string } | undefined) {
  return error && { code: error.code, message: error.message }
}
