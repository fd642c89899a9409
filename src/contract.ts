import type { Readable } from './base/store'
import type { EchoError } from './errors'

/** The four kinds of channel, named the same everywhere. */
export type ChannelKind = 'public' | 'private' | 'encrypted' | 'presence'

/** A channel as the application names it (`name`) and as the server does (`wire`). */
export interface ChannelName {
  readonly kind: ChannelKind
  readonly name: string
  readonly wire: string
}

/**
 * The user who has signed in. What a server tells a user is told to this channel, as to a presence channel whose members are
 * the user and whoever of their watch list is online.
 */
export const userChannel: ChannelName = { kind: 'presence', name: '#server-to-user', wire: '#server-to-user' }

/** Someone in a presence channel. `id` is always text: servers differ in whether they send a number. */
export interface Member<Info = any> {
  readonly id: string
  readonly info: Info
}

/** The time in which events may have been lost: from the last frame heard to the new acceptance, in Unix milliseconds. */
export interface Gap {
  readonly from: number
  readonly to: number
  readonly reason: 'connection-lost' | 'disconnected'
}

/** Since when events may be lost, and why. */
export type Loss = Pick<Gap, 'from' | 'reason'>

/** Everything a connector tells a channel. */
export type Signal =
  /** The server accepted. `confirmed: false`: asked, but this server never acknowledges. */
  | {
      readonly type: 'subscribed'
      readonly confirmed: boolean
      readonly members?: readonly Member[]
      readonly me?: string
    }
  /** An event of the application, or one the server invents for a channel; `data` opens the payload. */
  | { readonly type: 'event'; readonly name: string; readonly data: () => unknown; readonly userId?: string }
  | { readonly type: 'joined' | 'left'; readonly member: Member }
  /** The connection is gone; the channel will be subscribed again. `loss`: since when events may be lost, if not since now. */
  | { readonly type: 'interrupted'; readonly loss?: Loss }
  /** Something went wrong and the channel lives on: an authorization that is retried, a whisper that was dropped. */
  | { readonly type: 'problem'; readonly error: EchoError }
  /** Terminal until the channel is asked for again. */
  | { readonly type: 'failed'; readonly error: EchoError }

/** One channel's hold on its connector. */
export interface Subscription {
  /** Sends a client event; `false`: it could not be sent now. */
  whisper(event: string, data: unknown): boolean
  /** Ends it at once: the receiver is never called again. */
  unsubscribe(): void
}

/** One kind of server. `subscribe` never calls `receive` before it returns. */
export interface Connector {
  readonly state: Readable<ConnectionState>
  connect(): void
  disconnect(): void
  subscribe(channel: ChannelName, receive: (signal: Signal) => void): Subscription
}

/** `failed`: it will not try again by itself. */
export type ConnectionStatus = 'connected' | 'connecting' | 'reconnecting' | 'disconnected' | 'failed'

/** A frozen picture of the connection; `retryAt` in Unix milliseconds, `attempt` counts since the loss. */
export interface ConnectionState {
  readonly status: ConnectionStatus
  readonly socketId: string | undefined
  readonly attempt: number
  readonly retryAt: number | undefined
  readonly error: EchoError | undefined
  readonly offline: boolean
}

/** What one authorization is asked for, no `channel`: for the user; `retrying` hears of each failure that will be tried again. */
export interface AuthRequest {
  readonly channel: string
  readonly socketId: string
  readonly retrying?: (error: EchoError) => void
}

/** What the application's server answered: the signature, what it signed (for a user, `user_data`), an encrypted channel's key. */
export interface Grant {
  readonly auth: string
  readonly channel_data?: string
  readonly user_data?: string
  readonly shared_secret?: string
}

/** Asks whether a socket may join a channel; rejects with an `AuthError`, or with the signal's reason when aborted. */
export type Authorizer = (request: AuthRequest, signal: AbortSignal) => Promise<Grant>

/**
 * What your application's channels carry. Extend it, and listeners, whispers and members are typed:
 *
 * @example
 * declare module 'antiphon' {
 *   interface Register {
 *     private: { [order: `orders.${string}`]: { events: { OrderShipped: { id: number } } } }
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be extended.
export interface Register {}

/** A channel's types: its events and whispers by name, and who its members are. */
export interface ChannelTypes {
  readonly events: any
  readonly whispers: any
  readonly member: any
}

type Registered<K extends string> = Register extends { readonly [key in K]: infer Channels } ? Channels : {}
type Part<T, K extends string> = T extends { readonly [key in K]: infer Value } ? Value : any

/** The types of channel `N` of kind `K`: as registered, or open. Nobody whispers on public and encrypted channels. */
export interface TypesOf<K extends ChannelKind, N extends string> extends ChannelTypes {
  readonly events: N extends keyof Registered<K> ? Part<Registered<K>[N], 'events'> : any
  readonly whispers: K extends 'private' | 'presence'
    ? N extends keyof Registered<K>
      ? Part<Registered<K>[N], 'whispers'>
      : any
    : {}
  readonly member: N extends keyof Registered<K> ? Part<Registered<K>[N], 'member'> : any
}

/** The types of what is told to the user who has signed in: as registered, or open. */
export interface UserTypes extends ChannelTypes {
  readonly events: Part<Registered<'user'>, 'events'>
  readonly whispers: {}
  readonly member: Part<Registered<'user'>, 'info'>
}

/** Laravel's notifications by class, as registered. */
export type Notifications = Register extends { readonly notifications: infer Types } ? Types : Record<string, any>

/** What is known about an event beside its payload. `userId`: who whispered, on presence channels only. */
export interface EventMeta {
  readonly event: string
  readonly channel: string
  readonly userId?: string | undefined
}
