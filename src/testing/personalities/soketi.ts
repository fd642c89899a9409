import { soketiHttp } from './http-dialect'
import type { Personality, SubscribeRefusal } from './personality'
import { pusher } from './pusher'

const refusals: Record<SubscribeRefusal, { type: string; error: string; status: number }> = {
  name: { type: 'LimitReached', error: 'The channel name is longer than the allowed 200 characters.', status: 4009 },
  signature: { type: 'AuthError', error: 'The connection is unauthorized.', status: 401 },
  'channel-data': { type: 'ServerError', error: 'A server error has occured.', status: 4302 },
  'too-many': { type: 'LimitReached', error: 'Too many subscriptions.', status: 4301 },
}

/** soketi 1.x: errors as objects and close codes without a reason; a refused subscribe is told to its channel. */
export const soketi: Personality = {
  ...pusher,
  name: 'soketi',
  http: soketiHttp,
  defaults: {
    activityTimeout: 30,
    maxMessageSize: 100_000_000,
    clientEventsPerSecond: Number.POSITIVE_INFINITY,
    pingInterval: 120_000,
  },
  ending: { announced: true, close: 'code' },
  overQuota: { code: 4100, leavesOpen: false, counts: 'all' },
  stopped: { code: 4200, message: 'Server closed. Please reconnect shortly.' },
  terminated: { code: 4009, message: 'You got disconnected by the app.' },
  users: {
    succeeded: (auth, userData) => ({ event: 'pusher:signin_success', data: { auth, user_data: userData } }),
    refused: { code: 4009, message: 'Connection not authorized.', ends: true },
    watchlists: false,
  },
  cache: { covers: (channel) => channel.includes('cache-'), lifetime: 3_600_000, keepsAll: false },
  tellsCounts: false,
  liveness: 'silence',
  readsBinary: true,
  answersMalformed: false,
  objectData: true,

  supports: () => true,
  kindOf: (channel) =>
    channel.includes('presence-') ? 'presence' : channel.includes('private-') ? 'private' : 'public',
  allowsName: (channel) => channel.length <= 200,
  succeeded: (channel, presence) =>
    presence ? pusher.succeeded(channel, presence) : { event: 'pusher_internal:subscription_succeeded', channel },
  refusesSubscribe: (channel, why) => ({ event: 'pusher:subscription_error', channel, data: refusals[why] }),
  // 1 and "1" are two members.
  memberKey: (id) => id,
  whisper: (frame, sender, rule) => {
    if (!frame.event.startsWith('client-') || typeof frame.channel !== 'string') return 'ignored'
    if (rule === 'none') return { refuse: { code: 4301, message: 'The app does not have client messaging enabled.' } }
    if (!sender.subscribed) return 'ignored'
    const from = sender.kind === 'presence' ? { user_id: sender.member?.user_id } : {}
    return { relay: { event: frame.event, channel: frame.channel, data: frame.data, ...from } }
  },
}
