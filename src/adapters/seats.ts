import type { PresenceChannel } from '../index'

/** How many hold a room, which is left with the last of them. */
export class Seats {
  readonly room: PresenceChannel<any>
  taken = 0

  constructor(room: PresenceChannel<any>) {
    this.room = room
  }

  /** One leaves. Where the room is left already this still counts: the seats that were taken are all given back, one by one. */
  give(): void {
    this.taken = Math.max(0, this.taken - 1)
    if (!this.taken) this.room.unsubscribe()
  }
}
