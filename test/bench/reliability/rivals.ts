import type { Echo } from 'antiphon'
import { Echo as Antiphon } from 'antiphon'
import LaravelEcho from 'laravel-echo'
import Pusher from 'pusher-js'
import { WebSocket } from 'ws'

export type Rival = 'incumbent' | 'ours'

/** Which of the two is measured; each has a process of its own. */
export interface Args {
  readonly name: Rival
}

type Socket = new (url: string) => object

/** Opens an Echo: laravel-echo over pusher-js, or ours on its own socket. What both offer has the same names. */
export function open(name: Rival, options: object, Socket: Socket = WebSocket): Echo {
  const all = { broadcaster: 'reverb', ...options } as const
  if (name === 'ours') return new Antiphon({ ...all, autoConnect: true, WebSocket: Socket } as never)
  Object.assign(Pusher.Runtime, { getWebSocketAPI: () => Socket })
  return new LaravelEcho({ ...all, Pusher } as never) as unknown as Echo
}

/** Whether it says that it is connected. */
export const isConnected = (echo: Echo): boolean => echo.connector.pusher.connection.state === 'connected'
