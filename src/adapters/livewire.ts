import { type Channel, type Echo, EchoError } from '../index'
import { isEcho } from './is-echo'
import { standIn } from './stand-in'

// Livewire sends `X-Socket-ID` with every request, whatever it is told: nothing becomes the text "undefined", at which Laravel's
// `toOthers()` fails the request. This is the one value that Laravel takes and no socket has, so nobody is left out.
const NO_SOCKET = '0.0'

/** What registers a listener through a channel: the first one after a `join` makes it count. */
const registering = [
  'here',
  'joining',
  'leaving',
  'listen',
  'listenToAll',
  'on',
  'notification',
  'listenForWhisper',
  'subscribed',
  'error',
  'missed',
] as const

/** How many hold a room, and whether somebody has asked for it and registered nothing yet. */
interface Seats {
  taken: number
  asked: boolean
}

/**
 * An Echo for `window.Echo` on a page with Livewire, which ends a component as if nobody else were on its channels. Here `join` and
 * `leave` are counted, and so are listeners for notifications: whoever is left hears on.
 *
 * @example
 * window.Echo = livewire(new Echo({ broadcaster: 'reverb', key: 'app-key' }))
 */
export function livewire<E extends Echo<any>>(echo: E): E {
  if (!isEcho(echo))
    throw new EchoError('not-configured', 'livewire() needs an Echo: window.Echo = livewire(new Echo({ … })).')
  const rooms = new WeakMap<Channel, Seats>()
  const notified = new WeakSet<Channel>()

  // One seat of the room with that name; `false`: nobody has one.
  const leaveRoom = (name: string): boolean => {
    const room = echo.connector.channels[`presence-${name}`]
    const seats = room && rooms.get(room)
    if (!seats?.taken) return false
    if (!--seats.taken) room?.unsubscribe()
    return true
  }
  return standIn<Echo<any>>(echo, {
    socketId: () => echo.socketId() ?? NO_SOCKET,
    join: (name) => {
      const room = echo.join(name)
      const seats = rooms.get(room) ?? { taken: 0, asked: false }
      if (!rooms.has(room)) countSeats(room, seats)
      rooms.set(room, seats)
      seats.asked = true
      return room
    },
    private: (name) => {
      const channel = echo.private(name)
      if (!notified.has(channel)) countNotified(channel)
      notified.add(channel)
      return channel
    },
    // Livewire 4 says so once per listener on the room.
    leave: (name) => void (leaveRoom(name) || echo.leave(name)),
    // And Livewire 3 so, by the name that is not the wire's.
    leaveChannel: (name) => void (leaveRoom(name) || echo.leaveChannel(name)),
  }) as E
}

type Verbs = Record<string, (...args: any[]) => unknown>

/** Puts `wrap` before a verb of this one channel. */
function before(channel: Channel, verb: string, wrap: (next: () => unknown, ...args: any[]) => unknown): void {
  const verbs = channel as unknown as Verbs
  const own = verbs[verb]!.bind(channel)
  verbs[verb] = (...args) => wrap(() => own(...args), ...args)
}

// Livewire joins anew for each listener. Who only whispers takes no seat, and who chains listeners takes one.
function countSeats(room: Channel, seats: Seats): void {
  for (const verb of [...registering, 'whisper'])
    before(room, verb, (next) => {
      if (seats.asked && verb !== 'whisper') seats.taken++
      seats.asked = false
      return next()
    })
}

// Livewire 4 ends a component's notifications without saying whose: the last one ends them all.
function countNotified(channel: Channel): void {
  let count = 0
  before(channel, 'notification', (next) => {
    count++
    return next()
  })
  before(channel, 'stopListening', (next, event: string, callback?: unknown) => {
    if (event !== channel.notificationCreatedEvent) return next()
    count = Math.max(0, count - 1)
    return callback || !count ? next() : channel
  })
}
