import { backoff, type Spread } from '../base/backoff'
import { ConnectionError } from '../errors'
import { closeDelay } from './close'
import { type Frame, fields, text, words } from './frame'
import type { NetworkChange } from './network'

/** The connection, whole. Times are Unix milliseconds. */
export interface SocketState {
  readonly name: 'idle' | 'opening' | 'open' | 'waiting' | 'failed' | 'closed'
  /** The next deadline; `Infinity`: none. */
  readonly until: number
  /** When it was open last, since it was asked for. */
  readonly openedAt?: number
  /** When the connection was lost, until it has been up for long enough to forget it. */
  readonly lostAt?: number
  /** When the last attempt began. */
  readonly startedAt: number
  readonly attempt: number
  readonly offline: boolean
  readonly tls: boolean
  readonly error?: ConnectionError | undefined
  /** While open: its id, the silence after which we ping, and since when we wait for an answer. */
  readonly socketId?: string
  readonly activity?: number
  readonly asked?: number | undefined
}

/** What happens to a connection: a command, a deadline, news of the network, a frame of the protocol, or its end. */
export type Input =
  | 'connect'
  | 'disconnect'
  | 'timeout'
  | NetworkChange
  | { readonly frame: Frame }
  | { readonly code: number; readonly reason: string }

/** What has to be done. The reason of a `close` is the state's `error`. */
export type Effect = 'open' | 'close' | 'ping' | 'pong'

/** Time and chance, which come in: `heard` is when the last frame came, `chance` is in [0, 1). */
export interface Moment {
  readonly now: number
  readonly heard: number
  readonly chance: number
}

/** How retries spread, and whether the host is on this machine and needs no network. */
export interface Limits {
  readonly reconnect: Spread
  readonly loopback: boolean
}

type Step = [state: SocketState, ...effects: Effect[]]

const HANDSHAKE = 8000
const LONGEST_SILENCE = 120_000
const PONG = 10_000
const PROBE = 5000
/** Two attempts never start closer together, whatever the reason. */
const APART = 600
/** After so much uptime a loss is forgotten. */
const STABLE = 5000

/** The state of a connection that was never asked for. */
export function initialState(tls: boolean): SocketState {
  return { name: 'idle', until: Infinity, startedAt: 0, attempt: 0, offline: false, tls }
}

/** Where a connection goes from here, and what has to be done for it. Pure. */
export function next(state: SocketState, input: Input, moment: Moment, limits: Limits): Step {
  const { name, tls, startedAt, until } = state
  const { now } = moment
  const opening = name === 'opening'
  const waiting = name === 'waiting'
  const live = opening || name === 'open'
  const stay: Step = [state]
  if (typeof input === 'object') {
    if (!live) return stay
    return 'frame' in input
      ? hear(state, input.frame, moment, limits)
      : lose(state, input.code, input.reason, moment, limits)
  }
  // Nobody watched the network meanwhile: what was known of it is forgotten.
  const fresh = { ...initialState(tls), startedAt }
  switch (input) {
    case 'connect':
      if (live) return stay
      return waiting ? [retryAt(state, now)] : open(fresh, now)
    case 'disconnect':
      return name === 'idle' || name === 'closed' ? stay : [{ ...fresh, name: 'closed' }, 'close']
    case 'timeout':
      if (now < until) return stay
      if (waiting) return open(state, now)
      return opening ? lose(state, 0, 'no greeting', moment, limits) : check(state, moment, limits)
    case 'frozen':
      // A page in the back/forward cache must hold no socket, and Chromium cuts that of a frozen one.
      return live || waiting ? [{ ...state, name: 'waiting', until: Infinity, lostAt: now }, 'close'] : stay
    case 'online':
    case 'offline':
    case 'visible':
    case 'resumed':
      return notice(state, input, moment, limits)
  }
}

function open(state: SocketState, now: number): Step {
  return [{ ...state, name: 'opening', until: now + HANDSHAKE, startedAt: now, attempt: state.attempt + 1 }, 'open']
}

