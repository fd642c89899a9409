import type { Application } from './pusher-application'
import type { ServerConnection } from './pusher-connection'

const pongTimeout = 30_000
const sweepInterval = 60_000
const silent = 'Pong reply not received in time'

/** Watches whether clients are still there, in the way of the server that this one is like. */
export class Liveness {
  readonly #app: Application
  /** Every watched connection with what cancels its timer. */
  readonly #watched = new Map<ServerConnection, () => void>()
  #cancelSweep: (() => void) | undefined

  constructor(app: Application) {
    this.#app = app
  }

  /** Begins to watch a connection. An infinite `pingInterval` watches nothing. */
  watch(connection: ServerConnection): void {
    if (this.#app.options.pingInterval === Number.POSITIVE_INFINITY) return
    switch (this.#app.personality.liveness) {
      case 'ping':
        return this.#ask(connection)
      case 'silence':
        return this.#endSilent(connection)
      case 'sweep':
        this.#watched.set(connection, () => {})
        this.#cancelSweep ??= this.#sweepLater()
    }
  }

  /** Forgets a connection; no timer stays behind. */
  unwatch(connection: ServerConnection): void {
    this.#watched.get(connection)?.()
    this.#watched.delete(connection)
    if (this.#watched.size > 0) return
    this.#cancelSweep?.()
    this.#cancelSweep = undefined
  }

  /** Pings a client that was silent for the interval, and ends it if 30 s later it still is. */
  #ask(connection: ServerConnection): void {
    const { pingInterval } = this.#app.options
    const since = () => Date.now() - connection.lastReceived
    this.#again(connection, (connection.pinged ? pingInterval + pongTimeout : pingInterval) - since(), () => {
      if (connection.pinged && since() >= pingInterval + pongTimeout) return this.#app.end(connection, 4201, silent)
      if (!connection.pinged && since() >= pingInterval) this.#ping(connection)
      this.#ask(connection)
    })
  }

  /** Ends a client to which nothing was sent for the interval: it should have pinged. */
  #endSilent(connection: ServerConnection): void {
    const left = () => connection.lastSent + this.#app.options.pingInterval - Date.now()
    this.#again(connection, left(), () => {
      if (left() > 0) this.#endSilent(connection)
      else this.#app.end(connection, 4201, silent)
    })
  }

  /** Once a minute: ends subscribed clients that were pinged and stayed silent, pings those silent for the interval. */
  #sweepLater(): () => void {
    return this.#app.later(sweepInterval, () => {
      this.#cancelSweep = this.#sweepLater()
      for (const connection of this.#app.subscribed()) {
        if (Date.now() - connection.lastReceived < this.#app.options.pingInterval) continue
        if (connection.pinged) this.#app.end(connection, 4201, silent)
        else this.#ping(connection)
      }
    })
  }

  #again(connection: ServerConnection, milliseconds: number, act: () => void): void {
    this.#watched.set(connection, this.#app.later(Math.max(0, milliseconds), act))
  }

  #ping(connection: ServerConnection): void {
    connection.send(this.#app.personality.ping)
    connection.pinged = true
  }
}
