import type { Readable } from '../base/store'
import { type EventMeta, type Member, type UserTypes, userChannel } from '../contract'
import { EchoError } from '../errors'
import type { Channel } from './channel'
import type { ListenOptions } from './hold'
import type { Presence } from './members'
import type { PresenceChannel } from './presence'
import type { ChannelRegistry, Lease } from './registry'

/** From one `disconnect()` to the next; the user, once there is one. */
export interface Session {
  user?: User
  over?: boolean
}

/** Signs the user in, once in a session; resolves with who it is. `possible`: the broadcaster knows users. */
export async function signIn(session: Session, registry: ChannelRegistry, possible: boolean): Promise<User> {
  if (!possible) throw new EchoError('not-supported', 'This broadcaster has no signin().')
  if (session.over) throw new EchoError('channel-left', 'disconnect() ended signin().')
  let { user } = session
  if (!user || /failed|left/.test(user.channel.status.get())) {
    user?.leave()
    user = session.user = new User(registry.lease(userChannel))
  }
  return user.ready()
}

/** The user who has signed in, until `echo.disconnect()`; again on every connection. */
export class User {
  /** What the server tells this user alone, as a channel: `on`, `listenToAll`, `error`, `missed`, `status`. */
  readonly channel: Channel<UserTypes>
  /** The ids of those on the user's watch list who are online. */
  readonly watchlist: Readable<readonly string[]>
  readonly #room: PresenceChannel<UserTypes>
  readonly #release: () => void
  #known: Member = { id: '', info: undefined }

  static {
    Object.defineProperty(this.prototype, '__v_skip', { value: true })
  }

  /** Made of a lease on `userChannel`. */
  constructor({ channel, release }: Lease<Channel>) {
    const room = channel as PresenceChannel<UserTypes>
    this.channel = room
    this.watchlist = idsOf(room.presence)
    this.#room = room
    this.#release = release
  }

  get id(): string {
    return this.#me.id
  }

  /** What the application's server says of the user: `user_info`. */
  get info(): UserTypes['member'] {
    return this.#me.info
  }

  /** Resolves with the user who has signed in; rejects with what was refused. */
  async ready(): Promise<this> {
    await this.channel.ready()
    this.#known = this.#me
    return this
  }

  /** Listens to what the server tells this user alone; names are those of `channel.listen`. */
  listen<E extends keyof UserTypes['events'] & string>(
    event: E,
    callback: (payload: UserTypes['events'][E], meta: EventMeta) => unknown,
    options?: ListenOptions,
  ): this {
    this.channel.listen(event, callback, options)
    return this
  }

  /** Ends one listener of an event or, without a callback, all of them. */
  stopListening(event: keyof UserTypes['events'] & string, callback?: (payload: any, meta: any) => unknown): this {
    this.channel.stopListening(event, callback)
    return this
  }

  /** Nobody is signed in any more: nothing registered here is ever called again. */
  leave(): void {
    this.#release()
  }

  // A channel that was left knows nobody; the user is still who they were.
  get #me(): Member {
    return this.#room.presence.get().me ?? this.#known
  }
}

// The same list until somebody comes or goes: those who follow it compare.
function idsOf(presence: Readable<Presence>): Readable<readonly string[]> {
  let shown: Presence | undefined
  let ids: readonly string[] = []
  const get = () => {
    const now = presence.get()
    if (now !== shown) {
      shown = now
      ids = Object.freeze(now.members.flatMap(({ id }) => (id === now.me?.id ? [] : [id])))
    }
    return ids
  }
  return { get, subscribe: (listener) => presence.subscribe(() => listener(get())) }
}
