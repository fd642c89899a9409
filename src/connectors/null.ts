import { createStore } from '../base/store'
import type { Connector, Subscription } from '../contract'
import { disconnected } from './pusher-js-state'

/** Reaches nobody: for tests and environments without broadcasting. Its channels never join. */
export class NullConnector implements Connector {
  readonly state = createStore(disconnected)

  connect(): void {}

  disconnect(): void {}

  subscribe(): Subscription {
    return { whisper: () => false, unsubscribe: () => {} }
  }
}
