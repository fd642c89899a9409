import type { Channel } from '../index'

/** How many hold a room, which is left with the last of them. */
export class Seats {
  taken = 0
  /** How many have asked for the room, and registered nothing yet. */
  #asked = 0
  readonly #room: Channel<any>

  constructor(room: Channel<any>) {
    this.#room = room
  }

  ask(): void {
    this.#asked++
  }

  /** A listener was registered: the first one for each ask takes a seat. */
  take(): void {
    if (this.#asked) this.taken++
    this.forgo()
  }

  /** One of those who asked takes none. */
  forgo(): void {
    this.#asked = Math.max(0, this.#asked - 1)
  }

  /** One leaves. Where the room is left already this still counts: the seats that were taken are all given back, one by one. */
  give(): void {
    this.taken = Math.max(0, this.taken - 1)
    if (!this.taken) this.#room.unsubscribe()
  }
}
