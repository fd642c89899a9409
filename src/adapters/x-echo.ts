import { type ChannelKind, type Echo, EchoError, type ErrorCode, type Lease } from '../index'

type Callback = (...args: any[]) => unknown
type Callbacks = Readonly<Record<string, Callback>>

/** What an `x-echo` says: a channel of one kind (`null`: none for now), and what is to be called for it. */
export interface EchoExpression {
  readonly public?: string | null
  readonly private?: string | null
  readonly encrypted?: string | null
  readonly presence?: string | null
  /** Events by the names that `listen` takes. */
  readonly on?: Callbacks
  readonly whispers?: Callbacks
  // The others by the channel's own verbs; the first three are for presence channels.
  readonly here?: Callback
  readonly joining?: Callback
  readonly leaving?: Callback
  readonly notification?: Callback
  readonly subscribed?: Callback
  readonly error?: Callback
  readonly missed?: Callback
}

const kinds = ['public', 'private', 'encrypted', 'presence'] as const satisfies ChannelKind[]
const verbs = [
  'here',
  'joining',
  'leaving',
  'notification',
  'subscribed',
  'error',
  'missed',
] as const satisfies (keyof EchoExpression)[]

/** An expression that was understood. */
interface Wish {
  readonly kind: ChannelKind
  readonly name: string | null
  /** By the channel's verb and, after a space, the event's name. */
  readonly calls: ReadonlyMap<string, Callback>
  /** The same for expressions that differ in their functions only. */
  readonly key: string
}

/** Listens as an expression says, and says anew whenever its data change; `context`: what `this` is in its methods. */
export function followExpression(echo: () => Echo<any>, context: () => object) {
  let wish: Wish | undefined
  let lease: Lease<any> | undefined
  const stop = () => {
    lease?.release()
    wish = lease = undefined
  }
  const start = ({ kind, name, calls }: Wish) => {
    if (name === null) return
    lease = echo().lease(kind, name) as Lease<any>
    for (const call of calls.keys()) {
      const [verb = '', ...event] = call.split(/ (.*)/, 2)
      // The latest function is called, whichever it is by then.
      lease.channel[verb](...event, (...args: unknown[]) => wish?.calls.get(call)?.apply(context(), args))
    }
  }
  const change = (expression: unknown) => {
    try {
      const next = read(expression)
      if (next.key !== wish?.key) {
        stop()
        start(next)
      }
      wish = next
    } catch (error) {
      stop()
      throw error
    }
  }
  return { change, stop }
}

function read(expression: unknown): Wish {
  const [kind, ...more] = kinds.filter((kind) => kind in Object(expression))
  if (!kind || more.length) throw mistake(`x-echo: say one of ${kinds.join(', ')}: { private: 'a' }`)
  const { [kind]: name, on, whispers, ...others } = expression as EchoExpression
  if (typeof name !== 'string' && name !== null)
    throw mistake(`x-echo: ${kind} needs a name or null`, 'invalid-channel')
  const known: readonly string[] = kind === 'presence' ? verbs : verbs.slice(3)
  const calls = new Map<string, Callback>()
  const add = (callbacks: object | undefined, verb = '') => {
    for (const [key, callback] of Object.entries(callbacks ?? {})) {
      const call = verb + key
      if (!verb && !known.includes(key))
        throw mistake(`x-echo: ${kind} has no ${key}, only on, whispers, ${known.join(', ')}`)
      if (typeof callback !== 'function') throw mistake(`x-echo: ${call} is no function`, 'invalid-listener')
      calls.set(call, callback)
    }
  }
  add(on, 'listen ')
  add(whispers, 'listenForWhisper ')
  add(others)
  return { kind, name, calls, key: JSON.stringify([kind, name, ...calls.keys()]) }
}

/** What is reported, and told apart by its code. */
export function mistake(message: string, code: ErrorCode = 'invalid-option'): EchoError {
  return new EchoError(code, message)
}
