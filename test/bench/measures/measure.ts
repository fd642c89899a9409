import { type Contestant, contestants } from '../clients/all'
import type { Client } from '../clients/client'
import { FakeSocket } from '../fake-socket'

export const names = ['incumbent', 'floor', 'ours'] as const satisfies Contestant[]

/** The contestants, beginning with another one each time. */
export function rotated(turn: number): Contestant[] {
  return names.map((_, index) => names[(turn + index) % names.length]!)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** Lets everything that waits happen. */
export function settled(ms = 50): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** A client connected to a fake socket of its own. */
export async function start(name: Contestant): Promise<{ client: Client; socket: FakeSocket }> {
  const sockets: FakeSocket[] = []
  class OwnSocket extends FakeSocket {
    constructor() {
      super()
      sockets.push(this)
    }
  }
  const WebSocket = OwnSocket as unknown as new (url: string) => WebSocket
  const client = contestants[name]({ WebSocket, port: 8080, authEndpoint: '/broadcasting/auth', batch: false })
  await settled()
  return { client, socket: sockets[0]! }
}
