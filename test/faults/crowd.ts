import type { Echo } from 'antiphon'
import { Stage, until, wait } from './stage'

/** So much of the whole lies below: 0.5 is the median. */
export function quantile(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? Number.NaN
}

/** The largest part of them all that lies within so many milliseconds. */
export function densest(times: readonly number[], milliseconds: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  let first = 0
  let most = 0
  for (const [last, time] of sorted.entries()) {
    while (time - sorted[first]! > milliseconds) first++
    most = Math.max(most, last - first + 1)
  }
  return most / times.length
}

type Open = (stage: Stage) => Pick<Echo, 'private' | 'disconnect'>

/** Many clients on one server, each in a channel of its own. */
export class Crowd {
  readonly stage: Stage
  readonly #clients: ReturnType<Open>[]

  /** Opens them and waits until all are in their channels. */
  static async of(count: number, open: Open): Promise<Crowd> {
    const stage = await Stage.open({ activityTimeout: 120 })
    const clients: ReturnType<Open>[] = []
    for (let n = 0; n < count; n++) {
      clients.push(open(stage))
      clients[n]!.private(`room.${n}`)
      // Not all in the same moment: what comes is what is measured.
      if (n % 20 === 0) await wait(10)
    }
    const crowd = new Crowd(stage, clients)
    await until(() => crowd.live.length === count)
    return crowd
  }

  private constructor(stage: Stage, clients: ReturnType<Open>[]) {
    this.stage = stage
    this.#clients = clients
  }

  /** The channels that somebody is in. */
  get live(): string[] {
    return Object.keys(this.stage.subscriptions())
  }

  /** Drops all at once and waits until each has tried to come back: when each did, in milliseconds. */
  async dropped(): Promise<number[]> {
    const { wire } = this.stage
    wire.arrivals.length = 0
    const began = Date.now()
    wire.cut()
    await until(() => wire.arrivals.length >= this.#clients.length)
    return wire.arrivals.map((at) => at - began)
  }

  /** Takes the server away and brings it back: after how many milliseconds each was in its channel again. */
  async away(seconds: number): Promise<number[]> {
    const { wire } = this.stage
    wire.refuses = true
    wire.cut()
    await wait(seconds * 1000)
    wire.refuses = false
    const back = Date.now()
    const times = new Map<string, number>()
    await until(() => {
      for (const name of this.live) if (!times.has(name)) times.set(name, Date.now() - back)
      return times.size === this.#clients.length
    })
    return [...times.values()]
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.disconnect()
    await this.stage.close()
  }
}
