import { type Contestant, contestants } from '../clients/all'

/** How long it took, in milliseconds, until all channels were live, and the application's own request meanwhile. */
export interface Subscribed {
  readonly live: number
  readonly own: number
}

interface Args {
  readonly name: Contestant
  readonly port: number
  readonly channels: number
  readonly batch: boolean
}

/** When the user clicks, after the subscriptions were asked for, in milliseconds. */
const CLICK = 10

/** Joins private channels of a server on a real port, on a connection that is warm. */
export async function measure({ name, port, channels, batch }: Args): Promise<Subscribed> {
  const origin = `http://127.0.0.1:${port}`
  const client = contestants[name]({ WebSocket, port, authEndpoint: `${origin}/broadcasting/auth`, batch })
  await new Promise<void>((resolve) => client.join('warm', resolve))
  await request(`${origin}/own`)
  const begin = performance.now()
  const live = Promise.all(
    Array.from(
      { length: channels },
      (_, index) => new Promise<void>((resolve) => client.join(`orders.${index}`, resolve)),
    ),
  ).then(() => performance.now() - begin)
  await new Promise((resolve) => setTimeout(resolve, CLICK))
  const own = await request(`${origin}/own`)
  return { live: await live, own }
}

async function request(url: string): Promise<number> {
  const begin = performance.now()
  await (await fetch(url, { cache: 'no-store' })).text()
  return performance.now() - begin
}
