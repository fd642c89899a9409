import { getContext, onDestroy, onMount, setContext, untrack } from 'svelte'
import { createSubscriber } from 'svelte/reactivity'
import { toStore } from 'svelte/store'
import type { Channel, ChannelKind, ConnectionState, ConnectionStatus, Echo, WhisperOptions } from '../index'
import { defaultEcho, followDefault } from './default'
import { check, createListening, listOf, type Register } from './listen'
import { events, nobody, notifications, presence, silence, whispers } from './registrations'

export { configureEcho, echo, echoIsConfigured } from './default'

/** A value, or a function that reads it: the state that it reads is followed. */
export type Input<T> = T | (() => T)

/** A function, or an object that holds the one of now. */
export type Callback<Payload> = ((payload: Payload) => unknown) | { current: (payload: Payload) => unknown }

const context = Symbol('echo')

/** Gives this component and those inside it an Echo of their own; the others have that of `configureEcho`. */
export function setEcho(echo: Echo<any>): void {
  setContext(context, echo)
}

export function useEcho(
  channel: Input<string | null>,
  event?: Input<string | string[]>,
  callback?: Callback<any>,
  _dependencies?: unknown,
  visibility: ChannelKind = 'private',
) {
  return listener('useEcho', visibility, channel, event, callback)
}

export function useEchoPublic(
  channel: Input<string | null>,
  event?: Input<string | string[]>,
  callback?: Callback<any>,
) {
  return listener('useEchoPublic', 'public', channel, event, callback)
}

export function useEchoPresence(
  channel: Input<string | null>,
  event?: Input<string | string[]>,
  callback?: Callback<any>,
) {
  return listener('useEchoPresence', 'presence', channel, event, callback)
}

export function useEchoEncrypted(
  channel: Input<string | null>,
  event?: Input<string | string[]>,
  callback?: Callback<any>,
) {
  return listener('useEchoEncrypted', 'encrypted', channel, event, callback)
}

export function useEchoNotification(
  channel: Input<string | null>,
  callback?: Callback<any>,
  types?: Input<string | string[]>,
) {
  const names = () => listOf(read(types))
  const register = notifications(() => ({ names: names(), callback: current(callback) }))
  return hold('useEchoNotification', 'private', () => read(channel), names, register)
}

export function useEchoModel(
  model: Input<string | null>,
  id: Input<string | number | null>,
  event?: Input<string | string[]>,
  callback?: Callback<any>,
) {
  const channel = () => {
    const parts = [read(model), read(id)]
    return parts.includes(null) ? null : parts.join('.')
  }
  const dotted = () => listOf(read(event)).map((name) => name.replace(/^\.?/, '.'))
  return listener('useEchoModel', 'private', channel, dotted, callback)
}

export function useChannel(channel: Input<string | null>, visibility: ChannelKind = 'private') {
  return listener('useChannel', visibility, channel)
}

export function usePublicChannel(channel: Input<string | null>) {
  return listener('usePublicChannel', 'public', channel)
}

export function usePresenceChannel(channel: Input<string | null>) {
  return listener('usePresenceChannel', 'presence', channel)
}

export function usePresence(room: Input<string | null>) {
  return hold('usePresence', 'presence', () => read(room), none, presence, nobody)
}

export function useWhisper(room: Input<string | null>, event: Input<string>, visibility: ChannelKind = 'presence') {
  const name = () => read(event)
  const held = hold(
    'useWhisper',
    visibility,
    () => read(room),
    () => [name()],
    (channel: Channel<any>, ...rest) => whispers(name())(channel, ...rest),
    silence,
  )
  const send = (data: object, options?: WhisperOptions) => void held.channel()?.whisper(name(), data, options)
  return Object.assign(held, { send })
}

/** The connection's state, in a function that reads it. */
export function useConnection(): () => ConnectionState {
  return connection('useConnection')
}

