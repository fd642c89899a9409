import {
  type App,
  computed,
  getCurrentInstance,
  hasInjectionContext,
  type InjectionKey,
  inject,
  type MaybeRefOrGetter,
  onMounted,
  onScopeDispose,
  type Ref,
  type ShallowRef,
  shallowRef,
  ssrContextKey,
  toValue,
  watch,
} from 'vue'
import type { Channel, ChannelKind, ConnectionState, Echo, PresenceChannel, Readable, WhisperOptions } from '../index'
import { defaultEcho, followDefault } from './default'
import { check, createListening, type Listening, listOf, type Register } from './listen'
import { events, nobody, notifications, presence, silence, whispers } from './registrations'

export { configureEcho, echo, echoIsConfigured } from './default'

type Name = MaybeRefOrGetter<string | null>
type Callback = (payload: any) => unknown
type Refs<T> = { readonly [K in keyof T]: Readonly<Ref<T[K]>> }

/** The Echo a composable works with, which may become another one. `live`: it is in a page, not on a server. */
interface Current {
  readonly echo: Readonly<ShallowRef<Echo>>
  readonly live: boolean
}

const key: InjectionKey<Echo> = Symbol('echo')

/** `app.use(echoPlugin, echo)`: the app's composables use this instance, and its components have it as `this.$echo`. */
export const echoPlugin = {
  install(app: App, echo: Echo): void {
    app.provide(key, echo)
    app.config.globalProperties.$echo = echo
  },
}

function useCurrent(hook: string): Current {
  const inside = hasInjectionContext()
  const provided = inside ? inject(key, undefined) : undefined
  const standard = () => defaultEcho(hook, 'Call configureEcho() or app.use(echoPlugin, echo) first.')
  const echo = shallowRef(provided ?? standard())
  const rendered = inside && inject(ssrContextKey, undefined)
  // Stores are made outside of components too: where there is no page, unless this Echo connects nevertheless.
  const live = !rendered && (typeof location === 'object' || !!echo.value.options.autoConnect)
  if (!provided && live) onScopeDispose(followDefault(() => (echo.value = standard())))
  return { echo, live }
}

/** What a readable says, as a ref. A page that is hydrated begins with what the server rendered, and goes on when it is mounted. */
function useReadable<T>(live: boolean, source: () => Readable<T>, rendered: T): Readonly<Ref<T>> {
  const value = shallowRef(rendered)
  if (!live) return value
  const instance = getCurrentInstance()
  const hydrating = shallowRef(!!instance?.vnode.el && !instance.isMounted)
  if (hydrating.value) onMounted(() => (hydrating.value = false))
  const wanted = () => (hydrating.value ? undefined : source())
  const follow = (readable: Readable<T> | undefined, _: unknown, undone: (undo: () => void) => void) => {
    if (!readable) return
    const show = () => (value.value = readable.get())
    undone(readable.subscribe(show))
    show()
  }
  watch(wanted, follow, { immediate: true, flush: 'sync' })
  return value
}

function useListening<C extends Channel<any>, More extends object = {}>(
  hook: string,
  visibility: ChannelKind,
  name: Name,
  register: Register<C, More> = () => {},
  more = {} as More,
) {
  const { echo, live } = useCurrent(hook)
  const create = () => {
    const wanted = toValue(name)
    check(hook, visibility, wanted)
    return createListening(echo.value, visibility, wanted, register, more)
  }
  const listening = shallowRef<Listening<C, More>>(create())
  const rendered = listening.value.shown.get()
  if (live) {
    const stop = () => listening.value.stop()
    listening.value.start()
    onScopeDispose(stop)
    watch([echo, () => toValue(name)], () => {
      stop()
      const next = create()
      next.start()
      listening.value = next
    })
  }
  const shown = useReadable(live, () => listening.value.shown, rendered)
  const refs = Object.fromEntries(
    Object.keys(rendered).map((key) => [key, computed(() => shown.value[key as keyof typeof rendered])]),
  ) as unknown as Refs<typeof rendered>
  return {
    ...refs,
    channel() {
      // On a server it is let go at once: its verbs do nothing.
      if (!live) listening.value.start()()
      return listening.value.channel()
    },
    listen: () => listening.value.listen(),
    stopListening: () => listening.value.stopListening(),
    leaveChannel: (leaveAll?: boolean) => listening.value.leaveChannel(leaveAll),
    leave: () => listening.value.leave(),
  }
}

