import type { ChannelKind, Member, Signal } from '../../contract'
import { type Frame, payload, text } from '../../wire/frame'

/** Hostile lists are cut: nobody shows more people than this. */
const MOST_MEMBERS = 10_000

/** Turns a frame on a joined channel into what the channel is told; `undefined`: nothing that concerns it. */
export function translate(frame: Frame, kind: ChannelKind): Signal | undefined {
  const { event, data, user_id } = frame
  if (event.startsWith('pusher_internal:')) {
    if (event === 'pusher_internal:member_added') return about('joined', data)
    if (event === 'pusher_internal:member_removed') return about('left', data)
    if (event !== 'pusher_internal:subscription_count') return undefined
    return { type: 'event', name: 'pusher:subscription_count', data: () => payload(data) }
  }
  const signal: Signal = { type: 'event', name: event, data: () => payload(data) }
  // Only on presence channels is the sender's id signed (Reverb relays an unsigned one on public channels).
  return kind === 'presence' && user_id !== undefined ? { ...signal, userId: text(user_id) } : signal
}

/** The members in a presence channel's success, in the server's order. */
export function membersOf(data: unknown): Member[] {
  const presence = record(record(payload(data))?.presence)
  // PHP writes a hash whose ids are 0, 1, … as a list; both are read by id.
  const hash = record(presence?.hash) ?? {}
  const ids = Array.isArray(presence?.ids) ? presence.ids : Object.keys(hash)
  return ids.slice(0, MOST_MEMBERS).map((named) => {
    const id = text(named)
    return { id, info: Object.hasOwn(hash, id) ? hash[id] : undefined }
  })
}

/** Whom an authorization signed: `user_id` in its `channel_data`. */
export function userOf(channelData: string | undefined): string | undefined {
  const id = record(payload(channelData))?.user_id
  return id === undefined ? undefined : text(id)
}

function about(type: 'joined' | 'left', data: unknown): Signal | undefined {
  const body = record(payload(data))
  if (body?.user_id === undefined) return undefined
  return { type, member: { id: text(body.user_id), info: body.user_info } }
}

/** The value, if it is an object. */
export function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}
