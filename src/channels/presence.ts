import type { Listener } from '../base/emitter'
import type { Readable } from '../base/store'
import type { ChannelTypes, Member } from '../contract'
import { Channel, type ChannelHome } from './channel'
import type { Hold, ListenOptions, Loose } from './hold'
import { nobody, type Presence } from './members'
import * as tells from './tells'

/** A channel that knows who is in it. */
export class PresenceChannel<T extends ChannelTypes = ChannelTypes> extends Channel<T> {
  readonly #hold: Hold
  readonly #presence: Readable<Presence<T['member']>>

  constructor(name: string, hold: Hold, home: ChannelHome) {
    super(name, hold, home)
    this.#hold = hold
    this.#presence = {
      get: () => hold.topic?.roster?.presence ?? nobody,
      subscribe: (listener) => {
        // A registration of its own, so that one listener may subscribe twice.
        const tell = (presence: Presence<T['member']>) => listener(presence)
        hold.register(tells.presence, tell)
        return () => hold.stop(tells.presence, tell)
      },
    }
  }

  /** Who is here, kept up to date by the library: `get()` it, or `subscribe` to be told once per task. */
  get presence(): Readable<Presence<T['member']>> {
    return this.#presence
  }

  /** Called with everybody's info each time the channel is joined; at once (in a microtask) when it is already. */
  here(callback: ((users: T['member'][]) => unknown) | Loose<T['member']>, options?: ListenOptions): this {
    // A new array for each callback: applications push to it.
    return this.register(tells.here, callback, options, () =>
      (callback as Listener)(this.#hold.topic?.roster?.infos() ?? [], undefined),
    )
  }

  /** Called for each one who comes; across a reconnection, for those who came meanwhile. */
  joining(
    callback: ((user: T['member'], member: Member<T['member']>) => unknown) | Loose<T['member']>,
    options?: ListenOptions,
  ): this {
    return this.register(tells.joining, callback, options)
  }

  /** Called for each one who goes; across a reconnection, for those who went meanwhile. */
  leaving(
    callback: ((user: T['member'], member: Member<T['member']>) => unknown) | Loose<T['member']>,
    options?: ListenOptions,
  ): this {
    return this.register(tells.leaving, callback, options)
  }
}
