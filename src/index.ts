export type { Report } from './base/report'
export { createStore, type Readable, type Store } from './base/store'
export type { TraceEntry } from './base/trace'
export type { Broadcaster, ChannelOf } from './broadcaster'
export { Channel, type WhisperOptions } from './channels/channel'
export { EventFormatter } from './channels/event-name'
export type { ListenOptions } from './channels/hold'
export type { Presence } from './channels/members'
export { PresenceChannel } from './channels/presence'
export type { Lease } from './channels/registry'
export type { ChannelStatus } from './channels/topic'
export type { User } from './channels/user'
export type {
  Authorizer,
  AuthRequest,
  ChannelKind,
  ChannelName,
  ChannelTypes,
  ConnectionState,
  ConnectionStatus,
  Connector,
  EventMeta,
  Gap,
  Grant,
  Member,
  Notifications,
  Register,
  Signal,
  Subscription,
  TypesOf,
  UserTypes,
} from './contract'
export { Echo, Echo as default } from './echo'
export { type EnvBroadcaster, fromEnv } from './env'
export { AuthError, ConnectionError, EchoError, type ErrorCode, FrameError } from './errors'
export { attach } from './extras/attach'
export { type CatchUpOptions, catchUp, type Load } from './extras/catch-up'
export { events } from './extras/events'
export { type InspectedChannel, type Inspection, inspect } from './extras/inspect'
export type { ModelEventName, ModelEvents, ModelPayload } from './model'
export type { AuthOptions, BroadcastDriver, EchoOptions } from './options'
