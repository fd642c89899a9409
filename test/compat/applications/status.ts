// A store that shows how the connection is, and reconnects by a button.
import type Echo from 'laravel-echo'
import type { BroadcastDriver, Broadcaster, Channel, ConnectionStatus, PresenceChannel } from 'laravel-echo'

declare global {
  interface Window {
    app?: { echo: Echo<'reverb'> | Echo<'pusher'> | null }
  }
}

type Private = Broadcaster['reverb']['private']
type Kind = 'channel' | 'private' | 'join'

export class Store {
  status: ConnectionStatus = 'disconnected'
  state = ''
  readonly #echo: Echo<any>
  readonly #channels = new Map<string, Private>()
  readonly #undo: () => void

  constructor(echo: Echo<any>) {
    this.#echo = echo
    this.status = echo.connectionStatus()
    this.#undo = echo.connector.onConnectionChange((status: ConnectionStatus) => {
      this.status = status
      this.state = echo.connector.pusher.connection.state
    })
  }

  private(name: string): Private {
    const channel: Private = this.#channels.get(name) ?? this.#echo.private(name)
    this.#channels.set(name, channel)
    return channel
  }

  reconnect(): void {
    this.#echo.connector.pusher.disconnect()
    this.#echo.connector.pusher.connect()
  }

  close(): void {
    this.#undo()
    for (const name of this.#channels.keys()) this.#echo.leave(name)
  }
}

/** Any Echo, whatever its driver. */
export function socketHeader(echo: Echo<keyof Broadcaster>): Record<string, string> {
  const id = echo.socketId()
  return id === undefined ? {} : { 'X-Socket-ID': id }
}

export function subscribe<T>(
  echo: Echo<'reverb'>,
  kind: Kind,
  name: string,
  event: string,
  callback: (payload: T) => void,
): () => void {
  const channel: Channel = echo[kind](name)
  channel.listen(event, callback)
  return () => channel.stopListening(event, callback)
}

export function members(room: PresenceChannel, shown: string[]): PresenceChannel {
  return room.here((users: { name: string }[]) => shown.push(...users.map(({ name }) => name)))
}

export const drivers: BroadcastDriver[] = ['reverb', 'pusher', 'ably', 'socket.io', 'null']

/** Keeps the channel of a conversation, as a component's reference does. */
export function conversation(echo: InstanceType<typeof Echo<'reverb'>>) {
  const current: { value: ReturnType<Echo<'reverb'>['private']> | null } = { value: null }
  return {
    open(id: number) {
      current.value = echo.private(`conversations.${id}`)
      current.value.listen('.sent', () => {}).whisper('opened', { id })
    },
    close() {
      if (current.value && current.value.name in echo.connector.channels) echo.leaveChannel(current.value.name)
      current.value = null
    },
  }
}

/** Narrows what a page may have as `window.Echo`. */
export function isEcho(value: unknown): value is Echo<'reverb'> {
  return typeof (value as { socketId?: unknown } | undefined)?.socketId === 'function'
}
