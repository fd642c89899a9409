import { guarded } from '../base/report'
import { createStore, type Store } from '../base/store'
import {
  type Authorizer,
  type ChannelName,
  type ConnectionState,
  type Connector,
  type Signal,
  type Subscription,
  userChannel,
} from '../contract'
import { type ConnectionError, EchoError } from '../errors'
import type { ResolvedOptions, Transport } from '../options'
import { invalidOption } from '../wire/address'
import { fields } from '../wire/frame'
import { failSoon } from './fail-soon'
import { refusal } from './pusher/subscription'
import type {
  PusherAnswer,
  PusherAuthorizer,
  PusherChannel,
  PusherClient,
  PusherListener,
  PusherMessage,
} from './pusher-client'
import { disconnected, refusalOf, stateOf } from './pusher-js-state'
import { type PusherJsLink, PusherJsSubscription } from './pusher-js-subscription'
import type { PusherJsUser } from './pusher-js-user'

/** pusher-js as the application handed it over: an instance, or its class and what to make one with. */
export type PusherJs = Transport & { readonly kind: 'pusher-js' }

/** Reaches a Pusher server through pusher-js, which is used as it is. */
export class PusherJsConnector implements Connector {
  readonly state: Store<ConnectionState>
  /**
   * What `echo.connector` shows beside the contract; reading `pusher` makes the client if there is none yet. `users` loads
   * what signing in needs.
   */
  readonly extras: { readonly pusher: PusherClient; users(): Promise<void> }
  readonly #given: PusherJs
  readonly #settings: Pick<ResolvedOptions, 'report' | 'trace'>
  readonly #authorize: Authorizer
  readonly #link: PusherJsLink
  readonly #subscriptions = new Map<string, PusherJsSubscription>()
  // Channels that were left before the server answered, by wire name.
  readonly #withdrawn = new Set<string>()
  #client: PusherClient | undefined
  #user: PusherJsUser | undefined
  #refusal: ConnectionError | undefined
  #frame: PusherMessage = { event: '' }
  #heard = 0
  #restarting = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(given: PusherJs, settings: Pick<ResolvedOptions, 'report' | 'trace'>, authorize: Authorizer) {
    this.#given = given
    this.#settings = settings
    this.#authorize = authorize
    const state = createStore(disconnected, settings.report)
    this.state = state
    this.#link = {
      get live() {
        return state.get().status === 'connected'
      },
      frame: () => this.#frame,
      left: (wire, channel) => this.#left(wire, channel),
    }
    const client = () => {
      // pusher-js connects in its constructor.
      if (!this.#client) this.#open().disconnect()
      return this.#open()
    }
    this.extras = {
      get pusher() {
        return client()
      },
      users: () => this.#loadUsers(),
    }
    if (typeof given.client !== 'function') this.#open()
  }

  connect(): void {
    const { runner, connection } = this.#open().connection
    if (!runner && !connection) this.#restart()
  }

  disconnect(): void {
    this.#refusal = undefined
    this.#client?.disconnect()
    this.#update()
  }

  subscribe(channel: ChannelName, receive: (signal: Signal) => void): Subscription {
    const user = channel === userChannel && this.#user
    const subscription = new PusherJsSubscription(channel, user ? user.link : this.#link, receive)
    this.#subscriptions.set(channel.wire, subscription)
    if (this.#client) subscription.attach(user ? user.client(this.#client) : this.#client)
    failSoon(this.state, (error) => subscription.fail(error))
    return subscription
  }

  async #loadUsers(): Promise<void> {
    const { PusherJsUser } = await import('./pusher-js-user')
    this.#user ??= new PusherJsUser(this.extras.pusher, this.#subscriptions)
  }

  // pusher-js would make a second attempt beside the one that waits or hangs, and mistake one for the other.
  #restart(): void {
    const client = this.#open()
    this.#restarting = true
    client.disconnect()
    this.#restarting = false
    client.connect()
  }

  // A client is made no sooner than it is needed.
  #open(): PusherClient {
    if (this.#client) return this.#client
    const client = this.#make()
    if (!client.connection) throw invalidOption('client', 'no pusher-js')
    this.#client = client
    // Global listeners come first: ours before pusher-js's own, and before whatever the application has bound.
    client.connection.bind_global(this.#follow)
    this.#heard = Date.now()
    this.#update()
    for (const subscription of this.#subscriptions.values()) subscription.attach(client)
    return client
  }

  #make(): PusherClient {
    const { client, key, options } = this.#given
    if (typeof client !== 'function') return client as PusherClient
    try {
      const byUs = { customHandler: this.#ask }
      return new client(key, { ...options, channelAuthorization: byUs, userAuthentication: byUs }) as PusherClient
    } catch (cause) {
      throw new EchoError('invalid-option', `pusher-js could not be made: ${String(cause)}`, cause)
    }
  }

  readonly #ask: PusherAuthorizer = ({ channelName: channel = '', socketId }, answer) => {
    // The application may have subscribed to it by itself.
    const subscription = this.#subscriptions.get(channel || userChannel.wire)
    const signal = subscription ? subscription.authorizing(answer) : new AbortController().signal
    if (!signal) return
    // Copies, because pusher-js takes the key out.
    const tell: PusherAnswer = (error, grant) => {
      for (const hear of subscription?.authorized() ?? [answer])
        guarded(this.#settings.report, () => hear(error, grant && { ...grant }))
    }
    const retrying = (error: EchoError) => subscription?.tell({ type: 'problem', error })
    this.#authorize({ channel, socketId, retrying }, signal)
      .then(
        (grant) => {
          if (signal.aborted) return
          if (channel) subscription?.asked()
          else this.#user?.asked(signal)
          tell(null, grant)
        },
        (error: unknown) => {
          if (signal.aborted) return
          // pusher-js passes on the message only.
          subscription?.refuse(error as EchoError)
          tell(error as EchoError, null)
        },
      )
      .catch(this.#settings.report)
  }

  readonly #follow: PusherListener = (event, data) => {
    if (this.#restarting) return
    if (event === 'message') return this.#hear(data as PusherMessage)
    if (event === 'state_change') this.#watch()
    if (event === 'error') this.#refusal = refusalOf(data)
    else if (this.#client?.connection.state !== 'disconnected') this.#refusal = undefined
    this.#update(event === 'connecting_in' ? Date.now() + Number(data) * 1000 : undefined)
  }

  // `unavailable`: it has tried for long, or hangs: after a greeting that was none it never tries again.
  #watch(): void {
    clearTimeout(this.#timer)
    if (this.#client?.connection.state === 'unavailable')
      this.#timer = setTimeout(() => this.#restart(), 15_000 + Math.random() * 30_000)
  }

  #hear(frame: PusherMessage): void {
    this.#heard = Date.now()
    this.#frame = frame
    const { event, channel = '' } = frame
    this.#user?.hear(frame)
    if (event === 'pusher:error') this.#blame(fields(frame.data))
    if (event === 'pusher_internal:subscription_succeeded' && this.#withdrawn.delete(channel))
      if (!this.#client?.channel(channel)) this.#client?.send_event('pusher:unsubscribe', { channel })
  }

  // An error within a connection names no channel, so only what cannot be misunderstood is attributed.
  #blame({ code, message }: ReturnType<typeof fields>): void {
    const [[wire, only] = ['', undefined], ...others] = [...this.#subscriptions].filter(([, { waits }]) => waits)
    if (code === 4009 && !others.length) only?.reject(refusal(wire, code, message))
  }

  #update(retryAt?: number): void {
    if (!this.#client) return
    const { connection } = this.#client
    const before = this.state.get()
    const now = stateOf(connection, before, this.#refusal, retryAt)
    this.state.set(now)
    const { status, error } = now
    if (status === before.status) return
    this.#settings.trace?.('connection', `${before.status} → ${status}`)
    const loss = { from: this.#heard, reason: status === 'disconnected' ? status : 'connection-lost' } as const
    for (const subscription of [...this.#subscriptions.values()]) {
      subscription.interrupt(loss)
      if (status === 'connected') subscription.opened()
      if (error) subscription.fail(error)
    }
    // pusher-js has no event for it.
    if (status === 'reconnecting') connection.emit(status)
  }

  #left(wire: string, channel: PusherChannel | undefined): void {
    const client = this.#client
    this.#subscriptions.delete(wire)
    if (!client || !channel) return
    if (channel.subscriptionPending) {
      // pusher-js would only flag it, and bring it back after a reconnection.
      client.channels.remove(wire)
      this.#withdrawn.add(wire)
    } else if (channel.subscribed) client.unsubscribe(wire)
    // Whoever asks again at once keeps what the application bound on pusher-js's channel.
    else queueMicrotask(() => this.#subscriptions.has(wire) || client.unsubscribe(wire))
  }
}
