import type { Contestant } from '../clients/all'
import { start, until } from './measure'

declare global {
  /** Collects garbage and says how many bytes of heap are in use; each host has its own way. */
  function readHeap(): Promise<number>
}

const WARM = 1000
const CHANNELS = 10_000
const heard = () => undefined

/** Bytes of heap per idle channel with a listener, once a thousand are there already. */
export async function measure({ name }: { name: Contestant }): Promise<number> {
  const { client, socket } = await start(name)
  const fill = async (from: number, to: number) => {
    for (let i = from; i < to; i++) client.listen(`orders.${i}`, 'OrderShipped', heard)
    await until(() => socket.accepted === to)
  }
  await fill(0, WARM)
  const before = await readHeap()
  await fill(WARM, WARM + CHANNELS)
  const after = await readHeap()
  // The client is held until here, so that it is not garbage.
  client.listen('orders.0', 'OrderShipped', heard)
  return (after - before) / CHANNELS
}
