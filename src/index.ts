export type { Report } from './base/report'
export { createStore, type Readable, type Store } from './base/store'
export type { TraceEntry } from './base/trace'
export { Channel, type WhisperOptions } from './channels/channel'
export { EventFormatter } from './channels/event-name'
export type { ListenOptions } from './channels/hold'
export { PresenceChannel } from './channels/presence'
export type { Lease } from './channels/registry'
export type { ChannelStatus, Presence } from './channels/topic'
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
} from './contract'
export { type ChannelOf, Echo, Echo as default } from './echo'
export { AuthError, ConnectionError, EchoError, type ErrorCode, FrameError } from './errors'
export { events } from './extras/events'
export { type InspectedChannel, type Inspection, inspect } from './extras/inspect'
export type { AuthOptions, BroadcastDriver, EchoOptions } from './options'
