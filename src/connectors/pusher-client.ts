import type { Grant } from '../contract'

/** What pusher-js emits comes as a name and its data. */
export type PusherListener = (event: string, data?: unknown) => void

/** Whatever emits in pusher-js. A global listener is called before the named ones, pusher-js's own among them. */
export interface PusherEmitter {
  bind_global(listener: PusherListener): unknown
  unbind_global(listener: PusherListener): unknown
  emit(event: string, data?: unknown): unknown
}

/** A frame as pusher-js opened it. */
export interface PusherMessage {
  readonly event: string
  readonly channel?: string
  readonly data?: unknown
  readonly user_id?: string | number
}

export interface PusherChannel extends PusherEmitter {
  readonly subscribed: boolean
  readonly subscriptionPending: boolean
  readonly members?: { readonly members: object; readonly myID: unknown }
  trigger(event: string, data: unknown): boolean
  subscribe(): void
  unsubscribe(): void
}

/** What pusher-js (from 7.1 on) knows of the user who signs in. */
export interface PusherUser {
  signin_requested: boolean
  readonly signinDonePromise: { readonly done?: boolean } | null
  readonly user_data: unknown
  readonly serverToUserChannel: { readonly subscribed: boolean } | null
  bind(event: string, listener: (data: unknown) => void): unknown
}

export interface PusherConnection extends PusherEmitter {
  readonly state: string
  /** Never cleared: after a loss it is the dead one. */
  readonly socket_id: string | undefined
  /** `null` from the moment the WebSocket is gone, a second before `state` says so. */
  readonly connection: object | null
  /** The attempt that is under way. */
  readonly runner: object | null
}

/** The part of a pusher-js client (7 and 8) that is touched; pusher-js itself is never imported. */
export interface PusherClient {
  readonly connection: PusherConnection
  readonly channels: {
    add(name: string, client: PusherClient): PusherChannel
    remove(name: string): unknown
  }
  readonly user?: PusherUser
  signin?(): void
  channel(name: string): PusherChannel | undefined
  subscribe(name: string): unknown
  unsubscribe(name: string): void
  send_event(event: string, data: unknown): boolean
  connect(): void
  disconnect(): void
}

/** How pusher-js is told what came of an authorization. */
export type PusherAnswer = (error: Error | null, grant: Grant | null) => void

/** How pusher-js asks for an authorization (`customHandler`): a channel's or, without a name, the user's. */
export type PusherAuthorizer = (
  request: { readonly channelName?: string; readonly socketId: string },
  answer: PusherAnswer,
) => void
