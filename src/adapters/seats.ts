import type { PresenceChannel } from '../index'
import { standIn } from './stand-in'

/** The verbs of a room that register a listener. */
const listening = [
  'here',
  'joining',
  'leaving',
  'listen',
  'listenToAll',
  'on',
  'subscribed',
  'error',
  'missed',
  'notification',
  'listenForWhisper',
  'cacheMiss',
] as const satisfies (keyof PresenceChannel)[]

type Verbs = Record<(typeof listening)[number], (...args: any[]) => unknown>

/**
 * How many hold the rooms of one name. Leaving a room for everybody takes no seat away: those who had one do not know, and still
 * give it back.
 */
export class Seats {
  taken = 0
  #room: PresenceChannel<any> | undefined

  /** The room for one who joins it: the first listener that is registered on this object takes a seat, and no other. */
  offer<R extends PresenceChannel<any>>(room: R): R {
    this.#room = room
    let seated = false
    const verbs = {} as Verbs
    for (const verb of listening) {
      verbs[verb] = (...args) => {
        ;(room as Verbs)[verb](...args)
        if (!seated) this.taken++
        seated = true
        return own
      }
    }
    const own = standIn(room, verbs as Partial<R>)
    return own
  }

  /** One leaves; with the last one, the room is left. */
  give(): void {
    this.taken = Math.max(0, this.taken - 1)
    if (!this.taken) this.#room?.unsubscribe()
  }
}
