import type { Grant, Loss, Signal } from '../../contract'
import { EchoError } from '../../errors'

/**
 * One channel's way in. The request and the deadline of a state end with it, so no answer comes to an attempt that is over.
 * `paused`: a server that limits our rate is asked again at `until`. `failed` carries why.
 */
export interface JoinState {
  readonly name: 'idle' | 'authorizing' | 'asked' | 'paused' | 'joined' | 'failed'
  /** While the server is asked: when it is asked again, because it is silent or limits our rate; Unix milliseconds. */
  readonly until?: number
  /** A second signature was asked for: there will be no third. */
  readonly renewed?: boolean
  readonly grant?: Grant
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
  const { name, error, until } = state
  const stay: Step = [state]
  switch (type) {
    case 'open':
      if (name === 'idle') return begin(now, open)
      // What was refused for good is not asked again because a connection came back.
      if (!error || /^auth-(refused|invalid)/.test(error.code)) return stay
      return [...begin(now, open), { type: 'interrupted' }]
    case 'down':
      // A lost connection leaves a failed channel as it is; `disconnect()` makes a fresh start.
      if (name === 'idle' || (error && detail.reason === 'connection-lost')) return stay
      return [notJoined, { type: 'interrupted', loss: detail }]
    case 'refused':
      // What is joined had asked for another key, and goes on with the one it has.
      if (name === 'joined') return [{ ...joined }, { type: 'problem', error: detail }]
      return error ? stay : fail(detail)
    case 'granted':
      return name === 'authorizing' ? ask({ ...state, grant: detail }, now) : stay
    case 'accepted':
      if (!until) return stay
      return [joined, { type: 'subscribed', confirmed: true, ...detail }]
    case 'rejected':
      return name === 'asked' ? again(state, detail, now, open) : stay
    case 'limited':
      return name === 'asked' ? [{ ...state, name: 'paused', until: detail }] : stay
    case 'timeout': {
      if (!until) return stay
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
}

function begin(now: number, open: boolean, renewed = false): Step {
  return open ? ask({ renewed }, now) : [{ name: 'authorizing', renewed }, 'authorize']
}

function ask(state: Omit<JoinState, 'name'>, now: number): Step {
  return [{ ...state, name: 'asked', until: now + PATIENCE }, 'ask']
}

// The signature may have been at fault: it is renewed once, and then the channel has failed.
function again({ renewed }: JoinState, error: EchoError, now: number, open: boolean): Step {
  return renewed ? fail(error) : begin(now, open, true)
}

function fail(error: EchoError): Step {
  return [
    { name: 'failed', error },
    { type: 'failed', error },
  ]
}
