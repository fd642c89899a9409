import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import type { PusherServer, Transport } from '../testing/index'

/** Connects a WebSocket that has just opened to the server, both ways. */
export function attach(
  server: PusherServer,
  webSocket: WebSocket,
  socket: Socket,
  request: { path: string; origin: string | undefined },
): void {
  const transport: Transport = {
    send: (text) => webSocket.send(text),
    close: (code, reason) => webSocket.close(code, reason),
    // What was sent before still arrives; then TCP ends, without a close frame.
    drop: () => socket.destroySoon(),
  }
  const connection = server.accept(transport, request)
  webSocket.on('message', (data, isBinary) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.concat([data].flat().map((part) => new Uint8Array(part)))
    connection.receive(isBinary ? bytes : bytes.toString())
  })
  webSocket.on('close', () => connection.closed())
  webSocket.on('error', () => connection.closed())
}

/** The class of a server's sockets: `ws` answers a close without a code in kind, a Reverb with 1000. */
export function socketClass(bareCloseCode: number): typeof WebSocket {
  if (bareCloseCode === 1005) return WebSocket
  return class extends WebSocket {
    override close(code = bareCloseCode, reason?: string | Buffer): void {
      super.close(code, reason)
    }
  }
}
