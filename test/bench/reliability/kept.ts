import { FakeSocket } from '../fake-socket'
import { wait } from '../../faults/stage'
import { type Args, open, type Rival } from './rivals'

/** Bytes of heap that each of many leaves behind, once some were there already. */
async function kept(warm: number, count: number, use: (from: number, to: number) => Promise<void>): Promise<number> {
  await use(0, warm)
  const before = await readHeap()
  await use(warm, warm + count)
  return ((await readHeap()) - before) / count
}

/** What remains of an Echo that was disconnected, and of a channel that was left, in bytes. */
export async function measure({ name }: Args) {
  const instance = await kept(50, 300, (from, to) => instances(name, to - from))
  const echo = opened(name)
  const channel = await kept(2000, 10_000, async (from, to) => {
    for (let n = from; n < to; n++) echo.channel(`orders.${n}`).listen('Shipped', () => {})
    await wait(200)
    for (let n = from; n < to; n++) echo.leave(`orders.${n}`)
    await wait(1000)
  })
  // It is held until here, so that it is not garbage.
  echo.disconnect()
  return { 'kept.instance': Math.max(0, instance), 'kept.channel': Math.max(0, channel) }
}

const opened = (name: Rival) => open(name, { key: 'app-key', wsHost: '127.0.0.1', forceTLS: false }, FakeSocket)

async function instances(name: Rival, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const echo = opened(name)
    echo.channel('orders').listen('Shipped', () => {})
    await wait(5)
    echo.disconnect()
  }
  await wait(1000)
}
