import mitt from 'mitt'
import { guarded, type Report } from './report'

/** A listener is handed two things at most: usually a payload, and what is known about it. */
export type Listener = (first: any, second: any) => unknown
type Name = string | symbol

/** One listener in its place. Two holders may hand in the same function: each registration has an identity of its own. */
export interface Registration {
  /** What is called; `undefined` once it was removed, because a dispatch may still be looping over it. */
  call: Listener | undefined
  /** Who registered it, and what they know it by. */
  readonly owner?: object
  readonly callback?: CallableFunction
  tag?: string
  /** What is to be undone when it goes. */
  forget?: () => void
}

/**
 * Named lists of listeners. One that throws never silences the next; a removed one is never called again. It is its own
 * registry of mitt's: thousands of channels have one each, and a mitt instance would be three closures more.
 */
export class Emitter extends Map<Name, readonly Registration[]> {
  readonly #report: Report

  constructor(report: Report) {
    super()
    this.#report = report
  }

  /** Adds a listener and returns its undo, which is safe to call twice. */
  on(name: Name, call: Listener): () => void {
    const own: Registration = { call }
    this.add(name, own)
    return () => this.remove(name, own)
  }

  add(name: Name, own: Registration): void {
    mitt(this as never).on(name, own as never)
  }

  /** Removes what was added. A dispatch may be looping over the list: it is replaced, never spliced. */
  remove(name: Name, own: Registration): void {
    const rest = this.get(name)?.filter((other) => other !== own)
    if (rest?.length) this.set(name, rest)
    else this.delete(name)
    own.call = undefined
    own.forget?.()
  }

  /** Calls the listeners of `name` that are registered now and still are when their turn comes. */
  emit(name: Name, first?: unknown, second?: unknown, listeners = this.get(name)): void {
    if (!listeners) return
    const report = this.#report
    for (let i = 0, count = listeners.length; i < count; i++) {
      const { call } = listeners[i]!
      if (call) guarded(report, call, first, second)
    }
  }
}
