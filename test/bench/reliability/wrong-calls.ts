import type { Echo } from 'antiphon'
import { Stage, wait } from '../../faults/stage'
import { randomFrom } from '../../support/clock'
import { type Args, open } from './rivals'

const CYCLES = 5
const NAMES = ['orders', 'invoices', 'users', 'rooms', 'chats', 'tasks', 'teams', 'files']

/** A listener of the application's, from its join until it is left. */
interface Listener {
  readonly heard: Set<number>
  last: number
  alive: boolean
}

/**
 * How often a listener was called wrongly, or not called, in 40 s: five times 3 s of faults, 4 s of peace, and then ten events
 * that each listener must hear. A call twice, out of order or after `leave` is wrong at any time.
 */
export async function measure({ name }: Args) {
  const stage = await Stage.open()
  const chaos = new Chaos(stage, open(name, stage.options))
  await wait(1000)
  for (let n = 0; n < CYCLES; n++) {
    await chaos.trouble()
    stage.heal()
    await wait(4000)
    await chaos.look()
  }
  return { wrong: chaos.wrong }
}

class Chaos {
  wrong = 0
  readonly #stage: Stage
  readonly #echo: Echo
  readonly #random = randomFrom(7)
  readonly #held = new Map<string, Listener>()
  #count = 0
  #failures = 0

  constructor(stage: Stage, echo: Echo) {
    this.#stage = stage
    this.#echo = echo
    for (const name of NAMES) this.#join(name)
  }

  async trouble(): Promise<void> {
    const end = Date.now() + 3000
    this.#stage.reply = () => (this.#failures-- > 0 ? 500 : 'grant')
    while (Date.now() < end) {
      this.#step()
      await wait(this.#random() * 60)
    }
  }

  async look(): Promise<void> {
    const first = this.#count + 1
    for (let n = 0; n < 10; n++) {
      const said = ++this.#count
      for (const name of NAMES) this.#stage.publish(`private-${name}`, { n: said })
      await wait(50)
    }
    await wait(500)
    for (const { heard } of this.#held.values())
      for (let n = first; n <= this.#count; n++) if (!heard.has(n)) this.wrong++
  }

  #step(): void {
    const name = NAMES[Math.floor(this.#random() * NAMES.length)]!
    const chance = this.#random()
    if (chance < 0.5) this.#stage.publish(`private-${name}`, { n: ++this.#count })
    else if (chance < 0.75) this.#joinOrLeave(name)
    else if (chance < 0.85) this.#failures = 2
    else if (chance < 0.95) this.#stage.thinking = this.#random() * 200
    else this.#stage.wire.cut()
  }

  #join(name: string): void {
    const listener: Listener = { heard: new Set(), last: 0, alive: true }
    this.#held.set(name, listener)
    this.#echo.private(name).listen('Said', ({ n }: { n: number }) => {
      if (!listener.alive || n <= listener.last) this.wrong++
      listener.last = n
      listener.heard.add(n)
    })
  }

  #joinOrLeave(name: string): void {
    const listener = this.#held.get(name)
    if (!listener) return this.#join(name)
    listener.alive = false
    this.#held.delete(name)
    this.#echo.leave(name)
  }
}
