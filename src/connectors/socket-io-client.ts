import { made } from './made'

/** It takes what its event comes with. */
type SocketIoListener = (...args: never[]) => unknown

/** What carries the sockets of one server. */
interface SocketIoManager {
  on(event: string, listener: SocketIoListener): unknown
  /** Whether it reconnects by itself. */
  reconnection(): boolean
}

/** The part of a socket of socket.io-client (2 to 4) that is touched; socket.io-client itself is never imported. */
export interface SocketIoSocket {
  readonly io: SocketIoManager
  readonly nsp: string
  readonly id?: string
  readonly connected: boolean
  /** Whether it will connect by itself; from version 3 on. */
  readonly active?: boolean
  /** From version 3 on. */
  onAny?(listener: (...args: unknown[]) => unknown): unknown
  on(event: string, listener: SocketIoListener): unknown
  emit(event: string, ...args: unknown[]): unknown
  connect(): unknown
  disconnect(): unknown
}

/** What a manager hands out as `packet`; `data` holds an event and its arguments. */
export interface SocketIoPacket {
  readonly type: number
  readonly nsp: string
  readonly data: readonly unknown[]
}

/** socket.io-client itself. */
export type SocketIo = (host: string | undefined, options: object) => SocketIoSocket

const NEEDED = ['on', 'emit', 'connect', 'disconnect', 'io.on', 'io.reconnection']

/**
 * Makes a socket, which does not connect yet, with the `io` that the application hands over or has in its page, and checks that
 * it has what will be called; `options` go on to socket.io whole.
 */
export function createSocket(io: SocketIo, options: { readonly host?: string | null | undefined }): SocketIoSocket {
  const make = () => io(options.host || undefined, { ...options, autoConnect: false })
  return made(make, NEEDED, 'client', 'the function io of socket.io-client')
}