/** The connection's status, in a function that reads it. */
export function useConnectionStatus(): () => ConnectionStatus {
  const state = connection('useConnectionStatus')
  return () => state().status
}

/** The socket's id while there is a connection, in a function that reads it. */
export function useSocketId(): () => string | undefined {
  const state = connection('useSocketId')
  return () => state().socketId
}

const none = () => []
const read = <T>(input: Input<T>): T => (typeof input === 'function' ? (input as () => T)() : input)
const current = (callback: Callback<any> | undefined) =>
  callback && 'current' in callback ? callback.current : callback

/** The Echo of a hook, how to hear of another one, and whether it is a component that calls the hook. */
function surroundings(hook: string) {
  let given: Echo | undefined
  let component = true
  try {
    given = getContext(context)
  } catch {
    // Only a component has a context; there is no other way to ask.
    component = false
  }
  const find = () => given ?? defaultEcho(hook, 'Call configureEcho() first, or setEcho(echo) in a component above.')
  find()
  return { find, follow: given ? () => () => {} : followDefault, component }
}

function connection(hook: string): () => ConnectionState {
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
    return find().connection.get()
  }
}

function listener(
  hook: string,
  visibility: ChannelKind,
  channel: Input<string | null>,
  event?: Input<string | readonly string[] | undefined>,
  callback?: Callback<any>,
) {
  const names = () => listOf(read(event))
  const register = events(() => ({ names: names(), callback: current(callback) }))
  return hold(hook, visibility, () => read(channel), names, register)
}

/**
 * Leases a channel and listens, as long as the component lives that calls it, and as long as an effect reads what it
 * shows: so it works in modules and classes too. What `name` and `names` read is followed.
 */
function hold<C extends Channel<any>, More extends object = {}>(
  hook: string,
  visibility: ChannelKind,
  name: () => string | null,
  names: () => readonly string[],
  register: Register<C, More>,
  more?: More,
) {
  const { find, follow, component } = surroundings(hook)
  const wish = () => [name(), ...names()].join()
  const create = () => {
    const channel = name()
    check(hook, visibility, channel)
    return createListening(find(), visibility, channel, register, more)
  }
  let tell = () => {}
  let known = ''
  let held: string | null
  let listening = untrack(create)
  let channel: C | null = null

  const begin = () => {
    listening.stop()
    known = wish()
    held = name()
    listening = create()
    listening.start()
    listening.shown.subscribe(() => tell())
  }
  const heed = (now: string) => {
    if (now === known) return
    if (name() === held) {
      known = now
      listening.stopListening()
      listening.listen()
    } else renew()
  }
  const renew = () => {
    begin()
    tell()
  }

  let users = 0
  let undos: (() => void)[] = []
  const use = () => {
    if (!users) {
      begin()
      // `$effect` is a word of Svelte's compiler. The store of what a function reads follows the same state.
      undos = [toStore(wish).subscribe((now) => untrack(() => heed(now))), follow(renew)]
    }
    users++
    return () => {
      users--
      if (users) return
      for (const undo of undos) undo()
      listening.stop()
    }
  }

  let leave: (() => void) | undefined
  const stay = () => {
    leave ??= use()
  }
  if (component) {
    onMount(stay)
    onDestroy(() => leave?.())
  } else {
    // For an effect that belongs to no component; elsewhere it does nothing.
    createSubscriber(use)()
  }

  const track = createSubscriber((update) => {
    tell = update
    return use()
  })
  const shown = {
    listen: () => listening.listen(),
    stopListening: () => listening.stopListening(),
    leaveChannel: (leaveAll?: boolean) => listening.leaveChannel(leaveAll),
    leave: () => listening.leave(),
    channel() {
      if (component) stay()
      track()
      channel = listening.channel() ?? channel
      return channel
    },
  }
  for (const field of Object.keys(listening.shown.get()))
    Object.defineProperty(shown, field, {
      enumerable: true,
      get() {
        track()
        return listening.shown.get()[field as never]
      },
    })
  return shown
}
