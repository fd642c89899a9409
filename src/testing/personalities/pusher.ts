import { plainJson } from '../json'
import { type Fields, fieldsOf } from '../pusher-frame'
import { pusherHttp } from './http-dialect'
import type { MemberId, Personality, PresenceList, SubscribeRefusal } from './personality'

const refusals: Record<SubscribeRefusal, string> = {
  name: 'Invalid channel name',
  signature: 'Invalid signature: the auth was not made for this socket and channel',
  'channel-data': 'channel_data must include a user_id when subscribing to presence channels',
  'too-many': 'Too many subscriptions',
}

/**
 * Pusher Channels. Its errors for a frame name no channel, and those for a subscribe carry the code null. What it does about
 * malformed frames, large messages, a bad origin and a sign-in with a bad signature is not documented: the first is answered
 * with 4200, the last with 4009, the others close.
 */
export const pusher: Personality = {
  name: 'pusher',
  defaults: { activityTimeout: 120, maxMessageSize: 100_000, clientEventsPerSecond: 10, pingInterval: 120_000 },
  encode: plainJson,
  http: pusherHttp,
  ending: { announced: false, close: 'code and reason' },
  overQuota: { code: 4004, leavesOpen: false, counts: 'all' },
  badOrigin: { leavesOpen: false },
  stopped: { code: 4200, message: 'Please reconnect immediately' },
  terminated: { code: 4009, message: 'You got disconnected by the app' },
  users: {
    succeeded: (_auth, userData) => ({ event: 'pusher:signin_success', data: { user_data: userData } }),
    refused: { code: 4009, message: 'Connection not authorized', ends: false },
    watchlists: true,
  },
  cache: {
    covers: (channel) => /^(private-|private-encrypted-|presence-)?cache-/.test(channel),
    lifetime: 1_800_000,
    keepsAll: false,
  },
  tellsCounts: true,
  bareCloseCode: 1005,
  liveness: 'ping',
  tellsReplaced: true,
  readsBinary: false,
  answersMalformed: true,
  ping: { event: 'pusher:ping', data: {} },
  pong: { event: 'pusher:pong', data: {} },
  objectData: false,

  supports: (protocol) => protocol === null || /^[4-7]$/.test(protocol),
  kindOf: (channel) =>
    channel.startsWith('presence-') ? 'presence' : channel.startsWith('private-') ? 'private' : 'public',
  allowsName: (channel) => /^#?[-a-zA-Z0-9_=@,.;]{1,164}$/.test(channel),
  readText: (value) => (value === undefined || typeof value === 'string' ? value : null),
  error: (code, message) => ({ event: 'pusher:error', data: { code, message } }),
  greeting: (socketId, activityTimeout) => ({
    event: 'pusher:connection_established',
    data: plainJson({ socket_id: socketId, activity_timeout: activityTimeout }),
  }),
  succeeded: (channel, presence) => ({
    event: 'pusher_internal:subscription_succeeded',
    data: presence ? plainJson({ presence }) : '{}',
    channel,
  }),
  refusesSubscribe: (_channel, why) => pusher.error(why === 'too-many' ? 4301 : null, refusals[why]),
  signed: (socketId, { channel, channelData }, kind) =>
    kind === 'presence' ? `${socketId}:${channel}:${channelData ?? ''}` : `${socketId}:${channel}`,
  signature: (auth, key, signature) => [auth, `${key}:${signature}`],
  readMember: (channelData, kind) => {
    if (kind !== 'presence') return {}
    const member = fieldsOf(channelData)
    return memberId(member) === undefined ? undefined : member
  },
  memberKey: (id) => String(id),
  tracks: () => true,
  added: ({ user_id, user_info }) => plainJson({ user_id, user_info }),
  list: listMembers,
  whisper: (frame, sender, rule) => {
    if (!frame.event.startsWith('client-')) return 'malformed'
    if (rule === 'none') return rejected('client events are not enabled for this app')
    if (typeof frame.channel !== 'string') return 'malformed'
    if (sender.kind === 'public') return rejected('only supported on private and presence channels')
    if (!sender.subscribed) return rejected('you are not subscribed to this channel')
    const from = sender.kind === 'presence' ? { user_id: memberId(sender.member) } : {}
    return { relay: { event: frame.event, channel: frame.channel, data: frame.data, ...from } }
  },
}

const rejected = (why: string) => ({ refuse: { code: 4301, message: `Client event rejected - ${why}` } })

/** The id in `channel_data`, if there is a usable one. */
export function memberId(member: Fields | undefined): MemberId | undefined {
  const id = member?.user_id
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}

/** The list of members who all have an id. */
export function listMembers(members: readonly Fields[]): PresenceList {
  return {
    count: members.length,
    ids: members.map((member) => member.user_id as MemberId),
    hash: new Map(members.map((member) => [String(member.user_id), member.user_info ?? null])),
  }
}
