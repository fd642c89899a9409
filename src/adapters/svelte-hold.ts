import { getContext, onDestroy, onMount, untrack } from 'svelte'
import { createSubscriber } from 'svelte/reactivity'
import { toStore } from 'svelte/store'
import type { Channel, ChannelKind, ConnectionState, Echo } from '../index'
import { defaultEcho, followDefault } from './default'
import { check, createListening, type Register, type Shown } from './listen'
import { unconnected } from './registrations'

/** Where components find the Echo of a component above. */
export const context = Symbol('echo')

/** A channel that is held; what is shown is read anew by each getter, and effects that read it run again. */
export interface Held<C> {
  channel(): C | null
  listen(): void
  stopListening(): void
  leaveChannel(leaveAll?: boolean): void
  leave(): void
}

/** The connection's state, in a function that reads it. */
export function connection(hook: string): () => ConnectionState {
  const { find, follow } = surroundings(hook)
  const track = createSubscriber((update) => {
    let undo = find().connection.subscribe(update)
    const unfollow = follow(() => {
      undo()
      undo = find().connection.subscribe(update)
      update()
    })
    return () => {
      unfollow()
      undo()
    }
  })
  return () => {
    track()
    return globalThis.location ? find().connection.get() : unconnected
  }
}

/**
 * Leases a channel and listens while the component lives that calls this; called outside of components, in a module or a
 * class, while an effect reads what is shown. The state that `name` and `names` read is followed.
 */
export function hold<C extends Channel<any>, More extends object = {}>(
  hook: string,
  visibility: ChannelKind,
  name: () => string | null,
  names: () => readonly string[],
  register: Register<C, More>,
  more?: More,
): Held<C> & Shown & More {
  const { find, follow, component } = surroundings(hook)
  const create = () => {
    const channel = name()
    check(hook, visibility, channel)
    return createListening(find(), visibility, channel, register, more)
  }
  let listening = untrack(create)
  let tell = () => {}

  const start = () => {
    listening.stop()
    listening = create()
    listening.start()
    listening.shown.subscribe(() => tell())
  }
  const renew = () => {
    start()
    tell()
  }
  const listenAgain = () => {
    listening.stopListening()
    listening.listen()
  }
  const use = whileUsed(() => {
    start()
    const undos = [onChange(name, renew), onChange(() => String(names()), listenAgain), follow(renew)]
    return () => {
      for (const undo of undos) undo()
      listening.stop()
    }
  })
  const stay = component ? whileMounted(use) : createSubscriber(use)
  // In an effect that belongs to no component, this holds the channel as long as that; elsewhere it does nothing.
  if (!component) stay()

  const track = createSubscriber((update) => {
    tell = update
    return component ? undefined : use()
  })
  const held: Held<C> = {
    channel() {
      stay()
      track()
      return listening.channel()
    },
    listen: () => listening.listen(),
    stopListening: () => listening.stopListening(),
    leaveChannel: (leaveAll) => listening.leaveChannel(leaveAll),
    leave: () => listening.leave(),
  }
  const shown = () => {
    track()
    return listening.shown.get()
  }
  for (const field of Object.keys(listening.shown.get()) as (keyof Shown)[])
    Object.defineProperty(held, field, { enumerable: true, get: () => shown()[field] })
  return held as Held<C> & Shown & More
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
  const find = () => given ?? defaultEcho(hook, 'Call configureEcho() first, or setEcho(echo) in a component above.')
  find()
  return { find, follow: given ? () => () => {} : followDefault, component }
}

/** Begins with the first who uses it, and ends with the last who is done. */
function whileUsed(begin: () => () => void): () => () => void {
  let users = 0
  let end: () => void
  return () => {
    if (!users) end = begin()
    users++
    return () => {
      users--
      if (!users) end()
    }
  }
}

/** Uses it while the component lives: since it was mounted, or since the function that this returns is called. */
function whileMounted(use: () => () => void): () => void {
  let done: (() => void) | undefined
  const stay = () => {
    done ??= untrack(use)
  }
  onMount(stay)
  onDestroy(() => done?.())
  return stay
}

/**
 * Calls when what a function reads has become something else; returns the undo. `$effect` is a word of Svelte's compiler,
 * which packages do not pass; a store that is made of a function follows the same state.
 */
function onChange(input: () => unknown, call: () => void): () => void {
  let known = untrack(input)
  return toStore(input).subscribe((now) => {
    if (now === known) return
    known = now
    untrack(call)
  })
}
