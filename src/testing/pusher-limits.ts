/** At most `count` within a window of `per` milliseconds that starts with the first; what is refused does not count. */
export class FixedWindow {
  readonly #count: number
  readonly #per: number
  #used = 0
  #endsAt = 0

  constructor(count: number, per: number) {
    this.#count = count
    this.#per = per
  }

  /** Whether one more is within the limit; if so it is counted. */
  take(): boolean {
    const now = Date.now()
    if (now >= this.#endsAt) {
      this.#endsAt = now + this.#per
      this.#used = 0
    }
    if (this.#used >= this.#count) return false
    this.#used += 1
    return true
  }
}

/** What one connection may do within a time. */
export interface Limits {
  readonly frames: FixedWindow
  readonly subscriptions: FixedWindow
  readonly clientEvents: FixedWindow
}
