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
