import type { Authorizer } from '../contract'

/** A value, or a function that is asked for it anew for every request. */
export type Source<T> = T | (() => T | Promise<T>)

/** Headers or parameters by name; what is `null` or `undefined` is not sent. */
export type Fields = Record<string, string | number | boolean | null | undefined>

/** A secret that may be missing. */
type Token = Source<string | null | undefined>

/** What goes with every authorization; `batch`: one request for all channels wanted in the same tick. */
export interface AuthOptions {
  headers?: Source<Fields> | undefined
  params?: Source<Fields> | undefined
  batch?: boolean | undefined
}

/** How pusher-js is answered: with what went wrong, or with a grant. */
export type AuthCallback = (error: Error | boolean | null | undefined, grant: unknown) => void

/** pusher-js's newer form: it replaces `authEndpoint`, `auth` and `authorizer`. */
export interface ChannelAuthorization {
  endpoint?: string | undefined
  transport?: 'ajax' | 'jsonp' | undefined
  headers?: Fields | undefined
  headersProvider?: (() => Fields | Promise<Fields>) | undefined
  params?: Fields | undefined
  paramsProvider?: (() => Fields | Promise<Fields>) | undefined
  customHandler?(this: void, request: { socketId: string; channelName: string }, callback: AuthCallback): unknown
}

/** pusher-js's form for `signin()`: what it says goes on top of `auth`. */
export interface UserAuthentication extends Omit<ChannelAuthorization, 'customHandler'> {
  customHandler?(this: void, request: { socketId: string }, callback: AuthCallback): unknown
}

/** What pusher-js's older form, `authorizer`, is told beside the channel. */
export interface AuthorizerOptions {
  authTransport: 'ajax'
  authEndpoint: string
  auth: { headers: Record<string, string>; params: Record<string, string> }
}

/** What applications say about authorizations. */
export interface AuthSettings {
  auth: AuthOptions
  authEndpoint: string
  /** How it is asked: `jsonp` by a script element, for endpoints of other origins that answer nothing else. */
  authTransport: 'ajax' | 'jsonp'
  bearerToken: Token
  /** Without it: `window.Laravel.csrfToken`, the `csrf-token` meta tag or the `XSRF-TOKEN` cookie, for the page's own origin. */
  csrfToken: Token
  /** Replaces the HTTP request. */
  authorize: Authorizer
  /** pusher-js's older form. */
  authorizer(
    this: void,
    channel: { name: string },
    options: AuthorizerOptions,
  ): { authorize(socketId: string, callback: AuthCallback): unknown }
  channelAuthorization: ChannelAuthorization
  userAuthentication: UserAuthentication
  /** Of the requests; `same-origin` by default. */
  credentials: RequestCredentials
  fetch: (url: string, init: RequestInit) => Promise<Response>
}
