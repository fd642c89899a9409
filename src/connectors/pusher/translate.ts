import type { ChannelKind, Member, Signal } from '../../contract'
import { type Frame, payload } from '../../wire/frame'

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
  const userId = user_id !== undefined && kind === 'presence' ? idOf(user_id) : undefined
  return userId === undefined ? signal : { ...signal, userId }
}

/** The members in a presence channel's success, in the server's order. */
export function membersOf(data: unknown): Member[] {
  const presence = record(record(payload(data))?.presence)
  // PHP writes a hash whose ids are 0, 1, … as a list; both are read by id.
  const hash = record(presence?.hash) ?? {}
  const ids = Array.isArray(presence?.ids) ? presence.ids : Object.keys(hash)
  return ids.flatMap((named) => {
    const id = idOf(named)
    return id === undefined ? [] : { id, info: Object.hasOwn(hash, id) ? hash[id] : undefined }
  })
}

/** Whom an authorization signed: `user_id` in its `channel_data`. */
export function userOf(channelData: string | undefined): string | undefined {
  return idOf(record(payload(channelData))?.user_id)
}

function about(type: 'joined' | 'left', data: unknown): Signal | undefined {
  const body = record(payload(data))
  const id = idOf(body?.user_id)
  return id === undefined ? undefined : { type, member: { id, info: body?.user_info } }
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** The value, if it is an object. */
export function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}
