import type { Channel, ConnectionState, EventMeta, Member, Presence, PresenceChannel } from '../index'
import { listOf, type Registrations } from './listen'

/** What a component wants to hear, as it says now. */
export interface Wish {
  readonly names: readonly string[]
  readonly callback?: ((payload: any, meta: EventMeta) => unknown) | undefined
}

/** Who is in a room; `joining` and `leaving`: who came last, and who went. */
export interface Room<Info = any> extends Presence<Info> {
  readonly joining: Member<Info> | undefined
  readonly leaving: Member<Info> | undefined
}

/** What was whispered last, and by whom: the user's id, on presence channels. */
export interface Whispered<Data = any> {
  readonly latest: Data | undefined
  readonly from: string | undefined
}

export const nobody: Room = { members: [], me: undefined, count: 0, joining: undefined, leaving: undefined }
export const silence: Whispered = { latest: undefined, from: undefined }

/** What is shown of a connection where nothing connects: on a server, and in a page until it is hydrated. */
export const unconnected: ConnectionState = Object.freeze({
  status: 'connecting',
  socketId: undefined,
  attempt: 0,
  retryAt: undefined,
  error: undefined,
  offline: false,
})

/** The channel of a model; no identifier, no channel. What is neither is told to who checks the name. */
export function modelChannel(model: string, identifier: string | number | null): string | null {
  return identifier == null ? identifier : `${model}.${identifier}`
}

/** A model's events as `listen` takes them: with a dot in front. */
export function modelEvents(names: string | readonly string[] | undefined): readonly string[] {
  return listOf(names).map((name) => (name.startsWith('.') ? name : `.${name}`))
}

/** By the names on the wire. */
export function events(wish: () => Wish): Registrations<Channel<any>, {}> {
  const call = latest(wish)
  return {
    names: ({ eventFormatter }) => wish().names.map((name) => eventFormatter.format(name)),
    register: (channel, event, signal) => channel.on(event, call, { signal }),
  }
}

/** Without names: every notification. */
export function notifications(wish: () => Wish): Registrations<Channel<any>, {}> {
  const call = latest(wish) as (notification: unknown) => unknown
  return {
    names() {
      const { names } = wish()
      return names.length ? names.map((name) => name.replaceAll('.', '\\')) : ['']
    },
    register: (channel, type, signal) => channel.notification(type, call, { signal }),
  }
}

// One function for one component, whatever it wants to be called by now.
function latest(wish: () => Wish): (payload: unknown, meta: EventMeta) => unknown {
  return (payload, meta) => wish().callback?.(payload, meta)
}

export const presence: Registrations<PresenceChannel<any>, Room> = {
  names: () => ['presence'],
  register(channel, _, signal, show) {
    signal.addEventListener('abort', channel.presence.subscribe(show))
    channel.joining((_, joining) => show({ joining }), { signal })
    channel.leaving((_, leaving) => show({ leaving }), { signal })
    // The list comes once per task: too late for who is told that the room is joined.
    channel.here(() => show(channel.presence.get()), { signal })
    show(channel.presence.get())
  },
}

export const whispers = (wish: () => Wish): Registrations<Channel<any>, Whispered> => ({
  names: () => wish().names,
  register(channel, event, signal, show) {
    // What was shown may be of another event.
    show(silence)
    channel.listenForWhisper(event, (latest: unknown, { userId: from }: EventMeta) => show({ latest, from }), {
      signal,
    })
  },
})
