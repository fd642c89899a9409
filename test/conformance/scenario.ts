import type { PusherServerOptions } from 'antiphon/testing'
import type { Stage } from './stage'

/** What carries the frames: our own socket, or pusher-js as an application hands it over. */
export type ClientName = 'own socket' | 'pusher-js'

/** Why a scenario does not hold, and what it then ends with: a part of the message. */
export interface Exception {
  readonly because: string
  readonly seen: string
}

/** Something that an application may count on, whatever carries its frames and however it reaches the server. */
export interface Scenario {
  /** A sentence. */
  readonly name: string
  /** How the server is, where it matters; otherwise like a Reverb. */
  readonly server?: PusherServerOptions
  /** Where it does not hold; our own socket has no exceptions. */
  readonly except?: { readonly 'pusher-js': Exception }
  readonly run: (stage: Stage) => Promise<void>
}
