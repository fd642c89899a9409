import type { PusherServer, ServerConnection, UpgradeRequest } from 'antiphon/testing'

export interface Heard {
  readonly event: string
  readonly data?: any
  readonly channel?: string
  readonly user_id?: string | number
}

/** A client without a WebSocket: what the server sends is there at once. */
export class RawClient {
  readonly connection: ServerConnection
  readonly socketId: string
  /** What it was told of its end: a code and a reason, or `dropped`. */
  readonly ends: ({ readonly code: number; readonly reason: string } | 'dropped')[] = []
  readonly #server: PusherServer
  readonly #unread: string[] = []

  constructor(server: PusherServer, request?: UpgradeRequest) {
    this.#server = server
    this.connection = server.accept(
      {
        send: (text) => this.#unread.push(text),
        close: (code, reason) => this.ends.push({ code, reason }),
        drop: () => this.ends.push('dropped'),
      },
      request,
    )
    this.socketId = this.connection.socketId
  }

  /** How it ended, if it did. */
  get end() {
    return this.ends[0]
  }

  /** The texts that came since this was asked last. */
  texts(): string[] {
    return this.#unread.splice(0)
  }

  /** The frames that came since this was asked last. */
  heard(): Heard[] {
    return this.texts().map((text) => JSON.parse(text))
  }

  send(frame: unknown): this {
    this.connection.receive(typeof frame === 'string' ? frame : JSON.stringify(frame))
    return this
  }

  /** Subscribes with the authorization that an application would give. */
  subscribe(channel: string, member?: { user_id: string | number; user_info?: unknown }): this {
    const authorization = channel.startsWith('p') ? this.#server.authorize(this.socketId, channel, member) : {}
    return this.send({ event: 'pusher:subscribe', data: { channel, ...authorization } })
  }

  /** Signs in with the authentication that an application would give. */
  signin(user: { id: string; user_info?: unknown; watchlist?: readonly string[] }): this {
    return this.send({ event: 'pusher:signin', data: this.#server.authenticate(this.socketId, user) })
  }

  whisper(channel: string, data: unknown, event = 'client-typing'): this {
    return this.send({ event, channel, data })
  }

  /** The client closes. */
  leave(): void {
    this.connection.closed()
  }
}
