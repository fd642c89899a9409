import { getContext, untrack } from 'svelte'
import { run } from 'svelte/legacy'
import { createSubscriber } from 'svelte/reactivity'
import { toStore } from 'svelte/store'
import type { Channel, ChannelKind, ConnectionState, Echo } from '../index'
import { defaultEcho, followDefault } from './default'
import { check, createListening, type Listening, present, type Registrations, type Shown, verbs } from './listen'
import { unconnected } from './registrations'

/** Where components find the Echo of a component above. */
export const context = Symbol('echo')

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
  registrations: Registrations<C, More>,
  more?: More,
): Held<C> & Shown & More {
  const [find, follow, component] = surroundings(hook)
  const create = () => {
    const channel = name()
    check(hook, visibility, channel)
    return createListening(find(), visibility, channel, registrations, more)
  }
  const current = following(create, [name, names], follow)
  keep(current.track, component)

  /** What there is where nobody holds the channel, as on a server: one that was left, whose verbs do nothing. */
  const left = () => {
    const { start, channel } = create()
    start()()
    return channel()
  }
  const held = {
    ...verbs(current.get),
    channel() {
      current.track()
      return present(hook, current.get().channel() ?? untrack(left))
    },
  } as Held<C> & Shown & More
  for (const field of Object.keys(current.get().shown.get()) as (keyof Shown)[])
    Object.defineProperty(held, field, { enumerable: true, get: () => current.shown()[field] })
  return held
}

/** What a hook listens to: from the first who tracks it to the last, and another one when name or Echo are others. */
function following<C extends Channel<any>, More extends object>(
  create: () => Listening<C, More>,
  [name, names]: readonly [name: () => unknown, names: () => unknown],
  followEcho: (call: () => void) => () => void,
) {
  let listening = untrack(create)
  let trackShown = () => {}
  /** Runs an effect again when it is another one: not when what is shown of it changes. */
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
    const undos = [onChange(name, renew), onChange(names, () => listening.listen()), followEcho(renew)]
    return () => {
      for (const undo of undos) undo()
      listening.stop()
    }
  })
  return {
    track,
    get: () => listening,
    shown() {
      track()
      trackShown()
      return listening.shown.get()
    },
  }
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
  let given: Echo | undefined
  let component = true
  try {
    given = getContext(context)
  } catch {
    // Svelte has no other way to ask.
    component = false
  }
  const find = () => given ?? defaultEcho(hook, 'Call configureEcho() or setEcho(echo) first.')
  find()
  const follow: (call: () => void) => () => void = given ? () => () => {} : followDefault
  return [find, follow, component] as const
}

/** Calls when what a function reads has become something else; returns the undo. */
function onChange(input: () => unknown, call: () => void): () => void {
  let ready = false
  // In the place of `$effect.root`: a store that is made of a function follows the same state.
  const undo = toStore(input).subscribe(() => ready && untrack(call))
  ready = true
  return undo
}
