import { type Contestant, contestants } from '../clients/all'
import type { Client } from '../clients/client'
import { FakeSocket } from '../fake-socket'

export const names = ['incumbent', 'floor', 'ours'] as const satisfies Contestant[]

/** A figure of everyone. */
export type Figures = Record<Contestant, number>

/** Asks everyone in turn, beginning with another one each time; of each the lower quartile, which no other process disturbed. */
export async function compare(rounds: number, ask: (name: Contestant) => number | Promise<number>): Promise<Figures> {
  const figures: Record<Contestant, number[]> = { incumbent: [], floor: [], ours: [] }
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length]!
      figures[name].push(await ask(name))
    }
  const quartile = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 2] ?? Number.NaN
  return { incumbent: quartile(figures.incumbent), floor: quartile(figures.floor), ours: quartile(figures.ours) }
}

/** Waits, and for a moment longer, so that timers that were due have run. */
export async function until(condition: () => boolean): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve, 50))
  while (!condition())
}

/** A client connected to a fake socket of its own, which grants and accepts whatever it asks for. */
export async function start(name: Contestant): Promise<{ client: Client; socket: FakeSocket }> {
  const sockets: FakeSocket[] = []
  class OwnSocket extends FakeSocket {
    constructor() {
      super()
      sockets.push(this)
    }
  }
  const WebSocket = OwnSocket as unknown as new (url: string) => WebSocket
  const client = contestants[name]({ WebSocket, port: 8080, authEndpoint: '/auth', batch: false, fetch: grant })
  await until(() => sockets[0]?.accepted === 0)
  return { client, socket: sockets[0]! }
}

/** Grants what is asked for, one channel or a batch. */
const grant: typeof fetch = async (_, init) => {
  const data = { auth: 'app-key:signature', channel_data: '{"user_id":"me"}' }
  const fields = [...new URLSearchParams(String(init?.body))]
  const batch = fields.filter(([field]) => field.startsWith('channel_name['))
  return Response.json(batch.length > 0 ? Object.fromEntries(batch.map(([, name]) => [name, { data }])) : data)
}
