import mitt, { type EventHandlerMap } from 'mitt'
import { guarded, type Report } from './report'

/** A listener is handed two things at most: usually a payload, and what is known about it. */
export type Listener = (first: any, second: any) => unknown
type Name = string | symbol

/** Named lists of listeners. One that throws never silences the next; a removed one is never called again. */
export class Emitter {
  // A mitt instance is three closures; thousands of channels keep its registry only.
  readonly #all: EventHandlerMap<Record<Name, unknown>> = new Map()
  readonly #report: Report
  #removals = 0

  constructor(report: Report) {
    this.#report = report
  }

  /** The listeners of a name now, for `emit` at once; `undefined`: nobody listens. */
  of(name: Name): readonly Listener[] | undefined {
    return this.#all.get(name) as Listener[] | undefined
  }

  /** The names that have listeners, and how many. */
  counts(): [name: Name, listeners: number][] {
    return [...this.#all].map(([name, listeners]) => [name, listeners?.length ?? 0])
  }

  /** Adds a listener and returns its undo, which is safe to call twice. */
  on(name: Name, listener: Listener): () => void {
    const own = this.add(name, listener)
    return () => this.remove(name, own)
  }

  /** Adds a listener and returns what `remove` takes, for those who keep thousands and want no closure for each. */
  add(name: Name, listener: Listener): Listener {
    // Two holders may hand in the same function: each registration has an identity of its own.
    const own: Listener = this.of(name)?.includes(listener) ? (first, second) => listener(first, second) : listener
    mitt(this.#all).on(name, own as never)
    return own
  }

  /** Removes what `add` returned. A dispatch may be looping over the list: it is replaced, never spliced. */
  remove(name: Name, own: Listener): void {
    const rest = this.of(name)?.filter((other) => other !== own)
    if (rest?.length) this.#all.set(name, rest as never)
    else this.#all.delete(name)
    this.#removals++
  }

  /** Calls the listeners of `name` that are registered now and still are when their turn comes. */
  emit(name: Name, first?: unknown, second?: unknown, listeners = this.of(name)): void {
    if (!listeners) return
    const removals = this.#removals
    for (let i = 0, count = listeners.length; i < count; i++) {
      const listener = listeners[i]!
      if (removals !== this.#removals && !this.of(name)?.includes(listener)) continue
      this.call(listener, first, second)
    }
  }

  /** Calls one listener; what it throws, or what its promise rejects with, is reported. */
  call(listener: Listener, first?: unknown, second?: unknown): void {
    guarded(this.#report, listener, first, second)
  }
}
