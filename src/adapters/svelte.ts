import { setContext } from 'svelte'
import type { Channel, ChannelKind, ConnectionState, ConnectionStatus, Echo, EventMeta, WhisperOptions } from '../index'
import { listOf } from './listen'
import { events, modelChannel, modelEvents, nobody, notifications, presence, silence, whispers } from './registrations'
import { connection, context, hold } from './svelte-hold'
import type {
  Framework,
  UseChannel,
  UseChannelOf,
  UseEcho,
  UseEchoModel,
  UseEchoNotification,
  UseEchoOf,
  UsePresence,
  UseWhisper,
} from './typed'

export type * from './typed'

export { configureEcho, echo, echoIsConfigured } from './default'
export type { BroadcastNotification } from './typed'
export type { ConnectionStatus }

/** What changes is given as a function that reads it; what is shown is read through the object. */
export interface Svelte extends Framework {
  readonly given: Input<this['value']>
  readonly callback: Current<this['value']>
  readonly shown: this['value']
  readonly none: never
}

/** A value, or a function that reads it: the state that it reads is followed. */
type Input<T> = T | (() => T)
/** A function, or an object that has the one of now. */
type Current<T> = T | { readonly current: T }
type Name = Input<string | null>
type Names = Input<string | readonly string[]>
type Callback = Current<(payload: any, meta: EventMeta) => unknown>

/** Gives this component and those inside it an Echo of their own; the others have that of `configureEcho`. */
export function setEcho(echo: Echo<any>): void {
  setContext(context, echo)
}

/**
 * Listens to events of a channel while the component lives. Channel and events may be functions: what they read is followed.
 *
 * @example
 * const orders = useEcho(() => `orders.${id}`, 'OrderShipped', (order) => (shipped = order.id))
 */
export const useEcho: UseEcho<Svelte> = (
  channel: Name,
  event?: Names,
  callback?: Callback,
  _dependencies?: unknown,
  visibility: ChannelKind = 'private',
) => listen('useEcho', visibility, channel, event, callback)

/** As `useEcho`, on a public channel. */
export const useEchoPublic: UseEchoOf<Svelte, 'public'> = (channel: Name, event?: Names, callback?: Callback) =>
  listen('useEchoPublic', 'public', channel, event, callback)

/** As `useEcho`, on a presence channel. */
export const useEchoPresence: UseEchoOf<Svelte, 'presence'> = (channel: Name, event?: Names, callback?: Callback) =>
  listen('useEchoPresence', 'presence', channel, event, callback)

/** As `useEcho`, on an encrypted channel. */
export const useEchoEncrypted: UseEchoOf<Svelte, 'encrypted'> = (channel: Name, event?: Names, callback?: Callback) =>
  listen('useEchoEncrypted', 'encrypted', channel, event, callback)

/** Listens to Laravel's notifications: to all, or to those of these classes. */
export const useEchoNotification: UseEchoNotification<Svelte> = (channel: Name, callback?: Callback, types?: Names) =>
  listen('useEchoNotification', 'private', channel, types, callback, notifications)

/** Listens to what Laravel broadcasts when a model changes. */
export const useEchoModel: UseEchoModel<Svelte> = (
  model: Input<string>,
  identifier: Input<string | number | null>,
  event?: Names,
  callback?: Callback,
) => {
  const channel = () => modelChannel(read(model), read(identifier))
  const dotted = () => modelEvents(read(event))
  return listen('useEchoModel', 'private', channel, dotted, callback)
}

/** Holds a channel without listening. */
export const useChannel: UseChannel<Svelte> = (channel: Name, visibility: ChannelKind = 'private') =>
  listen('useChannel', visibility, channel)

/** Holds a public channel. */
export const usePublicChannel: UseChannelOf<Svelte, 'public'> = (channel: Name) =>
  listen('usePublicChannel', 'public', channel)

/** Holds a presence channel. */
export const usePresenceChannel: UseChannelOf<Svelte, 'presence'> = (channel: Name) =>
  listen('usePresenceChannel', 'presence', channel)

/** Who is in a room, kept up to date: `members`, `me`, `count`, and who came (`joining`) and went (`leaving`) last. */
export const usePresence: UsePresence<Svelte> = (room: Name) =>
  hold('usePresence', 'presence', () => read(room), none, presence, nobody)

/** Whispers to the others in a room (`send`), and shows what they whispered last (`latest`) and who it was (`from`). */
export const useWhisper: UseWhisper<Svelte> = (
  room: Name,
  event: Input<string>,
  visibility: ChannelKind = 'presence',
) => {
  const name = () => read(event)
  const register = (...args: Parameters<ReturnType<typeof whispers>>) => whispers(name())(...args)
  const held = hold<Channel<any>, typeof silence>(
    'useWhisper',
    visibility,
    () => read(room),
    () => [name()],
    register,
    silence,
  )
  const send = (data: object, options?: WhisperOptions) => void held.channel()?.whisper(name(), data, options)
  return Object.assign(held, { send })
}

/** The connection, in a function that reads it. */
export const useConnection = (): (() => ConnectionState) => connection('useConnection')

/** The connection's status, in a function that reads it. */
export const useConnectionStatus = (): (() => ConnectionStatus) => {
  const state = connection('useConnectionStatus')
  return () => state().status
}

/** The socket's id while there is a connection, in a function that reads it. */
export const useSocketId = (): (() => string | undefined) => {
  const state = connection('useSocketId')
  return () => state().socketId
}

const none = () => []

function read<T>(input: Input<T>): T {
  return typeof input === 'function' ? (input as () => T)() : input
}

function listen(
  hook: string,
  visibility: ChannelKind,
  channel: Name,
  event?: Names,
  callback?: Callback,
  register = events,
): any {
  const names = () => listOf(read(event))
  const now = () => (typeof callback === 'object' ? callback.current : callback)
  return hold(
    hook,
    visibility,
    () => read(channel),
    names,
    register(() => ({ names: names(), callback: now() })),
  )
}
