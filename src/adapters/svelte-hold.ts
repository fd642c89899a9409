import { getContext, untrack } from 'svelte'
import { run } from 'svelte/legacy'
import { createSubscriber } from 'svelte/reactivity'
import { toStore } from 'svelte/store'
import type { Channel, ChannelKind, ConnectionState, Echo } from '../index'
import * as standard from './default'
import * as listen from './listen'
import { unconnected } from './registrations'

/** Where components find the Echo of a component above. */
export const context = Symbol()

/** A channel that is held; what is shown of it is read anew each time, and effects that read it run again. */
export interface Held<C> {
  /** Throws while there is none, because its name is `null`. An effect that reads it runs again when it is another one. */
  channel(): C
  listen(): void
  stopListening(): void
  leaveChannel(leaveAll?: boolean): void
  leave(): void
}

/** Something of the connection's state, in a function that reads it. */
export function connection<T>(hook: string, select: (state: ConnectionState) => T): () => T {
  const [find, follow] = surroundings(hook)
  const trackEcho = createSubscriber(follow)
  let { connection } = find()
  let track = createSubscriber(connection.subscribe)
  return () => {
    trackEcho()
    const now = find().connection
    if (now !== connection) track = createSubscriber(now.subscribe)
    connection = now
    track()
    return select(globalThis.location ? connection.get() : unconnected)
  }
}

/**
 * Leases a channel and listens while the component lives that calls this, and while an effect reads what is shown: so it
 * works in modules and classes, too. The state that `name` and `names` read is followed.
 */
export function hold<C extends Channel<any>, More extends object = {}>(
  hook: string,
  visibility: ChannelKind,
  name: () => string | null,
  names: () => string,
  registrations: listen.Registrations<C, More>,
  more?: More,
): Held<C> & listen.Shown & More {
  const [find, follow, component] = surroundings(hook)
  const create = () => listen.createListening(find(), visibility, name(), registrations, more)
  let listening = untrack(create)
  let trackShown = () => {}
  /** The name; where it cannot be read, because what it is made of is gone, the channel is left. */
  const read = () => {
    try {
      return name()
    } catch (error) {
      // After Svelte's flush, which this error ends: what is shown would be lost with it.
      queueMicrotask(listening.stop)
      throw error
    }
  }
  /** Holds it from the first who tracks to the last. Effects run again when it is another one, not when what is shown changes. */
  const track = createSubscriber((update) => {
    const start = () => {
      listening.stop()
      listening = create()
      listening.start()
      trackShown = createSubscriber(listening.shown.subscribe)
    }
    const renew = () => {
      start()
      update()
    }
    start()
    const undos = [onChange(read, renew), onChange(names, () => listening.listen()), follow(renew)]
    return () => {
      for (const undo of undos) undo()
      listening.stop()
    }
  })
  keep(track, component)

  /** What there is where nobody holds the channel, as on a server: one that was left, whose verbs do nothing. */
  const left = () => {
    const { start, channel } = create()
    start()()
    return channel()
  }
  const held = {
    ...listen.verbs(() => listening),
    channel() {
      track()
      return listen.present(hook, listening.channel() ?? untrack(left))
    },
  } as Held<C> & listen.Shown & More
  for (const field in listening.shown.get())
    Object.defineProperty(held, field, {
      enumerable: true,
      get() {
        track()
        trackShown()
        return listening.shown.get()[field as keyof listen.Shown]
      },
    })
  return held
}

/** Tracks for the component that calls this, or for the effect. Elsewhere, as in a module, those do who read. */
function keep(track: () => void, component: boolean): void {
  // `$effect.pre` is a word of Svelte's compiler, which packages do not pass; `run` is the same as a function.
  // Unlike `onMount` it begins at once, and ends with a component that is never mounted: one that throws, or waits in vain.
  if (component) run(track)
  else createSubscriber(() => onChange(track, () => {}))()
}

/** The Echo of a hook, how to hear of another one, and whether it is a component that calls the hook. */
function surroundings(hook: string) {
  let given: Echo | undefined | false = false
  try {
    given = getContext(context)
  } catch {
    // Outside of a component: Svelte has no other way to ask.
  }
  const find = () => given || standard.defaultEcho(hook, 'Call configureEcho() or setEcho(echo) first.')
  const follow: (call: () => void) => () => void = given ? () => () => {} : standard.followDefault
  return [find, follow, given !== false] as const
}

/** Calls when what a function reads has become something else; returns the undo. */
function onChange(input: () => unknown, call: () => void): () => void {
  let known = input()
  // In the place of `$effect.root`: a store that is made of a function follows the same state.
  return toStore(() => {
    const before = known
    // It stays so where reading throws: what is read next is another one, though it be the same.
    known = {}
    known = input()
    if (known !== before) untrack(call)
  }).subscribe(() => {})
}
