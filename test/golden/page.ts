import { Echo, type PresenceChannel } from 'antiphon'
import Pusher from 'pusher-js'
import type { ClientName } from '../conformance/scenario'
import { Implied, type Seen, type SeenChannel, type TranscriptFrame } from './implied'
import { ScriptedSocket } from './scripted-socket'

// pusher-js puts itself into the page, where it would be taken for handed over.
Reflect.deleteProperty(window, 'Pusher')

/** The grant that a transcript has for a channel. */
type Grant = { readonly auth: string; readonly channel_data?: string; readonly shared_secret?: string }

/** A channel that it holds, and what the channel's listeners were told. */
interface Held {
  readonly channel: PresenceChannel
  readonly heard: SeenChannel['heard'][number][]
  readonly failures: string[]
}

/** One client of a transcript: an application with an Echo, and what it sees. */
export class Page {
  readonly implied: Implied
  readonly echo: Echo<'reverb'>
  /** What its listeners threw. */
  readonly errors: unknown[] = []
  readonly #names: readonly string[]
  readonly #sockets: ScriptedSocket[] = []
  readonly #channels = new Map<string, Held>()
  readonly #grants = new Map<string, Grant[]>()
  readonly #waiting = new Map<string, (grant: Grant) => void>()

  /** `names`: the events that it listens to, on every channel. */
  constructor(client: ClientName, key: string, names: readonly string[]) {
    this.#names = names
    this.implied = new Implied(client)
    const sockets = this.#sockets
    const WebSocket = class extends ScriptedSocket {
      constructor(url: string) {
        super(url)
        sockets.push(this)
      }
    } as unknown as typeof globalThis.WebSocket
    // pusher-js takes the page's.
    Object.assign(globalThis, { WebSocket })
    this.echo = new Echo({
      broadcaster: 'reverb',
      key,
      wsHost: 'reverb.test',
      forceTLS: false,
      enabledTransports: ['ws', 'wss'],
      linger: 0,
      WebSocket,
      authorize: ({ channel }) => this.#authorize(channel),
      onError: (error) => this.errors.push(error),
      ...(client === 'pusher-js' && { Pusher }),
    })
    this.echo.connect()
  }

  /** The socket that the transcript is about: the first one. */
  get socket(): ScriptedSocket {
    const [socket] = this.#sockets
    if (!socket) throw new Error('It has opened no WebSocket.')
    return socket
  }

  /** What the application sees of its Echo. */
  get seen(): Seen {
    const { status, socketId, error } = this.echo.connection.get()
    const channels = [...this.#channels].map(([wire, { channel, heard, failures }]) => {
      const status = channel.status.get()
      const { members } = channel.presence?.get() ?? { members: [] }
      const known = members.map(({ id, info }) => [id, info] as const)
      return [
        wire,
        { status, error: status === 'failed' ? failures.at(-1) : undefined, members: known, heard },
      ] as const
    })
    const closeCode = (error as { closeCode?: number } | undefined)?.closeCode ?? 0
    return {
      status,
      socketId,
      refused: closeCode >= 4000 ? closeCode : undefined,
      channels: Object.fromEntries(channels),
    }
  }

  /** Asks for a channel, as an application does, or asks again; `false`: there is nothing to ask for. */
  asks(wire: string, grant: Partial<Grant>): boolean {
    const held = this.#channels.get(wire)
    if (wire === '' || held?.channel.status.get() === 'joined') return false
    this.implied.asks(wire, grant)
    this.#give(wire, grant as Grant)
    if (held) held.channel.retry()
    else this.#hold(wire)
    return true
  }

  /** Leaves a channel; `false`: it has none of that name. */
  leaves(wire: string): boolean {
    if (!this.#channels.delete(wire)) return false
    this.implied.leaves(wire)
    this.echo.leaveChannel(wire)
    return true
  }

  /** Whispers, where an application can. */
  whispers({ event, channel = '', data }: TranscriptFrame): boolean {
    const held = this.#channels.get(channel)
    const allowed = /^(presence-|private-(?!encrypted-))/.test(channel)
    if (held?.channel.status.get() !== 'joined' || !allowed || typeof data !== 'object' || !data) return false
    held.channel.whisper(event.slice('client-'.length), data)
    return true
  }

  /** Says what no verb says, through pusher-js or its stand-in. */
  says({ event, channel, data }: TranscriptFrame): void {
    this.echo.connector.pusher.send_event(event, data, channel)
  }

  /** Hears a frame: the server's text. */
  hears(frame: TranscriptFrame, text: string): void {
    this.implied.hears(frame)
    this.socket.hears(text)
  }

  disconnects(): void {
    this.implied.disconnects()
    this.echo.disconnect()
  }

  /** The connection ends. */
  ends(code: number, reason: string): void {
    this.implied.ends()
    this.socket.ends(code, reason)
  }

  #hold(wire: string): void {
    // A channel's kind is what its wire name says.
    const channel = this.echo.channel(wire) as PresenceChannel
    const held: Held = { channel, heard: [], failures: [] }
    for (const name of this.#names)
      channel.on(name, (payload: unknown, { userId }: { userId?: string }) => held.heard.push([name, payload, userId]))
    channel.error(({ code }: { code: string }) => held.failures.push(code))
    this.#channels.set(wire, held)
  }

  #authorize(wire: string): Promise<Grant> {
    const [grant] = this.#grants.get(wire)?.splice(0, 1) ?? []
    return grant ? Promise.resolve(grant) : new Promise((resolve) => this.#waiting.set(wire, resolve))
  }

  #give(wire: string, grant: Grant): void {
    const secret = wire.startsWith('private-encrypted-') && { shared_secret: `${'A'.repeat(43)}=` }
    const whole = { ...grant, ...secret }
    const resolve = this.#waiting.get(wire)
    this.#waiting.delete(wire)
    if (resolve) resolve(whole)
    else this.#grants.set(wire, [whole])
  }
}
