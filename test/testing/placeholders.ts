import { type App, hmac } from './transcript'

/** What stands in a transcript where every run has something else: socket ids, signatures, times. */
export class Placeholders {
  readonly #app: App
  readonly #sockets: ReadonlyMap<string, string>

  /** `sockets`: the socket ids by client. */
  constructor(app: App, sockets: ReadonlyMap<string, string>) {
    this.#app = app
    this.#sockets = sockets
  }

  /** Computes the placeholders in every text of a value; in a frame, of what it signs. */
  filled(value: unknown): unknown {
    return this.#filled(value, channelDataOf(value))
  }

  #filled(value: unknown, channelData: string | undefined): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#filled(item, channelData))
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#filled(item, channelData)]))
    if (typeof value !== 'string') return value
    return value
      .replace(/\{\{timestamp-(\d+)\}\}/, (_, ago) => String(Math.floor(Date.now() / 1000) - Number(ago)))
      .replace(/\{\{(\w+):(\w+)(?::(.*?))?\}\}/g, (_, kind, client, channel) =>
        this.#one(kind, this.#sockets.get(client) ?? '', channel, channelData),
      )
  }

  #one(kind: string, socketId: string, channel: string, channelData: string | undefined): string {
    const { key, secret } = this.#app
    const bare = hmac(secret, `${socketId}:${channel}`)
    const full = channelData === undefined ? bare : hmac(secret, `${socketId}:${channel}:${channelData}`)
    const texts: Record<string, string> = {
      socketId,
      auth: `${key}:${full}`,
      signature: full,
      authWithoutData: `${key}:${bare}`,
      userAuth: `${key}:${hmac(secret, `${socketId}::user::{"id":"1"}`)}`,
    }
    return texts[kind] ?? `no placeholder ${kind}`
  }
}

function channelDataOf(frame: unknown): string | undefined {
  const data = (frame as { data?: { channel_data?: unknown } | null } | null)?.data?.channel_data
  return typeof data === 'string' ? data : undefined
}
