import { setContext, untrack } from 'svelte'
import type { ChannelKind, ConnectionState, ConnectionStatus, Echo, EventMeta, WhisperOptions } from '../index'
import { check, listOf, type Registrations } from './listen'
import * as registrations from './registrations'
import { connection, context, hold } from './svelte-hold'
import type * as typed from './typed'

export type * from './typed'

export { configureEcho, echo, echoIsConfigured } from './default'
export type { BroadcastNotification } from './typed'
export type { ConnectionStatus }

/** What changes is given as a function that reads it; what is shown is read through the object. */
export interface Svelte extends typed.Framework {
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
export const useEcho: typed.UseEcho<Svelte> = (
  channel: Name,
  event?: Names,
  callback?: Callback,
  _dependencies?: unknown,
  visibility: ChannelKind = 'private',
) => listen('useEcho', visibility, channel, event, callback)

/** As `useEcho`, on a public channel. */
export const useEchoPublic = useEchoOf('useEchoPublic', 'public')

/** As `useEcho`, on a presence channel. */
export const useEchoPresence = useEchoOf('useEchoPresence', 'presence')

/** As `useEcho`, on an encrypted channel. */
export const useEchoEncrypted = useEchoOf('useEchoEncrypted', 'encrypted')

/** Listens to Laravel's notifications: to all, or to those of these classes. */
export const useEchoNotification: typed.UseEchoNotification<Svelte> = (
  channel: Name,
  callback?: Callback,
  types?: Names,
) => listen('useEchoNotification', 'private', channel, types, callback, registrations.notifications)

/** Listens to what Laravel broadcasts when a model changes. */
export const useEchoModel: typed.UseEchoModel<Svelte> = (
  model: Input<string>,
  identifier: Input<string | number | null>,
  event?: Names,
  callback?: Callback,
) =>
  listen(
    'useEchoModel',
    'private',
    () => registrations.modelChannel(read(model), read(identifier)),
    () => registrations.modelEvents(read(event)),
    callback,
  )

/** Holds a channel without listening. */
export const useChannel: typed.UseChannel<Svelte> = (channel: Name, visibility: ChannelKind = 'private') =>
  listen('useChannel', visibility, channel)

/** Holds a public channel. */
export const usePublicChannel: typed.UseChannelOf<Svelte, 'public'> = useEchoOf('usePublicChannel', 'public')

/** Holds a presence channel. */
export const usePresenceChannel: typed.UseChannelOf<Svelte, 'presence'> = useEchoOf('usePresenceChannel', 'presence')

/** Who is in a room, kept up to date: `members`, `me`, `count`, and who came (`joining`) and went (`leaving`) last. */
export const usePresence: typed.UsePresence<Svelte> = (room: Name) =>
  listen('usePresence', 'presence', room, undefined, undefined, () => registrations.presence, registrations.nobody)

/** Whispers to the others in a room (`send`), and shows what they whispered last (`latest`) and who it was (`from`). */
export const useWhisper: typed.UseWhisper<Svelte> = (
  room: Name,
  event: Input<string>,
  visibility: ChannelKind = 'presence',
) => {
  const { silence, whispers } = registrations
  const held = listen('useWhisper', visibility, room, event, undefined, whispers, silence)
  // An effect that sends does not send again because of what is shown.
  held.send = (data: object, options?: WhisperOptions) =>
    untrack(() => {
      if (held.status) held.channel().whisper(read(event), data, options)
    })
  return held
}

/** The connection, in a function that reads it. */
export const useConnection = (): (() => ConnectionState) => connection('useConnection', (state) => state)

/** The connection's status, in a function that reads it. */
export const useConnectionStatus = (): (() => ConnectionStatus) =>
  connection('useConnectionStatus', ({ status }) => status)

/** The socket's id while there is a connection, in a function that reads it. */
export const useSocketId = (): (() => string | undefined) => connection('useSocketId', ({ socketId }) => socketId)

function read<T>(input: Input<T>): T {
  return typeof input === 'function' ? (input as () => T)() : input
}

function useEchoOf<V extends ChannelKind>(hook: string, visibility: V): typed.UseEchoOf<Svelte, V> {
  return (channel: Name, event?: Names, callback?: Callback) => listen(hook, visibility, channel, event, callback)
}

function listen(
  hook: string,
  visibility: ChannelKind,
  channel: Name,
  event?: Names,
  callback?: Callback,
  make: (wish: () => registrations.Wish) => Registrations<any, any> = registrations.events,
  more?: object,
): any {
  const wish = () => ({
    names: listOf(read(event)),
    callback: typeof callback === 'object' ? callback.current : callback,
  })
  return hold(
    hook,
    visibility,
    () => {
      const name = read(channel)
      check(hook, visibility, name)
      return name
    },
    () => JSON.stringify(wish().names),
    make(wish),
    more,
  )
}
