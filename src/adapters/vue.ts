import * as vue from 'vue'
import type { ChannelKind, ConnectionState, ConnectionStatus, Echo, WhisperOptions } from '../index'
import * as listen from './listen'
import * as registrations from './registrations'
import type * as Typed from './typed'
import { type Names, provided, type Refs, type Shown, useEchoNow, useListening, useShown } from './vue-scope'

export type { ConnectionStatus } from '../index'
export { configureEcho, echo, echoIsConfigured } from './default'
export type * from './typed'

declare module 'vue' {
  interface ComponentCustomProperties {
    /** The app's Echo, of `app.use(echoPlugin, echo)`. */
    $echo: Echo
  }
}

/** What Vue writes in a way of its own. `channel()` throws while there is none, so that it needs no question mark. */
interface Vue extends Typed.Framework {
  readonly given: vue.MaybeRefOrGetter<this['value']>
  readonly callback: this['value']
  readonly shown: Refs<this['value']>
  readonly none: never
}

type Name = vue.MaybeRefOrGetter<string | null>
type Callback = registrations.Wish['callback']

/** `app.use(echoPlugin, echo)`: composables in the app use this instance, and components have it as `this.$echo`. */
export const echoPlugin = (app: vue.App, echo: Echo<any>): void => {
  app.provide(provided, echo)
  app.config.globalProperties.$echo = echo
}

/** Listens to events of a channel for as long as the component, or the effect scope, lives. */
export const useEcho: Typed.UseEcho<Vue> = (
  channel: Name,
  event?: Names,
  callback?: Callback,
  _dependencies?: unknown,
  visibility: ChannelKind = 'private',
) => useEvents('useEcho', visibility, channel, event, callback)

/** `useEcho` on a public channel. */
export const useEchoPublic: Typed.UseEchoOf<Vue, 'public'> = (channel: Name, event?: Names, callback?: Callback) =>
  useEvents('useEchoPublic', 'public', channel, event, callback)

/** `useEcho` on a presence channel. */
export const useEchoPresence: Typed.UseEchoOf<Vue, 'presence'> = (channel: Name, event?: Names, callback?: Callback) =>
  useEvents('useEchoPresence', 'presence', channel, event, callback)

/** `useEcho` on an encrypted channel. */
export const useEchoEncrypted: Typed.UseEchoOf<Vue, 'encrypted'> = (
  channel: Name,
  event?: Names,
  callback?: Callback,
) => useEvents('useEchoEncrypted', 'encrypted', channel, event, callback)

/** Listens to what Laravel broadcasts when a model changes. */
export const useEchoModel: Typed.UseEchoModel<Vue> = (
  model: vue.MaybeRefOrGetter<string>,
  identifier: vue.MaybeRefOrGetter<string | number | null>,
  event?: Names,
  callback?: Callback,
) =>
  useEvents(
    'useEchoModel',
    'private',
    () => registrations.modelChannel(vue.toValue(model), vue.toValue(identifier)),
    () => registrations.modelEvents(vue.toValue(event)),
    callback,
  )

/** Listens to the notifications on a private channel: to all, or to those of some classes. */
export const useEchoNotification: Typed.UseEchoNotification<Vue> = (
  channel: Name,
  callback?: Callback,
  types?: Names,
) => useEvents('useEchoNotification', 'private', channel, types, callback, registrations.notifications)

/** Holds a channel without listening. */
export const useChannel: Typed.UseChannel<Vue> = (channel: Name, visibility: ChannelKind = 'private') =>
  useEvents('useChannel', visibility, channel)

/** Holds a public channel. */
export const usePublicChannel: Typed.UseChannelOf<Vue, 'public'> = (channel: Name) =>
  useEvents('usePublicChannel', 'public', channel)

/** Holds a presence channel. */
export const usePresenceChannel: Typed.UseChannelOf<Vue, 'presence'> = (channel: Name) =>
  useEvents('usePresenceChannel', 'presence', channel)

/** Who is in a room, kept up to date. */
export const usePresence: Typed.UsePresence<Vue> = (room: Name): any =>
  useListening('usePresence', 'presence', room, [], registrations.presence, registrations.nobody)

/** Whispers to the others in a room, and shows what was whispered last. */
export const useWhisper: Typed.UseWhisper<Vue> = (
  room: Name,
  event: vue.MaybeRefOrGetter<string>,
  visibility: ChannelKind = 'presence',
) => {
  const heard = registrations.whispers(() => ({ names: [vue.toValue(event)] }))
  const held = useListening('useWhisper', visibility, room, event, heard, registrations.silence)
  const send = (data: object, options?: WhisperOptions) => {
    held.channel()?.whisper(vue.toValue(event), data, options)
  }
  return { ...held, send }
}

/** The connection as it is now. */
export const useConnection = (): Shown<ConnectionState> => useConnectionOf('useConnection')

/** Its status alone. */
export const useConnectionStatus = (): Shown<ConnectionStatus> => useConnectionOf('useConnectionStatus', 'status')

/** The socket id, while there is a connection: for a request's header `X-Socket-ID`. */
export const useSocketId = (): Shown<string | undefined> => useConnectionOf('useSocketId', 'socketId')

function useConnectionOf(hook: string, field?: keyof ConnectionState): Shown<any> {
  const echo = useEchoNow(hook)
  const { shown, follow } = useShown(registrations.unconnected)
  const renew = () => follow(echo.find().connection)
  if (echo.live) {
    echo.follow(renew)
    renew()
  }
  return vue.computed(() => (field ? shown.value[field] : shown.value))
}

function useEvents(
  hook: string,
  visibility: ChannelKind,
  channel: Name,
  event?: Names,
  callback?: Callback,
  make = registrations.events,
): any {
  const wish = {
    get names() {
      return listen.listOf(vue.toValue(event))
    },
    callback,
  }
  const held = useListening(
    hook,
    visibility,
    channel,
    event,
    make(() => wish),
  )
  return { ...held, channel: () => listen.present(hook, held.channel()) }
}
