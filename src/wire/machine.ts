import { backoff, type Spread } from '../base/backoff'
import { ConnectionError } from '../errors'
import { closeAction } from './close'
import { type Frame, payload, text } from './frame'
import type { NetworkChange } from './network'

/** The connection, whole. Times are Unix milliseconds. */
export type SocketState = Memory & { readonly name: 'idle' | 'opening' | 'open' | 'waiting' | 'failed' | 'closed' }

interface Memory {
  readonly since: number
  /** The next deadline; `Infinity`: none. */
  readonly until: number
  /** When the connection was lost, until it has been up for long enough to forget it. */
  readonly lostAt?: number | undefined
  /** When the last attempt began. */
  readonly startedAt: number
  readonly attempt: number
  readonly everOpen: boolean
  readonly offline: boolean
  readonly tls: boolean
  readonly error?: ConnectionError | undefined
  /** While open: its id, the silence after which we ping, and since when we wait for an answer. */
  readonly socketId?: string | undefined
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
export interface Limits extends Spread {
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
  return { name: 'idle', since: 0, until: Infinity, startedAt: 0, attempt: 0, everOpen: false, offline: false, tls }
}

/** Where a connection goes from here, and what has to be done for it. Pure. */
export function next(state: SocketState, input: Input, moment: Moment, limits: Limits): Step {
  const { name, tls, offline, startedAt } = state
  const { now } = moment
  const live = name === 'opening' || name === 'open'
  if (typeof input === 'object') {
    if (!live) return [state]
    return 'frame' in input
      ? hear(state, input.frame, moment, limits)
      : lose(state, input.code, input.reason, moment, limits)
  }
  switch (input) {
    case 'connect':
      if (live) return [state]
      if (name === 'waiting') return [retryAt(state, now)]
      return open({ ...initialState(tls), startedAt, offline }, now)
    case 'disconnect':
      if (name === 'idle' || name === 'closed') return [state]
      return [{ ...initialState(tls), name: 'closed', since: now, startedAt, offline }, 'close']
    case 'timeout':
      return now < state.until ? [state] : due(state, moment, limits)
    case 'hidden':
      return [state]
    case 'frozen':
      // A page in the back/forward cache must hold no socket; it wakes with `resumed`.
      if (!live && name !== 'waiting') return [state]
      return [{ ...state, name: 'waiting', since: now, until: Infinity, lostAt: now }, 'close']
    case 'online':
    case 'offline':
    case 'visible':
    case 'resumed':
      return notice(state, input, moment, limits)
  }
}

function open(state: SocketState, now: number): Step {
  return [
    { ...state, name: 'opening', since: now, until: now + HANDSHAKE, startedAt: now, attempt: state.attempt + 1 },
    'open',
  ]
}

function retryAt(state: SocketState, at: number): SocketState {
  return { ...state, name: 'waiting', until: Math.max(at, state.startedAt + APART) }
}

function due(state: SocketState, moment: Moment, limits: Limits): Step {
  const { name, asked, activity = 0 } = state
  const { now, heard } = moment
  if (name === 'waiting') return open(state, now)
  if (name === 'opening') return lose(state, 0, 'no greeting', moment, limits)
  const quiet = heard + activity
  if (asked !== undefined && heard < asked) return lose(state, 0, 'no answer to a ping', moment, limits)
  if (asked !== undefined || now < quiet) return [{ ...state, asked: undefined, until: quiet }]
  // A timer that is this late has slept with the machine: the answer is wanted sooner.
  return ping(state, now, now - quiet > PONG ? PROBE : PONG)
}

function ping(state: SocketState, now: number, patience: number): Step {
  const until = now + patience
  // A ping is under way already: it only has less time.
  if (state.asked !== undefined) return [{ ...state, until: Math.min(state.until, until) }]
  return [{ ...state, asked: now, until }, 'ping']
}

function hear(state: SocketState, { event, data }: Frame, moment: Moment, limits: Limits): Step {
  if (event === 'pusher:ping') return [state, 'pong']
  if (state.name === 'open') return [state]
  const body = payload(data) as Record<string, unknown> | null | undefined
  if (event === 'pusher:error')
    return lose(state, Number(text(body?.code)) || 1006, text(body?.message), moment, limits)
  if (event !== 'pusher:connection_established') return [state]
  const socketId = body?.socket_id
  if (typeof socketId !== 'string' || !socketId) return lose(state, 1006, 'a greeting without id', moment, limits)
  const { now } = moment
  // `activity_timeout` is in seconds (protocol 7, "connection_established").
  const activity = Math.min((Number(text(body?.activity_timeout)) || Infinity) * 1000, LONGEST_SILENCE)
  const opened = {
    name: 'open',
    since: now,
    until: now + activity,
    attempt: 0,
    everOpen: true,
    offline: false,
  } as const
  return [{ ...state, ...opened, socketId, activity, asked: undefined, error: undefined }]
}

// Code 0: nobody closed it, but a deadline of ours has passed.
function lose(state: SocketState, code: number, reason: string, { now, chance }: Moment, limits: Limits): Step {
  const stable = state.name === 'open' && now - state.since >= STABLE
  const lostAt = stable ? now : (state.lostAt ?? now)
  const action = closeAction(code)
  const terminal = action === 'terminal' || (action === 'tls' && state.tls)
  const why = [code, reason.slice(0, 200)].filter(Boolean).join(': ')
  const error = new ConnectionError(
    terminal ? 'connection-refused' : code ? 'connection-lost' : 'connection-timeout',
    `The connection was ${terminal ? 'refused' : 'lost'} (${why}).`,
    code || undefined,
  )
  const lost = { ...state, since: now, lostAt, error, tls: state.tls || action === 'tls' }
  if (terminal) return [{ ...lost, name: 'failed', until: Infinity }, 'close']
  const age = now - lostAt
  let delay = backoff(age, limits, chance)
  if (action === 'tls') delay = 0
  if (action === 'slow') delay = 10_000 + chance * (age < 30_000 ? 20_000 : 50_000)
  if (action === 'soon' && age < STABLE) delay = chance * 1000
  if (action === 'busy') delay = Math.max(1000, delay)
  return [retryAt(lost, now + (state.offline ? Math.max(delay, limits.max) : delay)), 'close']
}

function notice(state: SocketState, change: NetworkChange, { now, chance }: Moment, limits: Limits): Step {
  const { name, until } = state
  const went = change === 'offline'
  const offline = went ? !limits.loopback : state.offline && change !== 'online'
  const known = offline === state.offline ? state : { ...state, offline }
  if (name === 'open') return ping(known, now, PROBE)
  if (name === 'waiting' && offline) return [went ? { ...known, until: Math.max(until, now + limits.max) } : known]
  const soon = now + chance * 500
  if (name === 'waiting') return [retryAt(known, Math.min(until, soon))]
  // An attempt begun on a network that is gone would hang until its deadline.
  if (name === 'opening' && (change === 'online' || change === 'resumed')) return [retryAt(known, soon), 'close']
  return [known]
}
