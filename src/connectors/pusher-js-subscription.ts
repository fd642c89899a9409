import { codeOf } from '../auth/retry'
import type { ChannelName, Loss, Signal, Subscription } from '../contract'
import { AuthError, EchoError } from '../errors'
import { text } from '../wire/frame'
import { PATIENCE } from './pusher/join'
import { refusal } from './pusher/subscription'
import { membersOf, translate } from './pusher/translate'
import type { PusherAnswer, PusherChannel, PusherListener, PusherMessage } from './pusher-client'

/** What a subscription needs of its connector. */
export interface PusherJsLink {
  /** Whether to ask now: for a second after a loss pusher-js would, for the dead socket. When it is back, it asks by itself. */
  readonly live: boolean
  /** The frame that pusher-js is handing out: a channel's global listeners are told name and data only. */
  frame(): PusherMessage
  /** A channel was left; `channel` is what pusher-js had for it. */
  left(wire: string, channel: PusherChannel | undefined): void
}

/** Where a subscription takes its channel from. */
export interface ChannelSource {
  readonly channels: { add(name: string, client: any): PusherChannel }
  subscribe(name: string): unknown
}

/** What pusher-js says of an authorization that failed. */
interface PusherFailure {
  readonly status?: number
  readonly error?: unknown
}

/** One channel of a pusher-js client, which asks for it, again after every reconnection too; this tells what comes of it. */
export class PusherJsSubscription implements Subscription {
  readonly #name: ChannelName
  readonly #link: PusherJsLink
  #receive: ((signal: Signal) => void) | undefined
  #channel: PusherChannel | undefined
  #stage: 'interrupted' | 'subscribed' | 'failed' = 'interrupted'
  #request: AbortController | undefined
  /** Who waits for what comes of the request. */
  #asking: PusherAnswer[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  // The server was asked a second time: there will be no third.
  #renewed = false

  constructor(name: ChannelName, link: PusherJsLink, receive: (signal: Signal) => void) {
    this.#name = name
    this.#link = link
    this.#receive = receive
  }

  /** Takes its channel from the client, and asks for it in a microtask: an authorizer may answer at once. */
  attach(client: ChannelSource): void {
    const { wire, kind } = this.#name
    try {
      const channel = client.channels.add(wire, client)
      channel.bind_global(this.#hear)
      this.#channel = channel
      queueMicrotask(() => {
        // The application may have been there before.
        if (channel.subscribed) this.#accept()
        else if (this.#receive && this.#link.live) {
          client.subscribe(wire)
          this.opened()
        }
      })
    } catch (cause) {
      const code = kind === 'encrypted' ? 'encryption-unavailable' : 'not-supported'
      const error = new EchoError(code, `pusher-js has no channel ${wire}: ${String(cause)}`, cause)
      queueMicrotask(() => this.fail(error))
    }
  }

  /** Whether it may be waiting for the server's word. */
  get waits(): boolean {
    return this.#stage === 'interrupted' && this.#name.kind !== 'public'
  }

  /**
   * It is being authorized: for as long as this connection lasts, and the subscription. `undefined`: the request that is under way
   * is for this one too, because pusher-js wants the key anew for every event that it cannot decrypt.
   */
  authorizing(answer: PusherAnswer): AbortSignal | undefined {
    if (this.#stage === 'subscribed' && this.#asking.push(answer) > 1) return undefined
    this.#asking = [answer]
    this.#request?.abort()
    this.#request = new AbortController()
    return this.#request.signal
  }

  /** Those who are to hear what came of it. */
  authorized(): PusherAnswer[] {
    return this.#asking.splice(0)
  }

  /** pusher-js is connected, and asks for what needs no authorization. */
  opened(): void {
    if (this.#name.kind === 'public') this.asked()
  }

  /** The server is asked; pusher-js would wait for its answer for ever. */
  asked(): void {
    const error = new EchoError('subscribe-timeout', 'The server did not answer.')
    clearTimeout(this.#timer)
    if (this.#stage === 'interrupted') this.#timer = setTimeout(() => this.reject(error), PATIENCE)
  }

  /** The server does not let it in. The signature may have been at fault: it is renewed once. */
  reject(error: EchoError): void {
    this.#channel?.unsubscribe()
    if (this.#renewed) return this.fail(error)
    this.#renewed = true
    this.#channel?.subscribe()
    this.opened()
  }

  interrupt(loss: Loss): void {
    this.#request?.abort()
    this.#renewed = false
    // Without a channel of pusher-js's it is failed for good.
    if (this.#channel) this.#enter({ type: 'interrupted', loss })
  }

  fail(error: EchoError): void {
    this.#enter({ type: 'failed', error })
  }

  /** It was not authorized. What is joined was asking for another key, and goes on with the one it has. */
  refuse(error: EchoError): void {
    if (this.#stage === 'subscribed') this.tell({ type: 'problem', error })
    else this.fail(error)
  }

  tell(signal: Signal): void {
    this.#receive?.(signal)
  }

  whisper(event: string, data: unknown): boolean {
    return this.#stage === 'subscribed' && this.#channel!.trigger(`client-${event}`, data)
  }

  unsubscribe(): void {
    if (!this.#receive) return
    this.#receive = undefined
    this.#request?.abort()
    // pusher-js says so only of what it has joined.
    if (this.#timer) this.#channel?.unsubscribe()
    this.#settle()
    this.#channel?.unbind_global(this.#hear)
    this.#link.left(this.#name.wire, this.#channel)
  }

  readonly #hear: PusherListener = (event, data) => {
    const { kind, wire } = this.#name
    const frame = this.#link.frame()
    if (event === 'pusher:subscription_succeeded')
      return this.#accept((frame.data as { presence?: { ids?: unknown } } | undefined)?.presence?.ids)
    if (event === 'pusher:subscription_error') {
      const failure = data as PusherFailure
      // soketi refuses a subscription by a frame of that name.
      if (frame.data === data) return this.reject(refusal(wire, failure.status, failure.error))
      return this.fail(failureOf(wire, failure))
    }
    // pusher-js keeps members in an object, which has no place for every id: the frame has them as they came.
    const signal = translate(event.startsWith('pusher:member_') ? frame : { ...frame, event }, kind)
    // What an event carries it may have decrypted.
    if (signal) this.tell(signal.type === 'event' ? { ...signal, data: () => data } : signal)
  }

  // The order of the members is in the frame only: an object has its numbers first.
  #accept(ids?: unknown): void {
    const members = this.#channel?.members
    this.#enter({
      type: 'subscribed',
      confirmed: true,
      ...(members && { members: membersOf({ presence: { ids, hash: members.members } }), me: text(members.myID) }),
    })
  }

  // pusher-js may say a thing twice.
  #enter(signal: Signal & { readonly type: 'interrupted' | 'subscribed' | 'failed' }): void {
    this.#settle()
    if (signal.type === this.#stage) return
    this.#stage = signal.type
    this.tell(signal)
  }

  #settle(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

function failureOf(channel: string, { status = 0, error }: PusherFailure): AuthError {
  // pusher-js quotes an answer that it cannot read, and the address that it asked: both may hold anything.
  const why = text(error).replace(/ Data was:.*| from \S+(?=\. )/s, '')
  return new AuthError(codeOf(status), `${channel} was not authorized: ${why}.`, { channel, status })
}
