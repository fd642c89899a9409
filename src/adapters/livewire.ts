import { type Channel, type Echo, EchoError } from '../index'
import { isEcho } from './is-echo'
import { Seats } from './seats'
import { standIn } from './stand-in'

// Livewire sends `X-Socket-ID` with every request, whatever it is told: nothing becomes the text "undefined", at which Laravel's
// `toOthers()` fails the request. This is the one value that Laravel takes and no socket has, so nobody is left out.
const NO_SOCKET = '0.0'

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
  /** By name, for every room that was ever joined: what is left then is never another channel of that name. */
  const rooms = new Map<string, Seats>()
  const notified = new WeakSet<Channel>()

  return standIn<Echo<any>>(echo, {
    socketId: () => echo.socketId() ?? NO_SOCKET,
    join: (name) => {
      const room = echo.join(name)
      const seats = rooms.get(name) ?? new Seats()
      rooms.set(name, seats)
      return seats.offer(room)
    },
    private: (name) => {
      const channel = echo.private(name)
      if (!notified.has(channel)) countNotified(channel)
      notified.add(channel)
      return channel
    },
    // Livewire 4 says so once per listener on the room, and never means another channel of that name.
    leave: (name) => {
      const seats = rooms.get(name)
      if (seats) seats.give()
      else echo.leave(name)
    },
    // Livewire 3 says so, by the name that is not the wire's; without a seat it is the wire's.
    leaveChannel: (name) => {
      const seats = rooms.get(name)
      if (seats?.taken) seats.give()
      else echo.leaveChannel(name)
    },
  }) as E
}

type Verbs = Record<string, (...args: any[]) => unknown>

/** Has a verb of this one channel call `instead`, with the verb as it was. */
function replace(channel: Channel, verb: string, instead: (own: Verbs[string], ...args: any[]) => unknown): void {
  const verbs = channel as unknown as Verbs
  const own = verbs[verb]!.bind(channel)
  verbs[verb] = (...args) => instead(own, ...args)
}

// Livewire 4 ends a component's notifications without saying whose: the last one ends them all. What ends by a signal or after its
// first call is none of Livewire's, and stays as long as it says.
function countNotified(channel: Channel): void {
  const event = channel.notificationCreatedEvent
  const callbacks = new Set<CallableFunction>()
  /** How many of them have ended, nobody knows which. */
  let ended = 0
  replace(channel, 'register', (register, name, callback, options, ...more) => {
    const result = register(name, callback, options, ...more)
    if (`.${String(name)}` === event && !options?.signal && !options?.once) callbacks.add(callback)
    return result
  })
  replace(channel, 'stopListening', (stop, name, callback) => {
    if (name !== event) return stop(name, callback)
    if (callback) {
      callbacks.delete(callback)
      stop(event, callback)
    } else ended++
    if (ended < callbacks.size) return channel
    for (const each of callbacks) stop(event, each)
    callbacks.clear()
    ended = 0
    return channel
  })
  channel.stopListeningForNotification = (callback) => channel.stopListening(event, callback)
}
