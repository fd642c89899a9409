import {
  computed,
  getCurrentInstance,
  hasInjectionContext,
  type InjectionKey,
  inject,
  type MaybeRefOrGetter,
  onMounted,
  onScopeDispose,
  type Ref,
  shallowRef,
  ssrContextKey,
  toValue,
  watch,
} from 'vue'
import { type Channel, type ChannelKind, type Echo, EchoError, type Readable } from '../index'
import { defaultEcho, followDefault } from './default'
import { check, createListening, type Listening, type Register } from './listen'

/** A value as composables show it. */
export type Shown<T> = Readonly<Ref<T>>
export type Refs<T> = { readonly [K in keyof T]: Shown<T[K]> }

/** Under which an app provides its Echo. */
export const provided: InjectionKey<Echo> = Symbol('echo')

/**
 * Holds a channel while the effect scope lives. `names`: of what is listened to; when they are others, or the channel is, it
 * begins anew.
 */
export function useListening<C extends Channel<any>, More extends object = {}>(
  hook: string,
  visibility: ChannelKind,
  channel: MaybeRefOrGetter<string | null>,
  names: () => readonly string[],
  register: Register<C, More>,
  more = {} as More,
) {
  const { echo, live } = useCurrent(hook)
  const create = () => {
    const name = toValue(channel)
    check(hook, visibility, name)
    return createListening(echo.value, visibility, name, register, more)
  }
  const current = shallowRef<Listening<C, More>>(create())
  const rendered = current.value.shown.get()
  if (live) {
    const stop = () => current.value.stop()
    current.value.start()
    onScopeDispose(stop)
    watch([() => echo.value, () => toValue(channel), () => names().join()], () => {
      stop()
      const next = create()
      next.start()
      current.value = next
    })
  }
  const shown = useReadable(live, () => current.value.shown, rendered)
  const keys = Object.keys(rendered) as (keyof typeof rendered)[]
  return {
    ...(Object.fromEntries(keys.map((key) => [key, computed(() => shown.value[key])])) as object as Refs<
      typeof rendered
    >),
    channel() {
      // On a server it is let go at once: its verbs do nothing.
      if (!live) current.value.start()()
      const channel = current.value.channel()
      if (channel) return channel
      throw new EchoError(
        'invalid-channel',
        `${hook}: there is no channel while its name is null; ask \`status\` first.`,
      )
    },
    listen: () => current.value.listen(),
    stopListening: () => current.value.stopListening(),
    leaveChannel: (leaveAll?: boolean) => current.value.leaveChannel(leaveAll),
    leave: () => current.value.leave(),
  }
}

/** The Echo to work with, which may become another one. `live`: it is in a page; on a server, nothing is held or followed. */
export function useCurrent(hook: string): { readonly echo: Shown<Echo>; readonly live: boolean } {
  const inside = hasInjectionContext()
  const own = inside ? inject(provided, undefined) : undefined
  const standard = () => defaultEcho(hook, 'Call configureEcho() or app.use(echoPlugin, echo) first.')
  const echo = shallowRef(own ?? standard())
  // Stores begin outside of components, too: there it is a page that has an address, or an Echo that connects nevertheless.
  const page = typeof location === 'object' || !!echo.value.options.autoConnect
  const live = page && !(inside && inject(ssrContextKey, undefined))
  if (!own && live) onScopeDispose(followDefault(() => (echo.value = standard())))
  return { echo, live }
}

/** What a readable says. A page that is hydrated begins with what the server `rendered`, and goes on when it is mounted. */
export function useReadable<T>(live: boolean, source: () => Readable<T>, rendered: T): Shown<T> {
  const value = shallowRef(rendered)
  if (!live) return value
  const component = getCurrentInstance()
  const hydrating = shallowRef(!!component?.vnode.el && !component.isMounted)
  if (hydrating.value) onMounted(() => (hydrating.value = false))
  const followed = () => (hydrating.value ? undefined : source())
  const follow = (readable: Readable<T> | undefined, _: unknown, undone: (undo: () => void) => void) => {
    if (!readable) return
    const show = () => (value.value = readable.get())
    undone(readable.subscribe(show))
    show()
  }
  watch(followed, follow, { immediate: true, flush: 'sync' })
  return value
}
