'use client'

import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useInsertionEffect,
  useMemo,
  useSyncExternalStore,
} from 'react'
import {
  type Channel,
  type ChannelKind,
  type ConnectionState,
  type ConnectionStatus,
  createStore,
  type Echo,
  type WhisperOptions,
} from '../index'
import { defaultEcho, followDefault } from './default'
import { check, createListening, type Listening, listOf, postponed, type Registrations } from './listen'
import {
  events,
  modelChannel,
  modelEvents,
  nobody,
  notifications,
  presence,
  silence,
  unconnected,
  type Wish,
  whispers,
} from './registrations'
import type * as typed from './typed'

export { configureEcho, echo, echoIsConfigured } from './default'
export type * from './typed'
export type { ConnectionStatus }

/** React takes values and functions as they are, and shows values as they are. */
interface React extends typed.Framework {
  readonly given: this['value']
  readonly callback: this['value']
  readonly shown: this['value']
  readonly none: null
}

type Name = string | null
type Names = string | readonly string[]
type Call = Wish['callback']

const Context = /* @__PURE__ */ createContext<Echo | undefined>(undefined)

/**
 * Hands an Echo to the hooks of everything inside; without one, hooks use the default instance of `configureEcho()`.
 *
 * @example
 * <EchoProvider echo={echo}><Orders /></EchoProvider>
 */
export function EchoProvider({ echo, children }: { readonly echo: Echo<any>; readonly children?: ReactNode }) {
  return createElement(Context.Provider, { value: echo }, children)
}

// On a server effects do not run: of its Echo, a page that is rendered there needs no more than what the connection shows.
const nowhere = { connection: /* @__PURE__ */ createStore(unconnected) } as unknown as Echo

function useInstance(hook: string): Echo {
  const provided = useContext(Context)
  const get = () => provided ?? defaultEcho(hook, 'Call configureEcho() first, or put an <EchoProvider> around it.')
  // In a page it is asked, too, when that is hydrated.
  return useSyncExternalStore(followDefault, get, () => (globalThis.location ? get() : (provided ?? nowhere)))
}

/** Holds a channel while the component is mounted. `part`: what makes it another hold, beside Echo, visibility and name. */
function useListening<C extends Channel<any>, More extends object>(
  hook: string,
  visibility: ChannelKind,
  name: Name,
  make: () => Registrations<C, More>,
  more: More,
  part?: unknown,
): Listening<C, More> {
  check(hook, visibility, name)
  const echo = useInstance(hook)
  const listening = useMemo(() => createListening(echo, visibility, name, make(), more), [echo, visibility, name, part])
  const { get, subscribe } = listening.shown
  useEffect(listening.start, [listening])
  useSyncExternalStore(subscribe, get, get)
  return listening
}

/** Listens as the component wants it now. What it returns is the same while it is about the same channel. */
function useListened(
  hook: string,
  visibility: ChannelKind,
  name: Name,
  make: typeof events,
  given?: Names,
  callback?: Call,
): any {
  const names = listOf(given)
  // One for each channel: until the one before is left, it is heard as whoever listened to it wanted.
  const latest = useMemo<{ current: Wish }>(() => ({ current: { names } }), [visibility, name])
  // What is rendered and never shown is not heard; what is shown is known before any other effect.
  useInsertionEffect(() => {
    latest.current = { names, callback }
  })
  const listening = useListening(hook, visibility, name, () => make(() => latest.current), {}, latest)
  useEffect(listening.listen, [listening, JSON.stringify(names)])
  return useMemo(() => {
    const { shown, start: _start, stop: _stop, ...functions } = listening
    return {
      ...functions,
      get status() {
        return shown.get().status
      },
      get error() {
        return shown.get().error
      },
    }
  }, [listening])
}

const useEchoOf =
  <V extends ChannelKind>(hook: string, visibility: V): typed.UseEchoOf<React, V> =>
  (channel: Name, names?: Names, callback?: Call) =>
    useListened(hook, visibility, channel, events, names, callback)

