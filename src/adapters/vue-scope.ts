import * as vue from 'vue'
import type { Channel, ChannelKind, Echo, Readable } from '../index'
import * as standard from './default'
import * as listen from './listen'

/** A value as composables show it. */
export type Shown<T> = Readonly<vue.Ref<T>>
export type Refs<T> = { readonly [K in keyof T]: Shown<T[K]> }

/** Names of events, or what else is listened to. */
export type Names = vue.MaybeRefOrGetter<string | readonly string[] | undefined>

/** Under which an app provides its Echo. */
export const provided: vue.InjectionKey<Echo> = Symbol()

/**
 * Holds a channel while the effect scope lives: another one when the name or the instance is another. Where the names are
 * others, it listens to those and keeps the channel; `registrations` read them when they are asked.
 */
export function useListening<C extends Channel<any>, More extends object = {}>(
  hook: string,
  visibility: ChannelKind,
  channel: vue.MaybeRefOrGetter<string | null>,
  names: Names,
  registrations: listen.Registrations<C, More>,
  more?: More,
) {
  const echo = useEchoNow(hook)
  let name: string | null | undefined
  const create = () => {
    // It stays so where the name throws: the next one is another, though it be the same.
    name = undefined
    name = vue.toValue(channel)
    listen.check(hook, visibility, name)
    return listen.createListening(echo.find(), visibility, name, registrations, more)
  }
  let current = create()
  // Before what is shown is followed no more: that it was left is shown.
  vue.onScopeDispose(() => {
    // Whoever asks for the channel later renews nothing.
    channel = name!
    current.stop()
  })
  const rendered = current.shown.get()
  const { shown, follow } = useShown<Record<string, any>>(rendered)
  const renewed = vue.shallowRef({})

  const start = () => {
    current.start()
    follow(current.shown)
  }
  const renew = () => {
    current.stop()
    current = create()
    start()
    renewed.value = {}
  }
  /** The name; where it throws, because what it is made of is gone, another thing: so it is left, and `create` throws. */
  const read = () => {
    try {
      return vue.toValue(channel)
    } catch {
      return {}
    }
  }
  const refresh = () => {
    if (read() !== name) renew()
  }
  if (echo.live) {
    echo.follow(renew)
    // A list is another one each time: what `channel()` renewed for a moment's name is not what the watcher saw last.
    vue.watch(() => [read()], refresh)
    vue.watch(
      () => JSON.stringify(vue.toValue(names)),
      () => current.listen(),
    )
    start()
  }
  const held: Record<string, unknown> = {
    ...listen.verbs(() => current),
    channel() {
      if (echo.live) apart(refresh)
      // On a server it is let go at once: its verbs do nothing.
      else current.start()()
      // Effects that ask for the channel run again when it is another one.
      return renewed.value && current.channel()
    },
  }
  for (const key in rendered) held[key] = vue.computed(() => shown.value[key])
  return held as unknown as ReturnType<typeof listen.verbs> & { channel(): C | null } & Refs<typeof rendered>
}

/** The Echo to work with, as it is now. */
interface EchoNow {
  find(): Echo
  /** In a page; on a server nothing is held or followed. */
  readonly live: boolean
  /** Calls when there is another one, while the effect scope lives. */
  follow(renew: () => void): void
}

export function useEchoNow(hook: string): EchoNow {
  const given = <T>(key: vue.InjectionKey<T>) => vue.hasInjectionContext() && vue.inject(key, undefined)
  const own = given(provided)
  const find = () => own || standard.defaultEcho(hook, 'Call configureEcho() or app.use(echoPlugin, echo).')
  return {
    find,
    // Stores begin outside of components, too.
    live: standard.inPage(find) && !given(vue.ssrContextKey),
    follow(renew) {
      if (!own) vue.onScopeDispose(standard.followDefault(renew))
    },
  }
}

/** Shows what a readable says that is followed. A page that is hydrated shows what the server `rendered` until it is mounted. */
export function useShown<T>(rendered: T): { readonly shown: Shown<T>; follow(readable: Readable<T>): void } {
  const said = vue.shallowRef(rendered)
  const hydrated = useHydrated()
  let undo = () => {}
  vue.onScopeDispose(() => undo())
  return {
    shown: vue.computed(() => (hydrated.value ? said.value : rendered)),
    follow(readable) {
      const show = () => {
        said.value = readable.get()
      }
      undo()
      undo = readable.subscribe(show)
      show()
    },
  }
}

/** Whether the component is past its hydration, or has none. */
function useHydrated(): Shown<boolean> {
  const component = vue.getCurrentInstance()
  const hydrated = vue.shallowRef(!component?.vnode.el || component.isMounted || component.isUnmounted)
  const settle = () => {
    hydrated.value = true
  }
  if (!hydrated.value) {
    vue.onMounted(settle)
    // A store outlives the component that began it, which may go without having been mounted.
    vue.onBeforeUnmount(settle)
  }
  return hydrated
}

/** Runs it so that an effect which does this follows nothing that is read there. */
function apart(run: () => void): void {
  const scope = vue.effectScope(true)
  try {
    scope.run(() => vue.effect(run))
  } finally {
    scope.stop()
  }
}
