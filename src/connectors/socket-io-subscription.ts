import { answerOf } from '../auth/answer'
import type { Credentials } from '../auth/credentials'
import { codeOf, retryDelay } from '../auth/retry'
import type { Report } from '../base/report'
import type { ChannelName, Loss, Member, Signal, Subscription } from '../contract'
import { AuthError, EchoError } from '../errors'
import { fields, text } from '../wire/frame'
import type { SocketIoSocket } from './socket-io-client'

/** How long a server may be silent that says when it lets somebody in, in milliseconds. */
const PATIENCE = 10_000
/** A private channel counts as joined when so many milliseconds went by without a refusal: nobody says when it is. */
const CONSENT = 1000
/** A header that Node sends. */
const HEADER = /^[\w!#$%&'*+.^`|~-]+:[\t -~\x80-\xff]*$/

/** What a subscription needs of its connector. */
export interface SocketIoLink {
  readonly socket: SocketIoSocket
  readonly report: Report
  readonly read: () => Promise<Credentials>
  /** A channel was left; `asked`: what the server was sent for it on this connection, `joined`: whether it has let us in. */
  left(channel: ChannelName, asked: object | undefined, joined: boolean): void
}

/**
 * One channel on a server like laravel-echo-server, which asks the application by itself and tells its refusals only; a
 * presence channel is told its members too.
 */
export class SocketIoSubscription implements Subscription {
  readonly #channel: ChannelName
  readonly #link: SocketIoLink
  #receive: ((signal: Signal) => void) | undefined
  #stage: 'idle' | 'asking' | 'joined' = 'idle'
  /** Ends this stage. */
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Why it has failed. */
  #error: EchoError | undefined
  #asked: object | undefined
  /** Of the refusals on this connection. */
  #statuses: number[] = []

  constructor(channel: ChannelName, link: SocketIoLink, receive: (signal: Signal) => void) {
    this.#channel = channel
    this.#link = link
    this.#receive = receive
  }

  /** There is a connection. What was refused for good is not asked for again because of it. */
  open(): void {
    if (!this.#receive || /^auth-(refused|invalid)/.test(this.#error?.code ?? '')) return
    const failed = this.#error
    this.#ask()
    if (failed) this.#tell({ type: 'interrupted' })
  }

  /** The connection is gone. A channel that has failed stays so, unless nobody wanted the connection any more. */
  interrupt(loss: Loss): void {
    this.#asked = undefined
    this.#statuses = []
    if (this.#error && loss.reason === 'connection-lost') return
    this.#enter('idle')
    this.#tell({ type: 'interrupted', loss })
  }

  fail(error: EchoError): void {
    if (this.#error) return
    this.#enter('idle')
    this.#error = error
    this.#tell({ type: 'failed', error })
  }

  /** What the server sent for this channel. */
  hear(event: string, data: unknown): void {
    const { kind } = this.#channel
    switch (event) {
      case 'subscription_error':
        return this.#refuse(Number(text(data)) || 0)
      case 'presence:subscribed':
        return this.#accept(Array.isArray(data) ? data : [])
      case 'presence:joining':
        return this.#tellOf('joined', data)
      case 'presence:leaving':
        return this.#tellOf('left', data)
      default:
        // Only who was let in hears it; a presence channel's members come by themselves.
        if (kind !== 'presence') this.#accept()
        this.#tell({ type: 'event', name: event, data: () => data })
    }
  }

  whisper(event: string, data: unknown): boolean {
    const { socket } = this.#link
    if (this.#stage !== 'joined' || !socket.connected) return false
    socket.emit('client event', { channel: this.#channel.wire, event: `client-${event}`, data })
    return true
  }

  unsubscribe(): void {
    this.#receive = undefined
    const joined = this.#stage === 'joined'
    this.#enter('idle')
    this.#link.left(this.#channel, this.#asked, joined)
  }

  #ask(): void {
    const { read, report } = this.#link
    this.#enter('asking', PATIENCE, () =>
      this.fail(new EchoError('subscribe-timeout', `The server did not let us into ${this.#channel.wire}.`)),
    )
    const attempt = this.#timer
    read().then(
      ({ headers, params }) => {
        if (attempt === this.#timer) this.#send(headers, params)
      },
      (cause: unknown) => {
        if (attempt !== this.#timer) return
        const answer = answerOf(cause)
        if (answer instanceof EchoError) return this.fail(answer)
        const { status } = answer
        if (status === undefined) report(cause)
        // A function of the application's that fails is a callback of Laravel's that throws.
        this.#refuse(status ?? 500, cause)
      },
    )
  }

  #send(headers: Credentials['headers'], params: Credentials['params']): void {
    const { kind, wire: channel } = this.#channel
    // That server would die of it.
    const bad = Object.keys(headers).find((name) => !HEADER.test(`${name}:${headers[name]}`))
    if (bad !== undefined)
      return this.fail(new AuthError('invalid-option', `The header ${bad} cannot hold its value.`, { channel }))
    this.#asked = { channel, auth: { headers, params } }
    this.#link.socket.emit('subscribe', this.#asked)
    // Everybody is let into a public channel, at once.
    if (kind === 'public') this.#accept()
    if (kind === 'private') this.#enter('asking', CONSENT, () => this.#accept())
  }

  #accept(list?: readonly unknown[]): void {
    if (this.#stage === 'joined') return
    this.#enter('joined')
    if (!list) return this.#tell({ type: 'subscribed', confirmed: false })
    const { id } = this.#link.socket
    const me = text(fields(list.find((one) => fields(one).socketId === id)).user_id)
    this.#tell({ type: 'subscribed', confirmed: true, members: list.flatMap(memberOf), me })
  }

  /** `status`: of the application's answer; 0: none came. */
  #refuse(status: number, cause?: unknown): void {
    const { wire: channel } = this.#channel
    const joined = this.#stage === 'joined'
    if (!joined && this.#stage !== 'asking') return
    const attempt = this.#statuses.push(status)
    const delay = retryDelay(this.#statuses, 0, Math.random())
    const retryable = delay !== undefined
    const why = status ? `status ${status}` : 'no answer'
    const failure = { channel, status, retryable, attempt, cause }
    const error = new AuthError(codeOf(status), `${channel} was not authorized: ${why}.`, failure)
    if (!retryable) return this.fail(error)
    this.#enter('asking', delay, () => this.#ask())
    if (joined) this.#tell({ type: 'interrupted' })
    this.#tell({ type: 'problem', error })
  }

  #tellOf(type: 'joined' | 'left', data: unknown): void {
    for (const member of memberOf(data)) this.#tell({ type, member })
  }

  // What is under way in a stage ends with it.
  #enter(stage: 'idle' | 'asking' | 'joined', wait?: number, then?: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = then && setTimeout(then, wait)
    this.#stage = stage
    this.#error = undefined
  }

  #tell(signal: Signal): void {
    this.#receive?.(signal)
  }
}

/** A member as that server describes one; none, if it has no id. */
function memberOf(value: unknown): Member[] {
  const { user_id, user_info } = fields(value)
  const id = text(user_id)
  return id ? [{ id, info: user_info }] : []
}
