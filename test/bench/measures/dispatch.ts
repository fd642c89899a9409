import type { Contestant } from '../clients/all'
import { FakeSocket } from '../fake-socket'
import { median, names, rotated, settled, start } from './measure'

/** One row: what is listened to before, and the frames that come, again and again. */
interface Row {
  readonly channels: number
  readonly listeners: number
  readonly bytes: number
  readonly event: string
  /** How many frames are timed together: a few milliseconds of them. */
  readonly frames: number
}

const HEARD = 'App\\Events\\OrderShipped'

const rows: Record<string, Row> = {
  'dispatch-one': { channels: 1, listeners: 1, bytes: 200, event: HEARD, frames: 1500 },
  'dispatch-channels': { channels: 1000, listeners: 1, bytes: 200, event: HEARD, frames: 1500 },
  'dispatch-listeners': { channels: 1, listeners: 100, bytes: 200, event: HEARD, frames: 500 },
  'dispatch-large': { channels: 1, listeners: 1, bytes: 4096, event: HEARD, frames: 150 },
  'dispatch-unheard': { channels: 1, listeners: 1, bytes: 200, event: 'App\\Events\\OrderPacked', frames: 1500 },
}

/** Nanoseconds per frame, of everyone, by row: all in one process, batch by batch in turn. */
export async function measure({ quick, first }: { quick: boolean; first: number }) {
  const results: Record<string, Record<Contestant, number>> = {}
  for (const [name, row] of Object.entries(rows)) results[name] = await dispatch(row, quick ? 20 : 60, first)
  return results
}

async function dispatch(row: Row, batches: number, first: number): Promise<Record<Contestant, number>> {
  const texts = Array.from({ length: row.channels }, (_, index) => frame(row, `orders.${index}`))
  const runs = {} as Record<Contestant, () => number>
  for (const name of names) runs[name] = await prepare(name, row, texts)
  for (let warm = 0; warm < 10; warm++) for (const name of names) runs[name]()
  const times: Record<Contestant, number[]> = { incumbent: [], floor: [], ours: [] }
  for (let batch = 0; batch < batches; batch++)
    for (const name of rotated(first + batch)) times[name].push(runs[name]())
  return { incumbent: median(times.incumbent), floor: median(times.floor), ours: median(times.ours) }
}

/** A client with its listeners; what it returns times one batch of frames. */
async function prepare(name: Contestant, row: Row, texts: readonly string[]): Promise<() => number> {
  let heard = 0
  const { client, socket } = await start(name)
  for (let channel = 0; channel < row.channels; channel++)
    for (let listener = 0; listener < row.listeners; listener++)
      client.listen(`orders.${channel}`, HEARD, (payload) => {
        heard += payload.id
      })
  await settled()
  return () => {
    const { onmessage } = socket
    const expected = heard + (row.event === HEARD ? row.frames * row.listeners : 0)
    const begin = performance.now()
    for (let i = 0; i < row.frames; i++) onmessage?.({ data: texts[(i * 7919) % texts.length] })
    const time = performance.now() - begin
    if (heard !== expected) throw new Error(`${name} heard ${heard} of ${expected}.`)
    return (time / row.frames) * 1e6
  }
}

/** A frame of exactly so many bytes, filled as an order would be. */
function frame({ event, bytes }: Row, channel: string): string {
  const order = { id: 1, status: 'shipped', lines: [] as object[], note: '' }
  const text = () => FakeSocket.text(event, order, channel)
  const line = { sku: 'AB-1234', name: 'A book', quantity: 2, price: 1995 }
  while (bytes - text().length > 150) order.lines.push(line)
  order.note = 'x'.repeat(bytes - text().length)
  return text()
}
