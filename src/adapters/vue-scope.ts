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

/** Holds a channel while the effect scope lives. It begins anew when the channel is another one, or the names are others. */
export function useListening<C extends Channel<any>, More extends object = {}>(
  hook: string,
  visibility: ChannelKind,
  channel: vue.MaybeRefOrGetter<string | null>,
  names: Names,
  make: (names: readonly string[]) => listen.Register<C, More>,
  more?: More,
) {
  const create = () => {
    const name = vue.toValue(channel)
    listen.check(hook, visibility, name)
    return listen.createListening(find(), visibility, name, make(listen.listOf(vue.toValue(names))), more)
  }
  const start = () => {
    current.start()
    follow(current.shown)
  }
  const renew = () => {
    current.stop()
    current = create()
    start()
  }
  const [find, live] = useEchoNow(hook, renew)
  let current = create()
  const rendered = current.shown.get()
  const [shown, follow] = useShown<Record<string, any>>(rendered)
  if (live) {
    vue.onScopeDispose(() => current.stop())
    vue.watch([() => vue.toValue(channel), () => String(vue.toValue(names))], renew)
    start()
  }
  const held: Record<string, unknown> = {
    ...listen.verbs(() => current),
    channel() {
      // On a server it is let go at once: its verbs do nothing.
      if (!live) current.start()()
      return listen.present(hook, current.channel())
    },
  }
  for (const key in rendered) held[key] = vue.computed(() => shown.value[key])
  return held as unknown as ReturnType<typeof listen.verbs> & { channel(): C } & Refs<typeof rendered>
}

/** Finds the Echo to work with; `renew`: there is another one. `live`: in a page; on a server nothing is held or followed. */
export function useEchoNow(hook: string, renew: () => void): [find: () => Echo, live: boolean] {
  const given = <T>(key: vue.InjectionKey<T>) => vue.hasInjectionContext() && vue.inject(key, undefined)
  const own = given(provided)
  const find = () => own || standard.defaultEcho(hook, 'Call configureEcho() or app.use(echoPlugin, echo).')
  // Stores begin outside of components, too.
  const live = standard.inPage(find) && !given(vue.ssrContextKey)
  if (live && !own) vue.onScopeDispose(standard.followDefault(renew))
  return [find, live]
}

/** What a readable says that is followed. A page that is hydrated shows what the server `rendered` until it is mounted. */
export function useShown<T>(rendered: T): [shown: Shown<T>, follow: (readable: Readable<T>) => void] {
  const shown = vue.shallowRef(rendered)
  const component = vue.getCurrentInstance()
  let hydrating = component?.vnode.el && !component.isMounted
  let undo = () => {}
  let show = () => {}
  const follow = (readable: Readable<T>) => {
    undo()
    show = () => {
      if (!hydrating) shown.value = readable.get()
    }
    undo = readable.subscribe(show)
    show()
  }
  if (hydrating)
    vue.onMounted(() => {
      hydrating = null
      show()
    })
  vue.onScopeDispose(() => undo())
  return [shown, follow]
}