function retryAt(state: SocketState, at: number): SocketState {
  return { ...state, name: 'waiting', until: Math.max(at, state.startedAt + APART) }
}

// The silence may have lasted too long.
function check(state: SocketState, moment: Moment, limits: Limits): Step {
  const { asked = 0, activity = 0 } = state
  const { now, heard } = moment
  const quiet = heard + activity
  if (heard < asked) return lose(state, 0, 'no answer to a ping', moment, limits)
  if (asked || now < quiet) return [{ ...state, asked: undefined, until: quiet }]
  // A timer that is this late has slept with the machine: the answer is wanted sooner.
  return ping(state, now, now - quiet > PONG ? PROBE : PONG)
}

function ping(state: SocketState, now: number, patience: number): Step {
  const until = now + patience
  // A ping is under way already: it only has less time.
  if (state.asked) return [{ ...state, until: Math.min(state.until, until) }]
  return [{ ...state, asked: now, until }, 'ping']
}

function hear(state: SocketState, { event, data }: Frame, moment: Moment, limits: Limits): Step {
  if (event === 'pusher:ping') return [state, 'pong']
  if (state.name === 'open') return [state]
  const { code, message, socket_id: socketId, activity_timeout } = fields(data)
  if (event === 'pusher:error') return lose(state, Number(text(code)) || 1006, text(message), moment, limits)
  if (event !== 'pusher:connection_established') return [state]
  // Requests carry it as a header.
  if (typeof socketId !== 'string' || !/^[!-~]+$/.test(socketId))
    return lose(state, 1006, 'a greeting without id', moment, limits)
  const { now: openedAt } = moment
  // `activity_timeout` is in seconds (protocol 7, "connection_established").
  const activity = Math.min((Number(text(activity_timeout)) || Infinity) * 1000, LONGEST_SILENCE)
  const until = openedAt + activity
  const forgotten = { attempt: 0, offline: false, asked: undefined, error: undefined }
  return [{ ...state, ...forgotten, name: 'open', openedAt, until, activity, socketId }]
}

// Code 0: nobody closed it, but a deadline of ours has passed.
function lose(state: SocketState, code: number, reason: string, { now, chance }: Moment, { reconnect }: Limits): Step {
  const { name, openedAt = now, offline, tls } = state
  const stable = name === 'open' && now - openedAt >= STABLE
  const lostAt = stable ? now : (state.lostAt ?? now)
  const age = now - lostAt
  // 4000 asks for TLS: once more with it, at once.
  const upgrade = code === 4000 && !tls
  let delay = upgrade ? 0 : closeDelay(code, age, chance, backoff(age, reconnect, chance))
  if (offline) delay = Math.max(reconnect.max, delay)
  const final = delay === Infinity
  const why = [code, words(reason)].filter(Boolean).join(': ')
  const error = new ConnectionError(
    final ? 'connection-refused' : code ? 'connection-lost' : 'connection-timeout',
    `The connection was ${final ? 'refused' : 'lost'} (${why}).`,
    code || undefined,
  )
  const lost = { ...retryAt(state, now + delay), lostAt, error, tls: tls || upgrade }
  return [final ? { ...lost, name: 'failed' } : lost, 'close']
}

function notice(state: SocketState, change: NetworkChange, { now, chance }: Moment, limits: Limits): Step {
  const { name, until } = state
  const went = change === 'offline'
  const offline = went ? !limits.loopback : state.offline && change !== 'online'
  const known = offline === state.offline ? state : { ...state, offline }
  const soon = now + chance * 500
  if (name === 'open') return ping(known, now, PROBE)
  if (name === 'waiting') {
    // A page that was put away heard no news meanwhile.
    if (!offline || (!went && until === Infinity)) return [retryAt(known, Math.min(until, soon))]
    return [went ? { ...known, until: Math.max(until, now + limits.reconnect.max) } : known]
  }
  // An attempt begun on a network that is gone would hang until its deadline.
  if (name === 'opening' && (change === 'online' || change === 'resumed')) return [retryAt(known, soon), 'close']
  return [known]
}
