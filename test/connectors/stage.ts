import { inMemoryWebSocket, type PusherServer } from '../../src/testing'

/** Time for frames to cross a socket in memory, in milliseconds. */
export const CROSSING = 50

/** The `WebSocket` of a page on this server; `opened` hears of each one that is made. */
export function pageWebSocket(server: PusherServer, opened: (url: string) => void = () => {}): typeof WebSocket {
  return class extends inMemoryWebSocket(server) {
    constructor(url: string | URL) {
      opened(String(url))
      super(url)
    }
  }
}
