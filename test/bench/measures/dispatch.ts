import { frameText } from '../fake-socket'
import type { Contestant } from '../clients/all'
import { compare, type Figures, names, start, until } from './measure'

/** One row: what is listened to, and the frames that come, again and again. */
interface Row {
  readonly channels: number
  readonly listeners: number
  readonly bytes: number
  readonly event: string
  /** How many frames are timed together: milliseconds of them, and each channel's several times. */
  readonly frames: number
  readonly batches: number
}

const HEARD = 'App\\Events\\OrderShipped'
const one: Row = { channels: 1, listeners: 1, bytes: 200, event: HEARD, frames: 3000, batches: 60 }

const rows: Record<string, Row> = {
  'dispatch.one': one,
  'dispatch.channels': { ...one, channels: 1000, frames: 8000, batches: 24 },
  'dispatch.listeners': { ...one, listeners: 100, frames: 1000 },
  'dispatch.large': { ...one, bytes: 4096, frames: 200 },
  'dispatch.unheard': { ...one, event: 'App\\Events\\OrderPacked' },
}

/** Nanoseconds per frame, by row. */
export async function measure({ quick }: { quick: boolean }): Promise<Record<string, Figures>> {
  const results: Record<string, Figures> = {}
  for (const [name, row] of Object.entries(rows)) results[name] = await dispatch(row, quick)
  return results
}

async function dispatch(row: Row, quick: boolean): Promise<Figures> {
  const texts = Array.from({ length: row.channels }, (_, index) => frame(row, `orders.${index}`))
  const runs = new Map<Contestant, () => number>()
  for (const name of names) runs.set(name, await prepare(name, row, texts))
  const run = (name: Contestant) => runs.get(name)!()
  await compare(8, run)
  return compare(quick ? row.batches / 4 : row.batches, run)
}

/** A client with its listeners; what it returns times one batch of frames. */
async function prepare(name: Contestant, row: Row, texts: readonly string[]): Promise<() => number> {
  let heard = 0
  const { client, socket } = await start(name)
  for (let channel = 0; channel < row.channels; channel++)
    for (let listener = 0; listener < row.listeners; listener++)
      client.listen(`orders.${channel}`, 'OrderShipped', (payload) => {
        heard += payload.id
      })
  await until(() => socket.accepted === row.channels)
  return () => {
    const { onmessage } = socket
    const expected = heard + (row.event === HEARD ? row.frames * row.listeners : 0)
    const begin = performance.now()
    for (let i = 0; i < row.frames; i++) onmessage?.({ data: texts[(i * 7919) % texts.length] })
    const time = performance.now() - begin
    if (heard !== expected) throw new Error(`${name} heard ${heard} frames, not ${expected}.`)
    return (time / row.frames) * 1e6
  }
}

/** A frame of exactly so many bytes, filled as an order would be. */
function frame({ event, bytes }: Row, channel: string): string {
  const order = { id: 1, status: 'shipped', lines: [] as object[], note: '' }
  const text = () => frameText(event, order, channel)
  while (bytes - text().length > 150) order.lines.push({ sku: 'AB-1234', name: 'A book', quantity: 2, price: 1995 })
  order.note = 'x'.repeat(bytes - text().length)
  return text()
}
