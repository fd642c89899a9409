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

/** The room for one who joins it: the first listener that is registered on this object takes a seat, and no other. */
export function seat<R extends PresenceChannel<any>>(room: R, take: () => void): R {
  let seated = false
  const verbs = {} as Verbs
  for (const verb of listening) {
    verbs[verb] = (...args) => {
      ;(room as Verbs)[verb](...args)
      if (!seated) take()
      seated = true
      return own
    }
  }
  const own = standIn(room, verbs as Partial<R>)
  return own
}