type Events = string | readonly string[]

/** Listens to events of a channel while the component, or the effect scope, lives. */
export function useEcho(
  name: Name,
  event?: Events,
  callback?: Callback,
  _dependencies?: unknown[],
  visibility: ChannelKind = 'private',
) {
  return useEvents('useEcho', visibility, name, event, callback)
}

/** As `useEcho`, on a public channel. */
export function useEchoPublic(name: Name, event?: Events, callback?: Callback, _dependencies?: unknown[]) {
  return useEvents('useEchoPublic', 'public', name, event, callback)
}

/** As `useEcho`, on a presence channel. */
export function useEchoPresence(name: Name, event?: Events, callback?: Callback, _dependencies?: unknown[]) {
  return useEvents('useEchoPresence', 'presence', name, event, callback)
}

/** As `useEcho`, on an encrypted channel. */
export function useEchoEncrypted(name: Name, event?: Events, callback?: Callback, _dependencies?: unknown[]) {
  return useEvents('useEchoEncrypted', 'encrypted', name, event, callback)
}

/** Listens to Laravel's notifications: to all, or to those of these classes. */
export function useEchoNotification(name: Name, callback?: Callback, types?: Events, _dependencies?: unknown[]) {
  return useListening(
    'useEchoNotification',
    'private',
    name,
    notifications(() => ({ names: listOf(types), callback })),
  )
}

/** Listens to what Laravel broadcasts when a model changes. */
export function useEchoModel(
  model: MaybeRefOrGetter<string>,
  identifier: MaybeRefOrGetter<string | number | null>,
  event?: Events,
  callback?: Callback,
  _dependencies?: unknown[],
) {
  const name = () => {
    const id = toValue(identifier)
    return id === null ? null : `${toValue(model)}.${id}`
  }
  const dotted = listOf(event).map((each) => each.replace(/^\.?/, '.'))
  return useEvents('useEchoModel', 'private', name, dotted, callback)
}

/** Holds a channel without listening. */
export function useChannel(name: Name, visibility: ChannelKind = 'private') {
  return useListening('useChannel', visibility, name)
}

export function usePublicChannel(name: Name) {
  return useListening('usePublicChannel', 'public', name)
}

export function usePresenceChannel(name: Name) {
  return useListening('usePresenceChannel', 'presence', name)
}

/** Who is in a room, kept up to date. */
export function usePresence(room: Name) {
  return useListening<PresenceChannel<any>, typeof nobody>('usePresence', 'presence', room, presence, nobody)
}

/** Whispers to the others on a channel, and shows what they whispered last. */
export function useWhisper(room: Name, event: string, visibility: 'presence' | 'private' = 'presence') {
  const held = useListening('useWhisper', visibility, room, whispers(event), silence)
  const send = (data: object, options?: WhisperOptions) => {
    held.channel()?.whisper(event, data, options)
  }
  return { ...held, send }
}

/** The connection as it is now. */
export function useConnection(): Readonly<Ref<ConnectionState>> {
  return useConnectionOf('useConnection')
}

export function useConnectionStatus() {
  const connection = useConnectionOf('useConnectionStatus')
  return computed(() => connection.value.status)
}

export function useSocketId() {
  const connection = useConnectionOf('useSocketId')
  return computed(() => connection.value.socketId)
}

function useConnectionOf(hook: string) {
  const { echo, live } = useCurrent(hook)
  return useReadable(live, () => echo.value.connection, away)
}

function useEvents(
  hook: string,
  visibility: ChannelKind,
  name: Name,
  event: Events | undefined,
  callback: Callback | undefined,
) {
  return useListening(
    hook,
    visibility,
    name,
    events(() => ({ names: listOf(event), callback })),
  )
}

/** What a server renders, and a page that goes on from there. */
const away: ConnectionState = {
  status: 'disconnected',
  socketId: undefined,
  attempt: 0,
  retryAt: undefined,
  error: undefined,
  offline: false,
}
