import type { ChannelKind, Member, Signal } from '../../contract'
import { type Frame, fields, payload, text } from '../../wire/frame'

/** Turns a frame on a joined channel into what the channel is told; `undefined`: nothing that concerns it. */
export function translate({ event, data, user_id }: Frame, kind: ChannelKind): Signal | undefined {
  let name = event
  if (event.startsWith('pusher_internal:')) {
    if (event === 'pusher_internal:member_added') return about('joined', data)
    if (event === 'pusher_internal:member_removed') return about('left', data)
    if (event !== 'pusher_internal:subscription_count') return undefined
    name = 'pusher:subscription_count'
  }
  const signal: Signal = { type: 'event', name, data: () => payload(data) }
  // Only on presence channels is the sender's id signed (Reverb relays an unsigned one on public channels).
  const userId = kind === 'presence' && text(user_id)
  return userId ? { ...signal, userId } : signal
}

/** The members in a presence channel's success, in the server's order. */
export function membersOf(data: unknown): Member[] {
  const { ids, hash } = fields(fields(data).presence)
  // PHP writes a hash whose ids are 0, 1, … as a list; both are read by id.
  const infos = fields(hash)
  const members: Member[] = []
  for (const named of Array.isArray(ids) ? ids : Object.keys(infos)) {
    const id = text(named)
    if (id) members.push({ id, info: Object.hasOwn(infos, id) ? infos[id] : undefined })
  }
  return members
}

function about(type: 'joined' | 'left', data: unknown): Signal | undefined {
  const { user_id, user_info } = fields(data)
  const id = text(user_id)
  return id ? { type, member: { id, info: user_info } } : undefined
}
