import type { Authorizer, ChannelName, Signal, Subscription } from '../../contract'
import { AuthError, type EchoError } from '../../errors'
import { type Frame, payload, text } from '../../wire/frame'
import type { Socket } from '../../wire/socket'
import { type JoinEffect, type JoinInput, type JoinState, nextJoin, notJoined } from './join'
import { membersOf, record, translate, userOf } from './translate'

/** What a subscription needs of its connection. */
export interface Link {
  readonly authorize: Authorizer
  readonly socket: Pick<Socket, 'send' | 'state'>
  left(wire: string): void
}

/** One channel on a Pusher server: performs `nextJoin`, and asks again after every reconnection. */
export class PusherSubscription implements Subscription {
  readonly channel: ChannelName
  readonly #link: Link
  #receive: ((signal: Signal) => void) | undefined
  #state = notJoined
  #abort: AbortController | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(channel: ChannelName, link: Link, receive: (signal: Signal) => void) {
    this.channel = channel
    this.#link = link
    this.#receive = receive
  }

  get state(): JoinState {
    return this.#state
  }

  step(input: JoinInput): void {
    if (!this.#receive) return
    const [state, ...effects] = nextJoin(this.#state, input, Date.now(), this.channel.kind === 'public')
    if (state === this.#state) return
    this.#state = state
    clearTimeout(this.#timer)
    this.#timer = state.until ? setTimeout(() => this.step({ type: 'timeout' }), state.until - Date.now()) : undefined
    for (const effect of effects) this.#perform(effect)
  }

  /** A frame that names this channel. */
  frame(frame: Frame): void {
    const { event, data } = frame
    const { kind, wire } = this.channel
    if (event === 'pusher_internal:subscription_succeeded') {
      const me = userOf(this.#state.grant?.channel_data)
      const members = { members: membersOf(data), ...(me !== undefined && { me }) }
      this.step({ type: 'accepted', presence: kind === 'presence' ? members : {} })
    } else if (event === 'pusher:subscription_error') {
      // soketi names the channel it refuses; the others send a `pusher:error` without one.
      const { status, error } = record(payload(data)) ?? {}
      this.step({ type: 'rejected', error: refusal(wire, status, error) })
    } else if (this.#state.name === 'joined') {
      const signal = translate(frame, kind)
      if (signal) this.#receive?.(signal)
    }
  }

  whisper(event: string, data: unknown): boolean {
    return this.#state.name === 'joined' && this.#link.socket.send(`client-${event}`, data, this.channel.wire)
  }

  unsubscribe(): void {
    if (!this.#receive) return
    this.#receive = undefined
    const { name } = this.#state
    this.#abort?.abort()
    clearTimeout(this.#timer)
    if (name === 'asked' || name === 'paused' || name === 'joined') this.#perform('withdraw')
    this.#link.left(this.channel.wire)
  }

  #perform(effect: JoinEffect): void {
    const { wire: channel } = this.channel
    const { auth = '', channel_data } = this.#state.grant ?? {}
    switch (effect) {
      case 'authorize':
        return this.#authorize()
      case 'abort':
        return this.#abort?.abort()
      case 'withdraw':
        return void this.#link.socket.send('pusher:unsubscribe', { channel })
      case 'ask':
        this.#abort = undefined
        return void this.#link.socket.send('pusher:subscribe', { auth, channel, channel_data })
      default:
        return this.#receive?.(effect)
    }
  }

  #authorize(): void {
    const { generation } = this.#state
    const { signal } = (this.#abort = new AbortController())
    const request = {
      channel: this.channel.wire,
      socketId: this.#link.socket.state.socketId ?? '',
      retrying: (error: EchoError) => signal.aborted || this.#receive?.({ type: 'problem', error }),
    }
    this.#link.authorize(request, signal).then(
      (grant) => this.step({ type: 'granted', generation, grant }),
      (error: unknown) => this.step({ type: 'refused', generation, error: error as EchoError }),
    )
  }
}

/** A server that refused a subscription, in its own words: with a status (soketi) or with a code of the protocol's. */
export function refusal(channel: string, code: unknown, message: unknown): AuthError {
  const why = `${text(code)}: ${text(message).slice(0, 200)}`
  return new AuthError('subscribe-refused', `The server refused ${channel} (${why}).`, { channel, status: 401 })
}
