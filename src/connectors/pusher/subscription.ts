import { bare } from '../../base/record'
import type { Authorizer, ChannelName, Signal, Subscription } from '../../contract'
import { AuthError, EchoError } from '../../errors'
import { type Frame, fields, text, words } from '../../wire/frame'
import type { Socket } from '../../wire/socket'
import type { Opener } from './crypto'
import { type JoinEffect, type JoinInput, type JoinState, nextJoin, notJoined } from './join'
import { membersOf, translate } from './translate'

/** What a subscription needs of its connection. */
export interface Link {
  readonly authorize: Authorizer
  readonly socket: Pick<Socket, 'send' | 'state'>
  /** A channel was left; `asked`: before the server answered. */
  left(wire: string, asked: boolean): void
}

/** One channel on a Pusher server: performs `nextJoin`, and asks again after every reconnection. */
export class PusherSubscription implements Subscription {
  readonly channel: ChannelName
  readonly #link: Link
  #receive: ((signal: Signal) => void) | undefined
  #state = notJoined
  /** Ends what is under way in this state: a request or a deadline, and never both. */
  #cancel: (() => void) | undefined
  /** Of an encrypted channel, once the cipher is there: all that the channel is told goes through it. */
  #opener: Opener | undefined

  constructor(channel: ChannelName, link: Link, receive: (signal: Signal) => void) {
    this.channel = channel
    this.#link = link
    this.#receive = receive
  }

  get state(): JoinState {
    return this.#state
  }

  step(...input: JoinInput): void {
    if (!this.#receive) return
    const [state, ...effects] = nextJoin(this.#state, input, Date.now(), this.channel.kind === 'public')
    if (state === this.#state) return
    this.#enter(state)
    for (const effect of effects) this.#perform(effect)
  }

  /** A frame that names this channel. */
  frame(frame: Frame): void {
    const { event, data } = frame
    const { kind } = this.channel
    if (event === 'pusher_internal:subscription_succeeded') {
      const me = text(fields(this.#state.grant?.channel_data).user_id)
      this.step('accepted', kind === 'presence' ? { members: membersOf(data), me } : {})
    } else if (event === 'pusher:subscription_error') {
      // soketi names the channel it refuses; the others send a `pusher:error` without one.
      const { status, error } = fields(data)
      this.reject(status, error)
    } else if (this.#state.name === 'joined') {
      const signal = translate(frame, kind)
      if (signal) this.#tell(signal)
    }
  }

  /** The server refused. */
  reject(code: unknown, message: unknown): void {
    this.step('rejected', refusal(this.channel.wire, code, message))
  }

  /** The server takes no frame as long as this channel's. */
  tooLong(): void {
    const { wire: channel } = this.channel
    this.step('refused', new AuthError('auth-invalid', `The server takes no frame that long: ${channel}.`, { channel }))
  }

  whisper(event: string, data: unknown): boolean {
    return this.#state.name === 'joined' && this.#link.socket.send(`client-${event}`, data, this.channel.wire)
  }

  unsubscribe(): void {
    if (!this.#receive) return
    this.#receive = undefined
    this.#opener?.end()
    const { name, until } = this.#state
    this.#enter(notJoined)
    // The server was asked, or has let us in.
    if (until || name === 'joined') this.#perform('withdraw')
    this.#link.left(this.channel.wire, !!until)
  }

  // What is under way in a state ends with it.
  #enter(state: JoinState): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#state = state
    if (!state.until) return
    const timer = setTimeout(() => this.step('timeout'), state.until - Date.now())
    this.#cancel = () => clearTimeout(timer)
  }

  #perform(effect: JoinEffect): void {
    const { socket } = this.#link
    const { wire: channel } = this.channel
    const { auth = '', channel_data } = bare(this.#state.grant)
    switch (effect) {
      case 'authorize':
        return this.#authorize()
      case 'withdraw':
        return void socket.send('pusher:unsubscribe', { channel })
      case 'ask':
        return void socket.send('pusher:subscribe', { auth, channel, channel_data })
      default:
        return this.#tell(effect)
    }
  }

  #tell(signal: Signal): void {
    if (this.#opener) this.#opener.take(signal)
    else this.#receive?.(signal)
  }

  #authorize(): void {
    const { authorize, socket } = this.#link
    const { wire: channel, kind } = this.channel
    const request = new AbortController()
    const { signal } = request
    this.#cancel = () => request.abort()
    const settle = (secret?: string, ...input: JoinInput) => {
      if (signal.aborted) return
      this.#cancel = undefined
      this.step(...input)
      this.#opener?.answer(secret)
    }
    const retrying = (error: EchoError) => signal.aborted || this.#receive?.({ type: 'problem', error })
    const granted = authorize({ channel, socketId: socket.state.socketId ?? '', retrying }, signal)
    // An encrypted channel is asked for only when its key and its cipher are there.
    Promise.all([granted, kind === 'encrypted' && this.#loadOpener()]).then(
      ([grant]) => settle(grant.shared_secret, 'granted', grant),
      (error: unknown) => settle(undefined, 'refused', error as EchoError),
    )
  }

  async #loadOpener(): Promise<void> {
    const { wire } = this.channel
    try {
      const { Opener } = await import('./crypto')
      this.#opener ??= new Opener({
        wire,
        tell: (signal) => this.#receive?.(signal),
        renew: () => this.#authorize(),
      })
    } catch (cause) {
      throw new EchoError('encryption-unavailable', `The cipher of ${wire} did not load.`, cause)
    }
  }
}

/** A server that refused a subscription, in its own words: with a status (soketi) or with a code of the protocol's. */
export function refusal(channel: string, code: unknown, message: unknown): AuthError {
  const why = `${text(code)}: ${words(message)}`
  return new AuthError('subscribe-refused', `The server refused ${channel || 'the user'} (${why}).`, {
    channel,
    status: 401,
  })
}
