import type { ClientFrame, Fields, ServerFrame } from '../pusher-frame'
import type { HttpDialect } from './http-dialect'

/** The servers that a `PusherServer` can behave like. */
export type PersonalityName = 'pusher' | 'reverb' | 'soketi'

/** Encrypted channels are private ones to every server: only the application and its clients know of the encryption. */
export type ChannelKind = 'public' | 'private' | 'presence'

/** Who may send client events. `all` is Reverb's: also who is not subscribed; the others take it for `members`. */
export type ClientEvents = 'members' | 'all' | 'none'

/** A user's id as it was signed. */
export type MemberId = string | number

/** How a server takes leave: with a code and a message, or by cutting TCP. */
export type Farewell = { readonly code: number; readonly message: string } | 'cut'

/** Why a subscribe is refused. */
export type SubscribeRefusal = 'name' | 'signature' | 'channel-data' | 'too-many'

/** What a client sent in a subscribe, as texts. */
export interface SubscribeRequest {
  readonly channel: string
  readonly auth: string | undefined
  readonly channelData: string | undefined
}

/** Which channels are cache channels, and what is kept of one for whoever subscribes next. */
export interface CacheRule {
  readonly covers: (channel: string) => boolean
  /** How long it is kept, in milliseconds. */
  readonly lifetime: number
  /** Reverb: any last frame is kept, whispers and departures too, and only while somebody is subscribed. */
  readonly keepsAll: boolean
}

/** How users are signed in. */
export interface UserRule {
  readonly succeeded: (auth: string, userData: string) => ServerFrame
  readonly refused: { readonly code: number; readonly message: string; readonly ends: boolean }
  /** Users are told who of their watch list is online. */
  readonly watchlists: boolean
}

/** The sender of a client event, seen from the channel that it names. */
export interface Sender {
  readonly subscribed: boolean
  readonly kind: ChannelKind
  /** Its `channel_data` on that channel. */
  readonly member: Fields | undefined
}

/** What becomes of a client event. */
export type WhisperVerdict =
  | { readonly relay: ServerFrame }
  | { readonly refuse: { readonly code: number; readonly message: string } }
  | 'ignored'
  | 'malformed'

/** The member list of a presence channel, in the order of its members' first sockets. */
export interface PresenceList {
  readonly count: number
  readonly ids: readonly MemberId[]
  readonly hash: ReadonlyMap<string, unknown>
}

/**
 * Where servers of the Pusher protocol differ. Facts are from the projects' sources and documentation; where Pusher
 * documents nothing, the comment in its personality says so.
 */
export interface Personality {
  readonly name: PersonalityName
  readonly defaults: {
    /** Seconds. */
    readonly activityTimeout: number
    /** Bytes of one inbound frame. */
    readonly maxMessageSize: number
    readonly clientEventsPerSecond: number
    /** Milliseconds of silence after which `liveness` acts. */
    readonly pingInterval: number
  }
  /** JSON as this server writes it. */
  readonly encode: (value: unknown) => string
  /** How it ends the socket of a client that did wrong. */
  readonly ending: { readonly announced: boolean; readonly close: 'code and reason' | 'code' | 'cut' }
  /** Over the connection limit; `counts` says which connections there are, `leavesOpen` that nothing but a frame follows. */
  readonly overQuota: { readonly code: number; readonly leavesOpen: boolean; readonly counts: 'all' | 'subscribed' }
  readonly badOrigin: { readonly leavesOpen: boolean }
  readonly stopped: Farewell
  readonly terminated: Farewell
  /** Absent: it knows no users but those of presence channels. */
  readonly users: UserRule | undefined
  readonly cache: CacheRule
  /** It can tell subscribers how many they are. */
  readonly tellsCounts: boolean
  /** The code with which a client's close without a code comes back; 1005 is none. */
  readonly bareCloseCode: 1000 | 1005
  /**
   * What it does about silence. `ping`: asks after `pingInterval`, ends the socket 30 s later. `sweep`: both once a minute,
   * subscribed sockets only. `silence`: ends a socket to which it has sent nothing.
   */
  readonly liveness: 'ping' | 'sweep' | 'silence'
  /** A socket that subscribes to a presence channel again as another user: whether others hear that the former has gone. */
  readonly tellsReplaced: boolean
  readonly readsBinary: boolean
  readonly answersMalformed: boolean
  readonly ping: ServerFrame
  readonly pong: ServerFrame
  /** Application events may carry anything but text in `data`. */
  readonly objectData: boolean

  readonly supports: (protocol: string | null) => boolean
  readonly kindOf: (channel: string) => ChannelKind
  readonly allowsName: (channel: string) => boolean
  /** A field that should be text, as this server reads it: `undefined` if absent, `null` if it cannot be text. */
  readonly readText: (value: unknown) => string | undefined | null
  readonly error: (code: number | null, message: string) => ServerFrame
  readonly greeting: (socketId: string, activityTimeout: number) => ServerFrame
  /** `presence` is there for presence channels. */
  readonly succeeded: (channel: string, presence: PresenceList | undefined) => ServerFrame
  readonly refusesSubscribe: (channel: string, why: SubscribeRefusal) => ServerFrame
  /** The text to be signed for a subscribe. */
  readonly signed: (socketId: string, request: SubscribeRequest, kind: ChannelKind) => string
  /** The part of `auth` that is compared with the signature, and what it is compared with. */
  readonly signature: (auth: string, key: string, signature: string) => readonly [given: string, expected: string]
  /** Opens `channel_data`; `undefined` where this server does not accept it. */
  readonly readMember: (channelData: string | undefined, kind: ChannelKind) => Fields | undefined
  /** Two sockets with the same key are one member. */
  readonly memberKey: (id: unknown) => unknown
  /** Whether a member with this id is ever known to be there already, or told to have gone. */
  readonly tracks: (id: unknown) => boolean
  /** `data` of `member_added`. */
  readonly added: (member: Fields) => string
  /** The list for these members, one per user; `undefined` where this server fails to make it. */
  readonly list: (members: readonly Fields[]) => PresenceList | undefined
  /** What becomes of a frame that is not of the protocol. */
  readonly whisper: (frame: ClientFrame, sender: Sender, rule: ClientEvents) => WhisperVerdict
  readonly http: HttpDialect
}
