import type { ClientName } from '../conformance/scenario'

/** A frame of a transcript. */
export interface TranscriptFrame {
  readonly event: string
  readonly channel?: string
  readonly data?: any
  readonly user_id?: string | number
}

/** A channel as an application sees it. */
export interface SeenChannel {
  readonly status: string
  /** The error code, if it has failed. */
  readonly error: string | undefined
  /** The members of a presence channel, in the server's order. */
  readonly members: readonly (readonly [id: string, info: unknown])[]
  /** The events it heard: name, payload, and who whispered. */
  readonly heard: readonly (readonly [event: string, payload: unknown, userId: string | undefined])[]
}

/** A page as an application sees it. */
export interface Seen {
  readonly status: string
  readonly socketId: string | undefined
  /** The code with which the server refused the connection. */
  readonly refused: number | undefined
  readonly channels: Record<string, SeenChannel>
}

interface Held {
  status: string
  error: string | undefined
  members: Map<string, unknown>
  heard: [string, unknown, string | undefined][]
  /** The server owes an answer. */
  asked: boolean
  /** Times that the server refused it since the application asked. */
  refusals: number
}

/** The state that a transcript implies for one client, frame by frame. */
export class Implied {
  readonly #client: ClientName
  readonly #channels = new Map<string, Held>()
  #status = 'connecting'
  #socketId: string | undefined
  #refused: number | undefined

  constructor(client: ClientName) {
    this.#client = client
  }

  get state(): Seen {
    const channels = [...this.#channels].map(([wire, { status, error, members, heard }]) => {
      // Members are kept through an outage, for the difference; nobody is known before the first answer.
      return [wire, { status, error, members: [...members], heard }] as const
    })
    return {
      status: this.#status,
      socketId: this.#socketId,
      refused: this.#refused,
      channels: Object.fromEntries(channels),
    }
  }

  /** The application asks for a channel with this authorization. */
  asks(wire: string, { auth, channel_data }: { auth?: unknown; channel_data?: unknown }): void {
    const held = this.#channels.get(wire) ?? { status: '', members: new Map(), heard: [], asked: false, refusals: 0 }
    if (held.status === 'joined') return
    Object.assign(held, { status: 'joining', error: undefined, asked: true })
    this.#channels.set(wire, held as Held)
    if (isPublic(wire) || isGrant(wire, auth, channel_data)) return
    Object.assign(held, { status: 'failed', error: 'auth-invalid', asked: false, refusals: 0 })
  }

  /** The application leaves a channel. */
  leaves(wire: string): void {
    this.#channels.delete(wire)
  }

  /** The application disconnects. */
  disconnects(): void {
    this.#down('disconnected')
  }

  /** The connection ends. */
  ends(): void {
    if (this.#status === 'connected') this.#down('reconnecting')
  }

  hears(frame: TranscriptFrame): void {
    const data = parsed(frame.data)
    const succeeded = frame.event === 'pusher_internal:subscription_succeeded'
    if (frame.event === 'pusher:connection_established') this.#greeted(data.socket_id)
    else if (frame.event === 'pusher:error') this.#error(data.code)
    // A Reverb leaves out the name 0 where it accepts.
    else if (frame.channel !== undefined || succeeded) this.#told(frame.channel ?? '0', frame, data)
  }

  #greeted(socketId: string): void {
    this.#status = 'connected'
    this.#socketId ??= socketId
  }

  #error(code: number): void {
    if (this.#status === 'connecting') {
      // pusher-js takes all from 4000 to 4099 for final; a full server may have room again.
      const final = code !== 4004 || this.#client === 'pusher-js'
      this.#status = final ? 'failed' : 'connecting'
      this.#refused = code
      return
    }
    const waiting = [...this.#channels].filter(([wire, { asked }]) => asked && !isPublic(wire))
    const [[, held] = []] = waiting
    // An error names no channel: only what cannot be misunderstood concerns one. A signature is renewed once.
    if (code !== 4009 || waiting.length > 1 || !held) return
    held.asked = false
    held.refusals += 1
    if (held.refusals === 2) Object.assign(held, { status: 'failed', error: 'subscribe-refused', refusals: 0 })
  }

  #told(wire: string, { event, user_id }: TranscriptFrame, data: any): void {
    const held = this.#channels.get(wire)
    if (event === 'pusher_internal:subscription_succeeded') {
      // Nothing is announced twice.
      if (!held || held.status !== 'joining') return
      Object.assign(held, { status: 'joined', asked: false, refusals: 0 })
      if (wire.startsWith('presence-')) held.members = membersIn(data.presence)
    } else if (held?.status !== 'joined') return
    else if (event === 'pusher_internal:member_added') {
      if (data.user_id !== '') held.members.set(String(data.user_id), data.user_info)
    } else if (event === 'pusher_internal:member_removed') held.members.delete(String(data.user_id))
    else if (!event.startsWith('pusher_internal:') && !wire.startsWith('private-encrypted-')) {
      const userId = wire.startsWith('presence-') && user_id !== undefined ? String(user_id) : undefined
      held.heard.push([event, data, userId])
    }
  }

  #down(status: string): void {
    this.#status = status
    this.#socketId = undefined
    for (const held of this.#channels.values())
      if (status === 'disconnected' || held.status === 'joined') held.status = 'joining'
  }
}

const isPublic = (wire: string) => !/^(private|presence)-/.test(wire)

function isGrant(wire: string, auth: unknown, channelData: unknown): boolean {
  if (typeof auth !== 'string' || auth === '') return false
  if (!wire.startsWith('presence-')) return true
  return typeof channelData === 'string' && parsed(channelData)?.user_id !== undefined
}

function membersIn({ ids, hash }: { ids: (string | number)[]; hash: Record<string, unknown> }): Map<string, unknown> {
  return new Map(ids.map(String).flatMap((id) => (id === '' ? [] : [[id, hash[id]]])))
}

function parsed(data: unknown): any {
  if (typeof data !== 'string') return data
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}
