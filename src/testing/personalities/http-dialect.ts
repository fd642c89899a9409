import { type HttpAnswer, json, text } from '../http-message'
import type { SignatureChecks } from '../http-signature'
import type { CachedFrame } from '../pusher-frame'

/** What is told about a channel: what was asked for. */
export type ChannelInfo = Readonly<Record<string, unknown>>

/** Where the HTTP APIs of the servers differ. */
export interface HttpDialect {
  readonly checks: SignatureChecks
  /** Largest number of channels and of events in a request, characters of a name, bytes of `data` and of the body. */
  readonly limits: {
    readonly channels: number
    readonly batch: number
    readonly name: number
    readonly data: number
    readonly body: number
  }
  /** Asking for a count that a channel does not have: an error, nothing, or every count is told unasked. */
  readonly info: 'strict' | 'lenient' | 'always'
  /** What is told of a cache channel's last event, asked for by name. */
  readonly cached: (cached: CachedFrame) => unknown
  /** Member ids as text whatever they were signed as. */
  readonly idsAsText: boolean
  /** `GET /connections` is there. */
  readonly countsConnections: boolean
  /** A batch item that leaves out a connected socket breaks the request, as it does in Reverb 1.10. */
  readonly batchBreaksOnSocket: boolean
  /** A presence channel without members, asked for its users. */
  readonly noUsers: HttpAnswer
  readonly notPresence: HttpAnswer
  readonly notFound: HttpAnswer
  readonly wrongMethod: HttpAnswer
  readonly upgradeExpected: HttpAnswer
  /** The body is no JSON object. */
  readonly notJson: HttpAnswer
  readonly broken: HttpAnswer
  readonly unknownApp: (id: string) => HttpAnswer
  readonly unauthorized: (why: string) => HttpAnswer
  readonly invalid: (problems: ReadonlyMap<string, readonly string[]>) => HttpAnswer
  readonly tooLarge: (what: string) => HttpAnswer
  readonly published: (info: ReadonlyMap<string, ChannelInfo> | undefined) => HttpAnswer
  readonly batched: (info: readonly ChannelInfo[] | undefined) => HttpAnswer
  readonly channel: (info: ChannelInfo) => HttpAnswer
  readonly channels: (info: ReadonlyMap<string, ChannelInfo>) => HttpAnswer
  readonly done: HttpAnswer
}

const plain = (status: number, body: string) => text(status, body, 'text/plain; charset=utf-8')
const first = (problems: ReadonlyMap<string, readonly string[]>) => [...problems.values()][0]?.[0] ?? 'Bad request'

/** Pusher Channels: every check, errors as text. */
export const pusherHttp: HttpDialect = {
  checks: { key: true, clock: true, sentDigest: true },
  limits: { channels: 100, batch: 10, name: 200, data: 10_240, body: Number.POSITIVE_INFINITY },
  info: 'strict',
  cached: ({ frame, until }) => ({ data: frame.data, ttl: Math.ceil((until - Date.now()) / 1000) }),
  idsAsText: true,
  countsConnections: false,
  batchBreaksOnSocket: false,
  noUsers: json(200, { users: [] }),
  notPresence: plain(400, 'Users can only be retrieved for presence channels'),
  notFound: plain(404, 'Not found'),
  wrongMethod: plain(405, 'Method not allowed'),
  upgradeExpected: plain(426, 'Upgrade required'),
  notJson: plain(400, 'The body is not a JSON object'),
  broken: plain(500, 'Internal server error'),
  unknownApp: (id) => plain(404, `App ${id} does not exist`),
  unauthorized: (why) => plain(401, why),
  invalid: (problems) => plain(400, first(problems)),
  tooLarge: (what) => plain(413, what),
  published: (info) => json(200, info ? { channels: Object.fromEntries(info) } : {}),
  batched: (info) => json(200, info ? { batch: info } : {}),
  channel: (info) => json(200, info),
  channels: (info) => json(200, { channels: Object.fromEntries(info) }),
  done: json(200, {}),
}

const broken = text(500, 'Internal server error.')

/** Laravel Reverb 1.10: it looks at the signature alone, and its empty objects are lists where PHP forgot a cast. */
export const reverbHttp: HttpDialect = {
  ...pusherHttp,
  checks: { key: false, clock: false, sentDigest: false },
  limits: {
    channels: Number.POSITIVE_INFINITY,
    batch: Number.POSITIVE_INFINITY,
    name: Number.POSITIVE_INFINITY,
    data: Number.POSITIVE_INFINITY,
    body: 10_000,
  },
  info: 'lenient',
  cached: ({ frame }) => frame,
  idsAsText: false,
  countsConnections: true,
  batchBreaksOnSocket: true,
  noUsers: json(404, {}),
  notPresence: json(400, {}),
  notFound: text(404, 'Not found.'),
  wrongMethod: text(405, 'Method not allowed.'),
  upgradeExpected: broken,
  notJson: broken,
  broken,
  unknownApp: (id) => text(404, `No matching application for ID [${id}].`),
  unauthorized: () => text(401, 'Authentication signature invalid.'),
  invalid: (problems) => json(422, Object.fromEntries(problems)),
  tooLarge: () => text(413, 'Payload too large.'),
  batched: (info) => json(200, { batch: info ?? {} }),
  // Laravel escapes quotes within JSON.
  channel: (info) => text(200, JSON.stringify(info).replaceAll('\\"', '\\u0022'), 'application/json'),
  channels: (info) => json(200, { channels: info.size === 0 ? [] : Object.fromEntries(info) }),
}

const failure = (code: number, error: string) => json(code, { error, code })
const ok = json(200, { ok: true })

/** soketi 1.x: errors as JSON, counts unasked, never an info about what was published. */
export const soketiHttp: HttpDialect = {
  ...pusherHttp,
  checks: { key: false, clock: false, sentDigest: false },
  limits: { channels: 100, batch: 10, name: 200, data: 102_400, body: Number.POSITIVE_INFINITY },
  info: 'always',
  idsAsText: false,
  notPresence: failure(400, 'The channel must be a presence channel.'),
  notFound: text(404, ''),
  notJson: failure(400, 'The received data is incorrect.'),
  unknownApp: (id) => failure(404, `The app ${id} could not be found.`),
  unauthorized: () => failure(401, 'The secret authentication failed'),
  invalid: () => failure(400, 'The received data is incorrect'),
  tooLarge: (what) => failure(413, what),
  published: () => ok,
  batched: () => ok,
  done: ok,
}
