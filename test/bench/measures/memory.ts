import type { Contestant } from '../clients/all'
import { settled, start } from './measure'

const CHANNELS = 10_000

/** Makes idle channels and says when the heap is to be read: before them, and after. */
export async function prepare({ name }: { name: Contestant }): Promise<() => Promise<number>> {
  const { client } = await start(name)
  const listen = async (from: number, to: number) => {
    for (let i = from; i < to; i++) client.listen(`orders.${i}`, 'OrderShipped', () => i)
    await settled(1500)
  }
  await listen(0, 1000)
  return async () => {
    await listen(1000, 1000 + CHANNELS)
    return CHANNELS
  }
}

/** Bytes of heap per idle channel with one listener, in Node. */
export async function measure(args: { name: Contestant }): Promise<number> {
  const fill = await prepare(args)
  const before = heap()
  const channels = await fill()
  return (heap() - before) / channels
}

function heap(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
