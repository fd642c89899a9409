/** Takes the place of timers and of the time of day: what would take seconds takes none, whatever the processor does meanwhile. */
export class VirtualClock {
  now = Date.now()
  readonly #timers = new Map<object, { readonly due: number; readonly act: () => void }>()
  readonly #tick = setImmediate

  constructor() {
    const start = (act: () => void, delay = 0) => {
      const timer = { unref: () => timer, ref: () => timer }
      this.#timers.set(timer, { due: this.now + delay, act })
      return timer
    }
    const every = (act: () => void, delay: number) => {
      const timer = start(() => {
        this.#timers.set(timer, { due: this.now + delay, act: again })
        act()
      }, delay)
      const again = this.#timers.get(timer)!.act
      return timer
    }
    const stop = (timer: object) => this.#timers.delete(timer)
    Object.assign(globalThis, { setTimeout: start, setInterval: every, clearTimeout: stop, clearInterval: stop })
    Date.now = () => this.now
  }

  /** Lets time pass, timer by timer, until something is so. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      // What promises still have to do comes first.
      await new Promise((resolve) => this.#tick(resolve))
      const [timer, { due, act }] = this.#next()
      this.#timers.delete(timer)
      this.now = Math.max(this.now, due)
      act()
    }
  }

  /** Lets so many milliseconds pass. */
  async pass(milliseconds: number): Promise<void> {
    let passed = false
    setTimeout(() => {
      passed = true
    }, milliseconds)
    await this.until(() => passed)
  }

  #next() {
    let next: [object, { readonly due: number; readonly act: () => void }] | undefined
    for (const entry of this.#timers) if (!next || entry[1].due < next[1].due) next = entry
    if (!next) throw new Error('Nothing will happen any more.')
    return next
  }
}
