import type { Gap, Grant, Signal } from '../../contract'
import { EchoError } from '../../errors'

type Loss = Pick<Gap, 'from' | 'reason'>

/**
 * One channel's way in. The request and the deadline of a state end with it, so no answer comes to an attempt that is over.
 * `paused`: a server that limits our rate is asked again at `until`. `failed` carries why.
 */
export interface JoinState {
  readonly name: 'idle' | 'authorizing' | 'asked' | 'paused' | 'joined' | 'failed'
  /** When a silent server, or one that limits our rate, is asked again; Unix milliseconds. */
  readonly until?: number
  /** A second signature was asked for: there will be no third. */
  readonly renewed?: boolean
  readonly grant?: Grant
  /** Since when a channel that was joined has been without its connection, and why. */
  readonly loss?: Loss | undefined
  readonly error?: EchoError
}

/**
 * What happens to a join. `down`: the connection is gone; `refused`: for good, by the application's server or with the
 * connection; `rejected`: by the socket's server; `limited`: until then.
 */
export type JoinInput =
  | readonly ['open' | 'timeout']
  | readonly ['down', Loss]
  | readonly ['granted', Grant]
  | readonly ['accepted', Pick<Signal & { type: 'subscribed' }, 'members' | 'me'>]
  | readonly ['refused' | 'rejected', EchoError]
  | readonly ['limited', number]

/** What has to be done: a request, a frame out, or what the channel is told. */
export type JoinEffect = 'authorize' | 'ask' | 'withdraw' | Signal

type Step = [state: JoinState, ...effects: JoinEffect[]]

/** How long a server that acknowledges may be silent, in milliseconds. */
export const PATIENCE = 10_000

export const notJoined: JoinState = { name: 'idle' }
const joined: JoinState = { name: 'joined' }

/** Where a channel goes from here. Pure. `open`: it needs no authorization. */
export function nextJoin(state: JoinState, [type, detail]: JoinInput, now: number, open: boolean): Step {
  const { name, loss, error, until = Infinity } = state
  switch (type) {
    case 'open':
      if (name === 'idle') return begin(loss, now, open)
      // What was refused for good is not asked again because a connection came back.
      if (error && !/^auth-(refused|invalid)/.test(error.code))
        return [...begin(loss, now, open), { type: 'interrupted' }]
      break
    case 'down':
      // A lost connection leaves a failed channel as it is; `disconnect()` makes a fresh start.
      if (name === 'idle' || (error && detail.reason === 'connection-lost')) break
      return [{ name: 'idle', loss: name === 'joined' ? detail : loss }, { type: 'interrupted' }]
    case 'refused':
      if (!error) return fail(loss, detail)
      break
    case 'granted':
      if (name === 'authorizing') return ask({ ...state, grant: detail }, now)
      break
    case 'accepted':
      if (name !== 'asked' && name !== 'paused') break
      return [joined, { type: 'subscribed', confirmed: true, ...detail, ...(loss && { gap: { ...loss, to: now } }) }]
    case 'rejected':
      if (name === 'asked') return again(state, detail, now, open)
      break
    case 'limited':
      if (name === 'asked') return [{ ...state, name: 'paused', until: detail }]
      break
    case 'timeout': {
      if (now < until) break
      if (name === 'paused') return ask(state, now)
      const [next, ...effects] = again(
        state,
        new EchoError('subscribe-timeout', 'The server did not answer.'),
        now,
        open,
      )
      return [next, 'withdraw', ...effects]
    }
  }
  return [state]
}

function begin(loss: Loss | undefined, now: number, open: boolean, renewed = false): Step {
  return open ? ask({ loss, renewed }, now) : [{ name: 'authorizing', loss, renewed }, 'authorize']
}

function ask(state: Omit<JoinState, 'name'>, now: number): Step {
  return [{ ...state, name: 'asked', until: now + PATIENCE }, 'ask']
}

// The signature may have been at fault: it is renewed once, and then the channel has failed.
function again({ loss, renewed }: JoinState, error: EchoError, now: number, open: boolean): Step {
  return renewed ? fail(loss, error) : begin(loss, now, open, true)
}

function fail(loss: Loss | undefined, error: EchoError): Step {
  return [
    { name: 'failed', loss, error },
    { type: 'failed', error },
  ]
}
