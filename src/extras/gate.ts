import type { Listener, Registration } from '../base/emitter'
import { guarded } from '../base/report'
import type { Hold } from '../channels/hold'

/** How many events wait at most. */
const MOST = 1000

interface Waiting {
  readonly own: Registration
  readonly payload: unknown
  readonly meta: unknown
}

/** Makes the events of one holder wait for as long as somebody wants them to. Nobody else's dispatch is any slower. */
export class Gate {
  readonly #hold: Hold
  /** Who keeps it closed, as what to tell them when too many events wait. */
  readonly #closers = new Set<() => void>()
  /** What its listeners call when it is open. */
  readonly #calls = new Map<Registration, Listener>()
  readonly #waiting: Waiting[] = []
  #events = 0

  constructor(hold: Hold) {
    this.#hold = hold
    hold.gate = this
  }

  /** The one of a holder, who may have several reasons to wait. */
  static of(hold: Hold): Gate {
    return (hold.gate as Gate | undefined) ?? new Gate(hold)
  }

  /** Events wait from now on; `full`: too many do, and whoever is told has to open it. */
  close(full: () => void): void {
    this.#closers.add(full)
    const listeners = this.#hold.topic?.listeners
    for (const own of [...(listeners?.values() ?? [])].flat()) if (own.owner === this.#hold) this.watch(own)
  }

  /** What has waited follows in its order, unless somebody else keeps it closed. */
  open(full: () => void): void {
    if (!this.#closers.delete(full)) return
    const report = this.#hold.topic?.context.report
    // What comes during this has its turn afterwards, and a listener may close it again.
    while (report && this.#waiting.length && !this.#closers.size) {
      const { own, payload, meta } = this.#waiting.shift()!
      const call = own.call && this.#calls.get(own)
      if (call) guarded(report, call, payload, meta)
    }
    if (this.#closers.size) return
    for (const [own, call] of this.#calls) if (own.call) own.call = call
    this.#calls.clear()
    this.#waiting.length = this.#events = 0
  }

  /** Puts itself in the way of a listener: its whispers, and what the library itself tells it, pass. */
  watch(own: Registration): void {
    const { call } = own
    if (!call || !this.#closers.size || this.#calls.has(own)) return
    this.#calls.set(own, call)
    own.call = (payload, meta) =>
      meta?.event && !/^(client-|pusher:)/.test(meta.event) ? this.#wait({ own, payload, meta }) : call(payload, meta)
  }

  #wait(next: Waiting): void {
    // One event may have several listeners here.
    if (next.meta !== this.#waiting.at(-1)?.meta) this.#events++
    this.#waiting.push(next)
    if (this.#events > MOST) for (const full of [...this.#closers]) full()
  }
}