/**
 * Listens to events of a channel while the component is mounted. The latest callback is called; `dependencies` are not
 * needed. A channel of `null` turns it off.
 *
 * @example
 * const { status } = useEcho(`orders.${id}`, 'OrderShipped', ({ order }) => setOrder(order))
 */
export const useEcho: typed.UseEcho<React> = (
  channel: Name,
  names?: Names,
  callback?: Call,
  _dependencies?: unknown,
  visibility: ChannelKind = 'private',
) => useListened('useEcho', visibility, channel, events, names, callback)

/** `useEcho` on a public channel. */
export const useEchoPublic = /* @__PURE__ */ useEchoOf('useEchoPublic', 'public')

/** `useEcho` on a presence channel. */
export const useEchoPresence = /* @__PURE__ */ useEchoOf('useEchoPresence', 'presence')

/** `useEcho` on an encrypted channel. */
export const useEchoEncrypted = /* @__PURE__ */ useEchoOf('useEchoEncrypted', 'encrypted')

/** Listens to what Laravel broadcasts of a model, for example `PostUpdated` of `App.Models.Post`. No `identifier`: `null`. */
export const useEchoModel: typed.UseEchoModel<React> = (
  model: string,
  identifier: string | number | null,
  names?: Names,
  callback?: Call,
) => useListened('useEchoModel', 'private', modelChannel(model, identifier), events, modelEvents(names), callback)

/** Listens to Laravel's notifications of those classes, or to all. */
export const useEchoNotification: typed.UseEchoNotification<React> = (channel: Name, callback?: Call, types?: Names) =>
  useListened('useEchoNotification', 'private', channel, notifications, types, callback)

const useChannelOf =
  <V extends ChannelKind>(hook: string, visibility: V): typed.UseChannelOf<React, V> =>
  (channel: Name) =>
    useListened(hook, visibility, channel, events)

/** Holds a channel while the component is mounted, without listening. */
export const useChannel: typed.UseChannel<React> = (channel: Name, visibility: ChannelKind = 'private') =>
  useListened('useChannel', visibility, channel, events)

/** `useChannel` for a public channel. */
export const usePublicChannel = /* @__PURE__ */ useChannelOf('usePublicChannel', 'public')

/** `useChannel` for a presence channel. */
export const usePresenceChannel = /* @__PURE__ */ useChannelOf('usePresenceChannel', 'presence')

/** Who is in a room, live; `joining` and `leaving`: who came last, and who went. */
export const usePresence: typed.UsePresence<React> = (room: Name): any =>
  useListening('usePresence', 'presence', room, () => presence, nobody).shown.get()

/** What was whispered last in a room, and how to whisper there. */
export const useWhisper: typed.UseWhisper<React> = (room: Name, event: string, kind: ChannelKind = 'presence'): any => {
  const { shown, channel } = useListening(
    'useWhisper',
    kind,
    room,
    () => whispers(() => ({ names: [event] })),
    silence,
    event,
  )
  // Effects of children, and layout effects, send before the channel is held.
  const { call: send, begin } = useMemo(
    () => postponed((data: object, options?: WhisperOptions) => void channel()?.whisper(event, data, options)),
    [channel],
  )
  useEffect(begin, [begin])
  const now = shown.get()
  return useMemo(() => ({ ...now, send }), [now, send])
}

function useSelected<T>(hook: string, select: (state: ConnectionState) => T): T {
  const { get, subscribe } = useInstance(hook).connection
  const [now, onServer] = [() => select(get()), () => select(unconnected)]
  return useSyncExternalStore(subscribe, now, onServer)
}

/** The connection: its status, its socket id, when it will be tried again. */
export const useConnection = (): ConnectionState => useSelected('useConnection', (state) => state)

export const useConnectionStatus = (): ConnectionStatus => useSelected('useConnectionStatus', ({ status }) => status)

/** The socket id, which `toOthers()` needs; `undefined` without a connection. */
export const useSocketId = (): string | undefined => useSelected('useSocketId', ({ socketId }) => socketId)
