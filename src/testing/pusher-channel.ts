import type { ChannelKind, MemberId } from './personalities/personality'
import { memberId } from './personalities/pusher'
import type { ServerConnection } from './pusher-connection'
import type { Fields, ServerFrame } from './pusher-frame'

/** Who is in a presence channel. */
export interface ServerMember {
  readonly id: MemberId
  readonly info: unknown
}

/** A channel while somebody is subscribed to it. */
export class ServerChannel {
  readonly name: string
  readonly kind: ChannelKind
  /** With their `channel_data`, in the order in which they joined; who joins again keeps its place. */
  readonly subscribers = new Map<ServerConnection, Fields>()
  readonly #encode: (value: unknown) => string
  readonly #memberKey: (id: unknown) => unknown
  #counted = 0

  constructor(
    name: string,
    kind: ChannelKind,
    dialect: { encode: (value: unknown) => string; memberKey: (id: unknown) => unknown },
  ) {
    this.name = name
    this.kind = kind
    this.#encode = dialect.encode
    this.#memberKey = dialect.memberKey
  }

  /** Sends a frame to every subscriber but one. */
  broadcast(frame: ServerFrame, except?: ServerConnection): void {
    const text = this.#encode(frame)
    for (const connection of this.subscribers.keys()) {
      if (connection !== except) connection.sendEncoded(text, frame)
    }
  }

  /** Tells every subscriber how many they are, if that has changed. */
  tellCount(): void {
    const { name: channel, subscribers } = this
    if (subscribers.size === this.#counted) return
    this.#counted = subscribers.size
    const data = this.#encode({ subscription_count: subscribers.size })
    this.broadcast({ event: 'pusher_internal:subscription_count', data, channel })
  }

  /** The `channel_data` of the oldest socket of every user, in order. */
  users(): Fields[] {
    const oldest = new Map<unknown, Fields>()
    for (const data of this.subscribers.values()) {
      const key = this.#memberKey(data.user_id)
      if (!oldest.has(key)) oldest.set(key, data)
    }
    return [...oldest.values()]
  }

  /** Whether a socket of this user is subscribed. */
  has(id: unknown): boolean {
    const key = this.#memberKey(id)
    return [...this.subscribers.values()].some((data) => this.#memberKey(data.user_id) === key)
  }

  /** Members with an id; none outside presence channels. */
  members(): ServerMember[] {
    if (this.kind !== 'presence') return []
    return this.users().flatMap((data) => {
      const id = memberId(data)
      return id === undefined ? [] : [{ id, info: data.user_info }]
    })
  }
}
