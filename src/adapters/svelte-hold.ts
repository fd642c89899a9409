import { getContext, onMount, untrack } from 'svelte'
import { createSubscriber } from 'svelte/reactivity'
import { toStore } from 'svelte/store'
import type { Channel, ChannelKind, ConnectionState, Echo } from '../index'
import { defaultEcho, followDefault } from './default'
import { check, createListening, type Register, type Shown } from './listen'
import { unconnected } from './registrations'

/** Where components find the Echo of a component above. */
export const context = Symbol('echo')

/** A channel that is held; what is shown of it is read anew each time, and effects that read it run again. */
export interface Held<C> {
  channel(): C | null
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
  register: Register<C, More>,
  more?: More,
): Held<C> & Shown & More {
  const [find, follow, component] = surroundings(hook)
  const create = () => {
    const channel = name()
    check(hook, visibility, channel)
    return createListening(find(), visibility, channel, register, more)
  }
  let listening = untrack(create)
  /** What there is where nobody holds the channel, as on a server: one that was left, whose verbs do nothing. */
  const left = () => {
    const { start, channel } = create()
    start()()
    return channel()
  }

  const track = createSubscriber((update) => {
    const start = () => {
      listening.stop()
      listening = create()
      listening.start()
      listening.shown.subscribe(update)
      update()
    }
    const listenAgain = () => {
      listening.stopListening()
      listening.listen()
    }
    start()
    const undos = [onChange(name, start), onChange(names, listenAgain), follow(start)]
    return () => {
      for (const undo of undos) undo()
      listening.stop()
    }
  })

  // A reader who reads until it is told to stop.
  const stay = () => toStore(track).subscribe(() => {})
  let leave: (() => void) | undefined
  const stayMounted = () => (leave ??= stay())
  if (component) onMount(stayMounted)
  // As long as the effect, if it is one that calls this.
  else createSubscriber(stay)()

  const held = {
    channel() {
      if (component) stayMounted()
      track()
      return listening.channel() ?? left()
    },
  } as Held<C> & Shown & More
  for (const verb of ['listen', 'stopListening', 'leaveChannel', 'leave'] as const)
    held[verb] = (leaveAll?: boolean) => listening[verb](leaveAll)
  const shown = () => {
    track()
    return listening.shown.get()
  }
  for (const field of Object.keys(listening.shown.get()) as (keyof Shown)[])
    Object.defineProperty(held, field, { enumerable: true, get: () => shown()[field] })
  return held
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

/**
 * Calls when what a function reads has become something else; returns the undo. `$effect` is a word of Svelte's compiler,
 * which packages do not pass; a store that is made of a function follows the same state.
 */
function onChange(input: () => unknown, call: () => void): () => void {
  let ready = false
  const undo = toStore(input).subscribe(() => ready && untrack(call))
  ready = true
  return undo
}
