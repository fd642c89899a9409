import { densest, quantile } from '../../faults/crowd'
import { FakeSocket } from '../fake-socket'
import { type Args, open } from './rivals'
import { VirtualClock } from './virtual-clock'

const CLIENTS = 1000

/**
 * How clients that are dropped together come back: in how many seconds from the 5th to the 95th percentile, and how dense. In
 * virtual time and without a network: a thousand real connections of one machine spread by how long it takes to open them.
 */
export async function measure({ name }: Args) {
  const clock = new VirtualClock()
  const sockets: FakeSocket[] = []
  const times: number[] = []
  class Timed extends FakeSocket {
    constructor() {
      super()
      sockets.push(this)
      times.push(clock.now)
    }
  }
  for (let n = 0; n < CLIENTS; n++) open(name, { key: 'app-key', wsHost: '127.0.0.1', forceTLS: false }, Timed)
  await clock.until(() => sockets.length === CLIENTS && sockets.every(({ accepted }) => accepted !== undefined))
  await clock.pass(30_000)
  times.length = 0
  for (const socket of sockets.splice(0)) {
    socket.readyState = 3
    socket.onclose?.({ code: 1006, reason: '', wasClean: false })
  }
  await clock.until(() => times.length >= CLIENTS)
  return {
    'spread.width': (quantile(times, 0.95) - quantile(times, 0.05)) / 1000,
    'spread.densest': densest(times, 100) * 100,
  }
}
