import type { ServerConnection } from './pusher-connection'
import type { PusherServer } from './pusher-server'

/**
 * A `WebSocket` class whose sockets reach this server in memory, with a browser's semantics. Everything arrives by
 * `setTimeout`, so that fake timers drive it.
 *
 * @example new Echo({ broadcaster: 'reverb', key: 'app-key', WebSocket: inMemoryWebSocket(server) })
 */
export function inMemoryWebSocket(server: PusherServer): typeof WebSocket {
  class BoundSocket extends InMemorySocket {
    constructor(url: string | URL) {
      super(server, url)
    }
  }
  // A browser's class has its listeners typed event by event; ours has EventTarget's.
  return BoundSocket as unknown as typeof WebSocket
}

const connecting = 0
const open = 1
const closing = 2
const closed = 3

class InMemorySocket {
  static readonly CONNECTING = connecting
  static readonly OPEN = open
  static readonly CLOSING = closing
  static readonly CLOSED = closed
  readonly CONNECTING = connecting
  readonly OPEN = open
  readonly CLOSING = closing
  readonly CLOSED = closed

  readonly url: string
  readonly protocol = ''
  readonly extensions = ''
  readonly bufferedAmount = 0
  binaryType = 'blob'
  onopen: ((event: Event) => void) | null = null
  onmessage: ((event: MessageEvent) => void) | null = null
  onerror: ((event: Event) => void) | null = null
  onclose: ((event: CloseEvent) => void) | null = null
  readonly #server: PusherServer
  // Held rather than extended: happy-dom's EventTarget calls `on…` handlers of its heirs itself, and they would hear twice.
  readonly #events = new EventTarget()
  readonly #due: (() => void)[] = []
  #state = connecting
  #connection: ServerConnection | undefined

  constructor(server: PusherServer, url: string | URL) {
    this.#server = server
    this.url = addressOf(url)
    // As listeners, so that one that throws is reported and harms nobody.
    this.addEventListener('open', (event) => this.onopen?.(event))
    this.addEventListener('message', (event) => this.onmessage?.(event as MessageEvent))
    this.addEventListener('error', (event) => this.onerror?.(event))
    this.addEventListener('close', (event) => this.onclose?.(event as CloseEvent))
    setTimeout(() => this.#connect(), 0)
  }

  addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.#events.addEventListener(...args)
  }

  removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.#events.removeEventListener(...args)
  }

  dispatchEvent(event: Event): boolean {
    return this.#events.dispatchEvent(event)
  }

  get readyState(): number {
    return this.#state
  }

  send(data: string | ArrayBufferLike | ArrayBufferView): void {
    if (this.#state === connecting) throw new DOMException('The socket is still connecting', 'InvalidStateError')
    const message = typeof data === 'string' ? data : bytesOf(data)
    this.#later(() => this.#connection?.receive(message))
  }

  close(code?: number, reason = ''): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999))
      throw new DOMException(`The code ${code} is not 1000 and not between 3000 and 4999`, 'InvalidAccessError')
    if (new TextEncoder().encode(reason).length > 123)
      throw new DOMException('The reason is longer than 123 bytes', 'SyntaxError')
    if (this.#state === connecting) return this.#fail()
    if (this.#state !== open) return
    this.#state = closing
    this.#later(() => {
      this.#connection?.closed()
      // A server that the frame does not reach cannot answer it.
      if (this.#server.offline) this.#finish(1006, '')
      else this.#finish(code ?? this.#server.options.personality.bareCloseCode, reason)
    })
  }

  #connect(): void {
    if (this.#state !== connecting || this.#server.offline) return
    const { pathname, search } = new URL(this.url)
    if (this.#server.faults.cutsNext() || !this.#server.serves(pathname + search)) return this.#fail()
    // What the server says while it accepts comes after `open`.
    this.#connection = this.#server.accept(
      {
        send: (text) => this.#later(() => this.#hear(text)),
        close: (code, reason) => this.#later(() => this.#finish(code, reason)),
        drop: () => this.#later(() => this.#finish(1006, '')),
      },
      { path: pathname + search, origin: globalThis.location?.origin },
    )
    this.#state = open
    this.dispatchEvent(new Event('open'))
  }

  // In the order in which it was asked for: fake timers give a timer that is set by another one a millisecond more.
  #later(act: () => void): void {
    this.#due.push(act)
    setTimeout(() => this.#due.shift()?.(), 0)
  }

  #hear(text: string): void {
    if (this.#state === open) this.dispatchEvent(new MessageEvent('message', { data: text }))
    // A frame for a page that left unheard, while the network was away, is answered with a reset.
    else if (this.#state === closed) this.#connection?.closed()
  }

  /** The connection never came about: an error, then 1006. */
  #fail(): void {
    this.#state = closing
    this.#later(() => {
      this.dispatchEvent(new Event('error'))
      this.#finish(1006, '')
    })
  }

  #finish(code: number, reason: string): void {
    if (this.#state === closed) return
    this.#state = closed
    // Node has no CloseEvent before version 23.
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason, wasClean: code !== 1006 }))
  }
}

function addressOf(url: string | URL): string {
  const text = String(url)
  if (!URL.canParse(text) || !/^(ws|http)s?:$/.test(new URL(text).protocol))
    throw new DOMException(`${text} is no address of a WebSocket`, 'SyntaxError')
  return new URL(text).href
}

function bytesOf(data: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}
