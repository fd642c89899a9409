import type { EchoOptions } from 'antiphon'
import type { PusherServer, PusherServerOptions } from 'antiphon/testing'
import type { AuthEndpoint } from '../support/auth-endpoint'

/** One way from a page to a server. */
export interface Venue {
  /** Where its servers are. */
  readonly host: string
  /** The class that reaches them from a page. */
  readonly WebSocket: new (
    url: string,
  ) => object
  readonly open: (options: PusherServerOptions) => Promise<Place>
}

/** A server, and the way to it. */
export interface Place {
  readonly server: PusherServer
  readonly port: number
  /** What a page's WebSocket handlers threw: its uncaught exceptions. */
  readonly uncaught: readonly unknown[]
  /** The options with which an Echo asks this endpoint. */
  authorizedBy(endpoint: AuthEndpoint): Pick<EchoOptions<'reverb'>, 'authEndpoint' | 'userAuthentication' | 'fetch'>
  /** Kills the server, and starts another one in its place. */
  restart(): Promise<void>
  close(): Promise<void>
}
