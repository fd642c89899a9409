import type { Channel } from './channels/channel'
import type { PresenceChannel } from './channels/presence'
import type { ConnectorView } from './compat'
import type { ChannelKind, TypesOf } from './contract'
import type { BroadcastDriver, EchoOptions } from './options'

/** The channel of a kind and name, typed by `Register`. */
export type ChannelOf<K extends ChannelKind, N extends string> = K extends 'presence'
  ? PresenceChannel<TypesOf<K, N>>
  : Channel<TypesOf<K, N>>

/** What belongs to one broadcaster. */
interface BroadcasterTypes<Driver extends BroadcastDriver | 'function'> {
  connector: ConnectorView
  public: ChannelOf<'public', string>
  private: ChannelOf<'private', string>
  encrypted: ChannelOf<'encrypted', string>
  presence: ChannelOf<'presence', string>
  options: EchoOptions<Driver>
}

/** Types by broadcaster and laravel-echo's names, for example `Broadcaster['reverb']['private']`. */
export type Broadcaster = { [Driver in BroadcastDriver | 'function']: BroadcasterTypes<Driver> }
