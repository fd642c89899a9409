import { inMemoryWebSocket, type PusherServer } from 'antiphon/testing'

/** What happens on a WebSocket, told as it happens. */
export interface SocketEvents {
  opened(socket: object): void
  /** Something came: `act` hands it to the client. */
  deliver(text: string, act: () => void): void
  /** The client has dealt with it. */
  heard(socket: object, text: string): void
  say(socket: object, text: string): void
  /** It has ended, and the client knows. */
  closed(socket: object): void
}

/** A WebSocket class of this server whose sockets tell everything that happens on them. */
export function watchedSocket(server: PusherServer, events: SocketEvents): typeof WebSocket {
  return class extends inMemoryWebSocket(server) {
    constructor(url: string | URL) {
      super(url)
      events.opened(this)
      let hear: ((event: MessageEvent) => void) | null = null
      Object.defineProperty(this, 'onmessage', {
        get: () => hear && ((event: MessageEvent) => events.deliver(event.data, () => hear?.(event))),
        set: (listener: typeof hear) => {
          hear = listener
        },
      })
      this.addEventListener('message', ({ data }) => events.heard(this, data))
      this.addEventListener('close', () => events.closed(this))
    }

    override send(data: string): void {
      events.say(this, data)
      super.send(data)
    }
  }
}
