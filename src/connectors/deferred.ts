import type { Report } from '../base/report'
import { createStore, type Store } from '../base/store'
import type { ChannelName, ConnectionState, Connector, Signal, Subscription } from '../contract'
import { EchoError } from '../errors'
import { failSoon } from './fail-soon'
import { disconnected } from './pusher-js-state'

/** Loads a connector's code and makes it; it tells its state to this store. */
type Load = (state: Store<ConnectionState>) => Promise<Connector>

/** A channel that was asked for before the connector was there. */
interface Held {
  readonly channel: ChannelName
  readonly receive: (signal: Signal) => void
  subscription?: Subscription
}

/** Stands in for a connector whose code loads when a connection is first wanted; until then its channels are held here. */
export class DeferredConnector implements Connector {
  readonly state: Store<ConnectionState>
  readonly extras: object
  readonly #load: Load
  readonly #held = new Set<Held>()
  #connector: Connector | undefined
  #wanted = false
  #loading = false

  /** `extras`: what `echo.connector` shows of it, from the beginning. */
  constructor(extras: object, report: Report, load: Load) {
    this.#load = load
    this.extras = extras
    this.state = createStore(disconnected, report)
  }

  connect(): void {
    this.#wanted = true
    if (this.#connector) return this.#connector.connect()
    this.#show({ status: 'connecting' })
    if (this.#loading) return
    this.#loading = true
    this.#load(this.state).then(
      (connector) => this.#loaded(connector),
      (cause: unknown) => this.#failed(new EchoError('load-failed', 'The connector did not load.', cause)),
    )
  }

  disconnect(): void {
    this.#wanted = false
    if (this.#connector) return this.#connector.disconnect()
    this.#show({ status: 'disconnected' })
    this.#tell({ type: 'interrupted' })
  }

  subscribe(channel: ChannelName, receive: (signal: Signal) => void): Subscription {
    if (this.#connector) return this.#connector.subscribe(channel, receive)
    const held: Held = { channel, receive }
    this.#held.add(held)
    failSoon(this.state, (error) => this.#held.has(held) && receive({ type: 'failed', error }))
    return {
      whisper: (event, data) => !!held.subscription?.whisper(event, data),
      unsubscribe: () => {
        this.#held.delete(held)
        held.subscription?.unsubscribe()
      },
    }
  }

  #loaded(connector: Connector): void {
    this.#connector = connector
    for (const held of this.#held) held.subscription = connector.subscribe(held.channel, held.receive)
    if (this.#wanted) connector.connect()
  }

  #failed(error: EchoError): void {
    this.#loading = false
    if (!this.#wanted) return
    this.#show({ status: 'failed', error })
    this.#tell({ type: 'failed', error })
  }

  #show(change: Pick<ConnectionState, 'status'> & Partial<ConnectionState>): void {
    if (change.status !== this.state.get().status) this.state.set(Object.freeze({ ...disconnected, ...change }))
  }

  #tell(signal: Signal): void {
    for (const held of [...this.#held]) if (this.#held.has(held)) held.receive(signal)
  }
}
