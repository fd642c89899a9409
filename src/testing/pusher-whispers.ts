import type { Application } from './pusher-application'
import type { ServerConnection } from './pusher-connection'
import type { ClientFrame } from './pusher-frame'

/** Handles a client event, and every other frame that is not of the protocol; `false` if it made no sense. */
export function whisper(app: Application, connection: ServerConnection, frame: ClientFrame): boolean {
  const { personality, options } = app
  const name = typeof frame.channel === 'string' ? frame.channel : ''
  const channel = app.channels.get(name)
  const member = channel?.subscribers.get(connection)
  const sender = { subscribed: member !== undefined, kind: personality.kindOf(name), member }
  const verdict = personality.whisper(frame, sender, options.clientEvents)
  if (verdict === 'malformed') return false
  if (verdict === 'ignored') return true
  if ('refuse' in verdict) connection.send(personality.error(verdict.refuse.code, verdict.refuse.message))
  else if (connection.limits.clientEvents.take()) {
    channel?.broadcast(verdict.relay, connection)
    app.cache.relayed(verdict.relay)
  } else connection.send(personality.error(4301, 'Client event rejected - over the rate limit'))
  return true
}
