import type { PusherServerOptions } from 'antiphon/testing'
import type { App } from './transcript'

/** A transcript's application as options of our server. */
export const optionsOf = (app: App): PusherServerOptions => ({
  like: 'reverb',
  id: app.id,
  key: app.key,
  secret: app.secret,
  clientEvents: app.accept_client_events_from,
  activityTimeout: app.activity_timeout,
  allowedOrigins: app.allowed_origins,
  maxConnections: app.max_connections,
  maxMessageSize: app.max_message_size,
  pingInterval: app.ping_interval && app.ping_interval * 1000,
  rateLimit: app.rate_limiting && {
    frames: app.rate_limiting.max_attempts,
    per: app.rate_limiting.decay_seconds * 1000,
    terminate: app.rate_limiting.terminate_on_limit,
  },
})

/** A transcript's application as flags of `antiphon serve`. */
export function flagsOf({ rate_limiting: rate, ...app }: App): string[] {
  const flags = {
    '--app-id': app.id,
    '--key': app.key,
    '--secret': app.secret,
    '--client-events': app.accept_client_events_from,
    '--activity-timeout': app.activity_timeout,
    '--allowed-origins': app.allowed_origins?.join(','),
    '--max-connections': app.max_connections,
    '--max-message-size': app.max_message_size,
    '--ping-interval': app.ping_interval,
    '--rate-limit': rate && `${rate.max_attempts}/${rate.decay_seconds}`,
  }
  const given = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]))
  return ['serve', '--like', 'reverb', ...given, ...(rate?.terminate_on_limit ? ['--rate-limit-terminates'] : [])]
}
