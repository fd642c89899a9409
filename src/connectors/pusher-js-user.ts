import { userChannel } from '../contract'
import { EchoError } from '../errors'
import { fields } from '../wire/frame'
import { PATIENCE } from './pusher/join'
import { refusesUser, UserFrames, userRefusal, userTimeout } from './pusher/user'
import type { PusherChannel, PusherClient, PusherListener, PusherMessage, PusherUser } from './pusher-client'
import type { ChannelSource, PusherJsLink, PusherJsSubscription } from './pusher-js-subscription'

/** pusher-js's user, in the shape of one of its presence channels. */
export class PusherJsUser {
  readonly link: PusherJsLink
  readonly #subscriptions: Map<string, PusherJsSubscription>
  readonly #user: PusherUser
  #frames = new UserFrames()
  #frame: PusherMessage = { event: '' }
  #tell: PusherListener | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `subscriptions` are all there are, by wire name. Throws where pusher-js is too old. */
  constructor(client: PusherClient, subscriptions: Map<string, PusherJsSubscription>) {
    if (!client.user) throw new EchoError('not-supported', 'pusher-js has signin() from version 7.1 on.')
    this.#user = client.user
    this.#subscriptions = subscriptions
    this.link = {
      live: true,
      frame: () => this.#frame,
      left: (wire) => {
        subscriptions.delete(wire)
        this.#frames = new UserFrames()
        // pusher-js has no way to say so.
        this.#user.signin_requested = false
      },
    }
    client.user.bind('pusher:signin_error', (failure) => this.#tell?.('pusher:subscription_error', failure))
  }

  /** What a subscription takes for its client. */
  client(client: PusherClient): ChannelSource {
    const user = this.#user
    const frames = () => this.#frames
    const listen = (listener?: PusherListener) => {
      this.#tell = listener
    }
    const channel: PusherChannel = {
      get subscribed() {
        return !!user.user_data && !!user.serverToUserChannel?.subscribed
      },
      subscriptionPending: false,
      get members() {
        return { members: frames().presence.hash, myID: frames().id }
      },
      bind_global: listen,
      unbind_global: () => listen(),
      emit: () => {},
      trigger: () => false,
      subscribe: () => {},
      unsubscribe: () => {},
    }
    // The application may have signed in before.
    if (user.user_data) this.#become(user.user_data)
    return { channels: { add: () => channel }, subscribe: () => this.#signin(client) }
  }

  /** The server is being asked to let the user in, until `signal` aborts. */
  asked(signal: AbortSignal): void {
    this.#timer = setTimeout(() => this.#fail(userTimeout()), PATIENCE)
    signal.addEventListener('abort', () => this.#settle())
  }

  /** A frame, before pusher-js itself has seen it. */
  hear(frame: PusherMessage): void {
    const { event, data } = frame
    if (event === 'pusher:error') this.#blame(fields(data))
    if (event === 'pusher:signin_success') this.#become(fields(data).user_data)
    for (const meant of this.#frames.read(frame) ?? []) {
      this.#frame = meant
      this.#tell?.(meant.event.replace(/^pusher_internal:/, 'pusher:'), meant.data)
    }
  }

  #blame({ code, message }: ReturnType<typeof fields>): void {
    const { signin_requested, user_data } = this.#user
    if (signin_requested && !user_data && refusesUser(code, this.#alone)) this.#fail(userRefusal(code, message))
  }

  #become(userData: unknown): void {
    this.#settle()
    try {
      this.#frames.become(userData)
    } catch (error) {
      this.#fail(error as EchoError)
    }
  }

  // No channel waits for an answer.
  get #alone(): boolean {
    return [...this.#subscriptions].every(([wire, { waits }]) => wire === userChannel.wire || !waits)
  }

  #fail(error: EchoError): void {
    this.#settle()
    this.#subscriptions.get(userChannel.wire)?.fail(error)
  }

  #signin(client: PusherClient): void {
    const { signinDonePromise, user_data } = this.#user
    // What failed before the application came here is asked for again.
    if (signinDonePromise?.done && !user_data) this.#user.signin_requested = false
    client.signin?.()
  }

  #settle(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
