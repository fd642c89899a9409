import type { PusherServerOptions } from 'antiphon/testing'
import type { Stage } from './stage'

/** What carries the frames: our own socket, or pusher-js as an application hands it over. */
export type ClientName = 'own socket' | 'pusher-js'

/** Something that an application may count on, whatever carries its frames and however it reaches the server. */
export interface Scenario {
  /** A sentence. */
  readonly name: string
  /** How the server is, where it matters; otherwise like a Reverb. */
  readonly server?: PusherServerOptions
  /** By client: why it does not hold there. */
  readonly except?: { readonly [client in ClientName]?: string }
  readonly run: (stage: Stage) => Promise<void>
}
