import { inMemoryWebSocket, type PusherServer } from '../../src/testing'

/** Time for frames to cross a socket in memory, in milliseconds. */
export const CROSSING = 50

/**
 * The `WebSocket` of a page on this server, with nothing but its four handlers: happy-dom's `EventTarget` calls such
 * handlers itself, so that a class on top of it would call them twice.
 */
export function pageWebSocket(server: PusherServer, opened: (url: string) => void = () => {}): typeof WebSocket {
  const Socket = inMemoryWebSocket(server)
  const types = ['open', 'message', 'error', 'close'] as const
  class PageSocket {
    onopen: unknown
    onmessage: unknown
    onerror: unknown
    onclose: unknown
    readonly #socket: WebSocket

    constructor(url: string) {
      opened(url)
      this.#socket = new Socket(url)
      for (const type of types)
        this.#socket.addEventListener(type, (event) => (this[`on${type}`] as ((event: Event) => void) | null)?.(event))
    }

    get readyState() {
      return this.#socket.readyState
    }

    send(text: string) {
      this.#socket.send(text)
    }

    close(code?: number, reason?: string) {
      this.#socket.close(code, reason)
    }
  }
  return PageSocket as unknown as typeof WebSocket
}
