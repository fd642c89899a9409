import { type ChannelKind, type Echo, EchoError, type Lease } from '../index'
import { check } from './listen'

type Callback = (...args: any[]) => unknown

/** What an `x-echo` says: a channel of one kind (`null`: none for now), and what is to be called for it. */
export interface EchoExpression {
  readonly public?: string | null
  readonly private?: string | null
  readonly encrypted?: string | null
  readonly presence?: string | null
  /** Events by the names that `listen` takes. */
  readonly on?: Readonly<Record<string, Callback>>
  readonly whispers?: Readonly<Record<string, Callback>>
  // The others by the channel's own verbs; the first three are for presence channels.
  readonly here?: Callback
  readonly joining?: Callback
  readonly leaving?: Callback
  readonly notification?: Callback
  readonly listenToAll?: Callback
  readonly subscribed?: Callback
  readonly error?: Callback
  readonly missed?: Callback
  readonly cacheMiss?: Callback
}

type Key = keyof EchoExpression

const kinds: readonly Key[] = ['public', 'private', 'encrypted', 'presence'] satisfies ChannelKind[]
const lists: Partial<Record<Key, string>> = { on: 'listen', whispers: 'listenForWhisper' }
const ofRooms: readonly Key[] = ['here', 'joining', 'leaving']
const verbs: readonly Key[] = [...ofRooms, 'notification', 'listenToAll', 'subscribed', 'error', 'missed', 'cacheMiss']

/** One thing that is heard: the channel's verb and, where it takes one, the event's name. */
interface Heard {
  readonly verb: string
  readonly event: readonly string[]
  readonly callback: Callback
}

/** An expression that was understood. */
interface Wish {
  readonly kind: ChannelKind
  readonly name: string | null
  readonly heard: ReadonlyMap<string, Heard>
}

/** Listens as an expression says, and says anew whenever its data change; `context`: what `this` is in its methods. */
export function createListening(echo: () => Echo<any>, context: () => object) {
  let wish: Wish | undefined
  let lease: Lease<any> | undefined
  let listener: AbortController | undefined

  const listen = ({ heard }: Wish) => {
    listener?.abort()
    listener = new AbortController()
    const { signal } = listener
    for (const [key, { verb, event }] of heard) {
      const call = (...args: unknown[]) => wish?.heard.get(key)?.callback.apply(context(), args)
      lease?.channel[verb](...event, call, { signal })
    }
  }
  const stop = () => {
    listener?.abort()
    lease?.release()
    wish = lease = undefined
  }
  const change = (expression: unknown) => {
    const before = wish
    try {
      wish = read(expression)
      const same = before?.kind === wish.kind && before.name === wish.name
      // Only the functions are others: they are called from now on.
      if (same && [...before.heard.keys()].join() === [...wish.heard.keys()].join()) return
      if (!same) {
        lease?.release()
        lease = undefined
        if (wish.name !== null) lease = echo().lease(wish.kind, wish.name)
      }
      listen(wish)
    } catch (error) {
      // What it said before it does not say any more.
      stop()
      throw error
    }
  }
  return { change, stop }
}

function read(expression: unknown): Wish {
  if (typeof expression !== 'object' || !expression)
    throw wrong('x-echo needs an object, like { private: "orders.1", on: { OrderShipped: show } }.')
  const [kind, ...more] = kinds.filter((kind) => kind in expression)
  if (!kind || more.length) throw wrong(`x-echo needs one channel, in one of ${kinds.join(', ')}.`)
  const { [kind]: name, ...rest } = expression as Record<string, any>
  check('x-echo', kind as ChannelKind, name)
  const heard = new Map<string, Heard>()
  for (const [key, value] of Object.entries(rest) as [Key, any][]) {
    const list = lists[key]
    if (!list && !verbs.includes(key))
      throw wrong(`x-echo knows no ${key}, only ${[...kinds, 'on', 'whispers', ...verbs].join(', ')}.`)
    if (ofRooms.includes(key) && kind !== 'presence') throw wrong(`x-echo: only presence channels have ${key}.`)
    const callbacks = list
      ? Object.entries<Callback>(value ?? {}).map(([event, callback]) => [callback, event] as const)
      : [[value] as const]
    for (const [callback, ...event] of callbacks) {
      const what = [key, ...event].join('.')
      if (typeof callback !== 'function')
        throw new EchoError(
          'invalid-listener',
          `x-echo: ${what} is no function. Hand over a method, without calling it.`,
        )
      heard.set(what, { verb: list ?? key, event, callback })
    }
  }
  return { kind: kind as ChannelKind, name, heard }
}

function wrong(message: string): EchoError {
  return new EchoError('invalid-option', message)
}
