import type { Faults } from './pusher-faults'
import { decodeFrame, type ServerFrame } from './pusher-frame'
import type { Limits } from './pusher-limits'
import type { Transport } from './transport'

/** How many frames each log keeps: the latest. */
const logged = 1_000

/** A user who has signed in. */
export interface ServerUser {
  readonly id: string
  /** The ids of those whose coming and going concerns them. */
  readonly watchlist: readonly string[]
}

/** What a connection reports to the server that it belongs to. */
export interface ConnectionOwner {
  readonly faults: Faults
  readonly encode: (value: unknown) => string
  readonly readsBinary: boolean
  readonly limits: Limits
  message(connection: ServerConnection, text: string): void
  gone(connection: ServerConnection): void
}

/** One client as the server sees it. Its transport calls `receive` and `closed`; tests read its logs and cut it. */
export class ServerConnection {
  readonly socketId: string
  readonly limits: Limits
  /** When the last frame came, and the last one went, in milliseconds. */
  lastReceived = Date.now()
  lastSent = Date.now()
  /** A `pusher:ping` of ours still waits for any frame. */
  pinged = false
  /** Who has signed in here. */
  user: ServerUser | undefined
  readonly #transport: Transport
  readonly #owner: ConnectionOwner
  readonly #received: unknown[] = []
  readonly #sent: unknown[] = []
  readonly #late = new Set<ReturnType<typeof setTimeout>>()
  #due = 0
  #ended = false

  constructor(socketId: string, transport: Transport, owner: ConnectionOwner) {
    this.socketId = socketId
    this.limits = owner.limits
    this.#transport = transport
    this.#owner = owner
  }

  /** The frames that came, latest 1,000: parsed, or as text where they were none. */
  get received(): readonly unknown[] {
    return this.#received
  }

  /** The frames that went, latest 1,000: as objects, or as text if sent raw. */
  get sent(): readonly unknown[] {
    return this.#sent
  }

  /** Whether the server still holds this connection. */
  get open(): boolean {
    return !this.#ended
  }

  /** A frame came from the client. A binary one is read as text by servers that do so, and is junk to the others. */
  receive(message: string | Uint8Array): void {
    if (this.#owner.faults.offline) return
    // What arrives for a connection that was given up while the network was away is answered with a reset.
    if (this.#ended) return this.#transport.drop()
    const text =
      typeof message === 'string' ? message : this.#owner.readsBinary ? new TextDecoder().decode(message) : ''
    record(this.#received, decodeFrame(text) ?? text)
    this.lastReceived = Date.now()
    this.pinged = false
    this.#owner.message(this, text)
  }

  /** The client's side is gone. */
  closed(): void {
    if (this.#owner.faults.offline) return
    this.#end()
  }

  /** Sends a frame. */
  send(frame: ServerFrame): void {
    this.sendEncoded(this.#owner.encode(frame), frame)
  }

  /** Sends any text, a frame or not. */
  sendRaw(text: string): void {
    this.sendEncoded(text, text)
  }

  /** Sends a frame that is encoded already: one text for a whole channel. */
  sendEncoded(text: string, frame: unknown): void {
    if (this.#ended) return
    record(this.#sent, frame)
    this.lastSent = Date.now()
    this.#out(() => this.#transport.send(text))
  }

  /** Closes with exactly this code and reason, whatever the server is like. */
  close(code: number, reason = ''): void {
    if (this.#ended) return
    this.#out(() => this.#transport.close(code, reason))
    this.#end()
  }

  /** Cuts the connection without a close frame, after what was sent before: the client sees 1006. */
  drop(): void {
    if (this.#ended) return
    this.#out(() => this.#transport.drop())
    this.#end()
  }

  /** Forgets what is late and still under way. */
  forgetLate(): void {
    for (const timer of this.#late) clearTimeout(timer)
    this.#late.clear()
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#owner.gone(this)
  }

  /** Does to the transport what is due now, or later if frames are to be late; never out of order. */
  #out(act: () => void): void {
    const { faults } = this.#owner
    if (faults.offline) return
    if (faults.delay === 0 && this.#late.size === 0) return act()
    this.#due = Math.max(this.#due, Date.now() + faults.delay)
    const timer = setTimeout(() => {
      this.#late.delete(timer)
      if (!faults.offline) act()
    }, this.#due - Date.now())
    this.#late.add(timer)
  }
}

function record(log: unknown[], entry: unknown): void {
  log.push(entry)
  if (log.length > logged) log.shift()
}
