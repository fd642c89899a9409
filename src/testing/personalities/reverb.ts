import { phpJson } from '../json'
import { type Fields, openText, parseJson } from '../pusher-frame'
import { reverbHttp } from './http-dialect'
import type { Personality, SubscribeRefusal } from './personality'
import { listMembers, memberId, pusher } from './pusher'

const malformed = { code: 4200, message: 'Invalid message format' }
const unauthorized = { code: 4009, message: 'Connection is unauthorized' }
const refusals: Record<SubscribeRefusal, { code: number; message: string }> = {
  name: malformed,
  signature: unauthorized,
  'channel-data': malformed,
  'too-many': { code: 4301, message: 'Rate limit exceeded' },
}

/** What PHP takes for false. */
const isFalsy = (value: unknown): boolean => !value || value === '0'

/** What passes Laravel's rule `nullable|array`: an empty text, too. */
const isPayload = (data: unknown): boolean => data === '' || data === undefined || typeof data === 'object'

/** Laravel Reverb 1.10, as recorded: errors as text without a channel, ends without a close code, PHP's JSON. */
export const reverb: Personality = {
  ...pusher,
  name: 'reverb',
  http: reverbHttp,
  defaults: {
    activityTimeout: 30,
    maxMessageSize: 10_000,
    clientEventsPerSecond: Number.POSITIVE_INFINITY,
    pingInterval: 60_000,
  },
  encode: phpJson,
  ending: { announced: true, close: 'cut' },
  overQuota: { code: 4004, leavesOpen: true, counts: 'subscribed' },
  badOrigin: { leavesOpen: true },
  stopped: 'cut',
  terminated: 'cut',
  users: undefined,
  cache: { covers: (channel) => /^(private-|presence-)?cache/.test(channel), lifetime: Infinity, keepsAll: true },
  tellsCounts: false,
  bareCloseCode: 1000,
  liveness: 'sweep',
  tellsReplaced: false,
  readsBinary: true,
  ping: { event: 'pusher:ping' },
  pong: { event: 'pusher:pong' },

  supports: () => true,
  kindOf: (channel) =>
    channel.startsWith('presence') ? 'presence' : channel.startsWith('private') ? 'private' : 'public',
  allowsName: () => true,
  // PHP hands a number or a boolean to a parameter that wants text.
  readText: (value) => {
    if (value === undefined || value === null) return undefined
    if (typeof value === 'object') return null
    return typeof value === 'boolean' ? (value ? '1' : '') : String(value)
  },
  error: (code, message) => ({ event: 'pusher:error', data: phpJson({ code, message }) }),
  greeting: (socketId, activityTimeout) => ({
    event: 'pusher:connection_established',
    data: phpJson({ socket_id: socketId, activity_timeout: activityTimeout }),
  }),
  succeeded: (channel, presence) => ({
    event: 'pusher_internal:subscription_succeeded',
    data: presence ? phpJson({ presence }) : '{}',
    ...(!isFalsy(channel) && { channel }),
  }),
  refusesSubscribe: (_channel, why) => reverb.error(refusals[why].code, refusals[why].message),
  signed: (socketId, { channel, channelData }) =>
    isFalsy(channelData) ? `${socketId}:${channel}` : `${socketId}:${channel}:${channelData}`,
  // Only what follows the first colon counts; without one, all of it.
  signature: (auth, _key, signature) => [auth.slice(auth.indexOf(':') + 1), signature],
  readMember: (channelData) => {
    if (channelData === undefined || isFalsy(channelData)) return {}
    const member = parseJson(channelData)
    return typeof member === 'object' && member !== null ? (member as Fields) : undefined
  },
  tracks: (id) => !isFalsy(id),
  added: (member) => (Object.keys(member).length === 0 ? '{}' : phpJson(member)),
  // One member without an id empties the list for everyone; one without user_info breaks it.
  list: (members) => {
    if (members.some((member) => memberId(member) === undefined)) return listMembers([])
    return members.every((member) => 'user_info' in member) ? listMembers(members) : undefined
  },
  whisper: (frame, sender, rule) => {
    const data = openText(frame.data)
    if (typeof frame.channel !== 'string' || frame.channel === '' || !isPayload(data)) return 'malformed'
    if (!frame.event.startsWith('client-')) return 'ignored'
    if (rule === 'none') return { refuse: { code: 4301, message: 'The app does not have client messaging enabled.' } }
    if (rule === 'all') return { relay: { ...frame, ...('data' in frame && { data }), channel: frame.channel } }
    if (!sender.subscribed)
      return { refuse: { code: 4009, message: 'The client is not a member of the specified channel.' } }
    const id = sender.member?.user_id
    const from = isFalsy(id) ? {} : { user_id: id }
    return { relay: { event: frame.event, channel: frame.channel, data: data ?? null, ...from } }
  },
}
