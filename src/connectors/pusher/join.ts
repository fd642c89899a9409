import type { Gap, Grant, Signal } from '../../contract'
import { EchoError } from '../../errors'

/**
 * One channel's way in. Each attempt is a generation: what belongs to an ended one is dropped. `paused`: a server that
 * limits our rate is asked again at `until`. `failed` carries why.
 */
export interface JoinState {
  readonly name: 'idle' | 'authorizing' | 'asked' | 'paused' | 'joined' | 'failed'
  readonly generation: number
  /** When a silent server, or one that limits our rate, is asked again; Unix milliseconds. */
  readonly until?: number | undefined
  /** A second signature was asked for: there will be no third. */
  readonly renewed?: boolean
  readonly grant?: Grant | undefined
  /** Since when a channel that was joined has been without its connection, and why. */
  readonly loss?: Pick<Gap, 'from' | 'reason'> | undefined
  readonly error?: EchoError
}

/** What happens to a join. `down`: the connection is gone; `broken`: for good; `rejected`: by the socket's server. */
export type JoinInput =
  | { readonly type: 'open' | 'timeout' }
  | { readonly type: 'down'; readonly loss: Pick<Gap, 'from' | 'reason'> }
  | { readonly type: 'granted'; readonly generation: number; readonly grant: Grant }
  | { readonly type: 'refused'; readonly generation: number; readonly error: EchoError }
  | { readonly type: 'accepted'; readonly presence: Pick<Signal & { type: 'subscribed' }, 'members' | 'me'> }
  | { readonly type: 'rejected' | 'broken'; readonly error: EchoError }
  | { readonly type: 'limited'; readonly until: number }

/** What has to be done: a request, its end, a frame out, or what the channel is told. */
export type JoinEffect = 'authorize' | 'abort' | 'ask' | 'withdraw' | Signal

type Step = [state: JoinState, ...effects: JoinEffect[]]

/** How long a server that acknowledges may be silent, in milliseconds. */
export const PATIENCE = 10_000

export const notJoined: JoinState = { name: 'idle', generation: 0 }

/** Where a channel goes from here. Pure. `open`: it needs no authorization. */
export function nextJoin(state: JoinState, input: JoinInput, now: number, open: boolean): Step {
  const { name, generation, loss, grant, until = Infinity } = state
  switch (input.type) {
    case 'open':
      if (name === 'idle') return begin(state, now, open)
      // What was refused for good is not asked again because a connection came back.
      if (!state.error || /^auth-(refused|invalid)/.test(state.error.code)) return [state]
      return after({ type: 'interrupted' }, begin(state, now, open))
    case 'down':
      // A lost connection leaves a failed channel as it is; `disconnect()` makes a fresh start.
      if (name === 'idle' || (name === 'failed' && input.loss.reason === 'connection-lost')) return [state]
      return [
        { name: 'idle', generation, loss: name === 'joined' ? input.loss : loss },
        'abort',
        { type: 'interrupted' },
      ]
    case 'broken':
      return name === 'failed' ? [state] : after('abort', fail(state, input.error))
    case 'granted':
    case 'refused':
      if (name !== 'authorizing' || input.generation !== generation) return [state]
      return input.type === 'granted' ? ask({ ...state, grant: input.grant }, now) : fail(state, input.error)
    case 'accepted': {
      if (name !== 'asked' && name !== 'paused') return [state]
      const gap = loss && { gap: { ...loss, to: now } }
      return [
        { name: 'joined', generation },
        { type: 'subscribed', confirmed: true, ...input.presence, ...gap },
      ]
    }
    case 'rejected':
      return name === 'asked' ? again(state, input.error, now, open) : [state]
    case 'limited':
      return name === 'asked' ? [{ ...state, name: 'paused', until: input.until }] : [state]
    case 'timeout':
      if (now < until) return [state]
      if (name === 'paused') return ask({ ...state, grant }, now)
      return after(
        'withdraw',
        again(state, new EchoError('subscribe-timeout', 'The server did not answer.'), now, open),
      )
  }
}

function begin({ generation, loss }: JoinState, now: number, open: boolean, renewed = false): Step {
  const state = { generation: generation + 1, loss, renewed }
  return open ? ask(state, now) : [{ ...state, name: 'authorizing' }, 'authorize']
}

function ask(state: Omit<JoinState, 'name'>, now: number): Step {
  return [{ ...state, name: 'asked', until: now + PATIENCE }, 'ask']
}

// The signature may have been at fault: it is renewed once, and then the channel has failed.
function again(state: JoinState, error: EchoError, now: number, open: boolean): Step {
  return state.renewed ? fail(state, error) : begin(state, now, open, true)
}

function fail({ generation, loss }: JoinState, error: EchoError): Step {
  return [
    { name: 'failed', generation, loss, error },
    { type: 'failed', error },
  ]
}

function after(effect: JoinEffect, [state, ...effects]: Step): Step {
  return [state, effect, ...effects]
}
