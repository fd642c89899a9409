import {
  type Channel,
  type ChannelKind,
  type ChannelStatus,
  createStore,
  type Echo,
  EchoError,
  type Lease,
  type Readable,
} from '../index'

/** What a component shows of its channel. `status` is `undefined` while it has none. `error`: the last one since it was joined. */
export interface Shown {
  readonly status: ChannelStatus | undefined
  readonly error: EchoError | undefined
}

/** What a component listens to on its channel. */
export interface Registrations<C, More> {
  /** What it wants to hear by now; what is the same has the same name. */
  names(channel: C): readonly string[]
  /** Listens to one of them until the signal aborts; `show` changes what the component shows. */
  register(channel: C, name: string, signal: AbortSignal, show: (change: Partial<More>) => void): void
}

/** A component's hold on one channel, or on none. Its functions work detached, and calling one twice is calling it once. */
export interface Listening<C, More> {
  readonly shown: Readable<Shown & More>
  /** Leases the channel and listens; returns `stop`. */
  start(): () => void
  /** Releases it: the channel lives on while somebody else holds it. It may start again. */
  stop(): void
  /** The one it holds, or held last; `null` before. */
  channel(): C | null
  /** Listens to what is wanted by now, and to nothing else; what is heard already is heard on. */
  listen(): void
  stopListening(): void
  /** Leaves this channel, as far as this component holds it. */
  leaveChannel(leaveAll?: boolean): void
  /** Leaves the channels of this name of every visibility; what other components hold stays theirs. */
  leave(): void
}

/** `name` `null`: no channel. Nothing happens before `start`. */
export function createListening<C extends Channel<any>, More extends object = {}>(
  echo: Echo,
  visibility: ChannelKind,
  name: string | null,
  { names, register }: Registrations<C, More>,
  more = {} as More,
): Listening<C, More> {
  const status: ChannelStatus | undefined = name === null ? undefined : 'joining'
  const shown = createStore<Shown & More>({ ...more, status, error: undefined })
  const show = (change: Partial<Shown & More>) => {
    const now = shown.get()
    const changed = (Object.keys(change) as (keyof typeof change)[]).some((key) => !Object.is(change[key], now[key]))
    if (changed) shown.set(Object.freeze({ ...now, ...change }))
  }
  const follow = (status: ChannelStatus) =>
    show((status === 'joined' ? { status, error: undefined } : { status }) as never)
  let lease: Lease<C> | undefined
  let held: C | null = null
  /** By the name that each is for. */
  const listeners = new Map<string, AbortController>()

  const end = (listener: AbortController, name: string) => {
    listeners.delete(name)
    listener.abort()
  }
  const listen = () => {
    if (!lease) return
    const { channel } = lease
    const wanted = new Set(names(channel))
    for (const [name, listener] of listeners) if (!wanted.has(name)) end(listener, name)
    for (const name of wanted) {
      if (listeners.has(name)) continue
      const listener = new AbortController()
      listeners.set(name, listener)
      register(channel, name, listener.signal, show as never)
    }
  }
  const stopListening = () => listeners.forEach(end)
  const stop = () => {
    stopListening()
    // Whoever is told that it was left finds it so.
    const last = lease
    lease = undefined
    last?.release()
  }
  const start = () => {
    if (lease || name === null) return stop
    lease = echo.lease(visibility, name) as unknown as Lease<C>
    held = lease.channel
    held.status.subscribe(follow)
    held.error((error: EchoError) => show({ error } as never))
    follow(held.status.get())
    listen()
    return stop
  }
  const leave = () => {
    stop()
    if (name !== null) echo.leave(name)
  }
  return {
    shown,
    start,
    stop,
    listen,
    stopListening,
    leave,
    channel: () => held,
    leaveChannel: (leaveAll = false) => (leaveAll ? leave() : stop()),
  }
}

const visibilities: readonly unknown[] = ['public', 'private', 'presence', 'encrypted'] satisfies ChannelKind[]

/** Throws an `EchoError` that names the hook, for what the compiler did not see. */
export function check(hook: string, visibility: ChannelKind, name: unknown): asserts name is string | null {
  if (!visibilities.includes(visibility))
    throw new EchoError(
      'invalid-channel',
      `${hook}: no visibility is called ${String(visibility)}, only ${visibilities.join(', ')}.`,
    )
  if (name !== null && (typeof name !== 'string' || !name))
    throw new EchoError(
      'invalid-channel',
      `${hook}: a channel is a string, or null for none, not ${name === '' ? 'empty' : typeof name}.`,
    )
}

/** The functions of a hold that may become another one. */
export function verbs(current: () => Listening<any, {}>) {
  return {
    listen: () => current().listen(),
    stopListening: () => current().stopListening(),
    leaveChannel: (leaveAll?: boolean) => current().leaveChannel(leaveAll),
    leave: () => current().leave(),
  }
}

/** `call` as a function that may be called too early: until `begin`, what it is called with waits. */
export function postponed<Args extends readonly unknown[]>(call: (...args: Args) => void) {
  let waiting: Args[] | undefined = []
  return {
    call(...args: Args) {
      if (waiting) waiting.push(args)
      else call(...args)
    },
    begin() {
      const calls = waiting ?? []
      waiting = undefined
      for (const args of calls) call(...args)
    },
  }
}

/** The channel; throws an `EchoError` that names the hook where there is none. */
export function present<C>(hook: string, channel: C | null): C {
  if (channel) return channel
  throw new EchoError('invalid-channel', `${hook}: there is no channel while its name is null. Ask status first.`)
}

/** One or many, as a list. */
export function listOf<T extends string>(names: T | readonly T[] | undefined): readonly T[] {
  return names === undefined ? [] : typeof names === 'string' ? [names] : names
}
