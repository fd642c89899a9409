import { Emitter } from './emitter'
import { type Report, rethrow } from './report'

/** A value that changes: `get` it, or `subscribe` to each new one. Both work detached from the object. */
export interface Readable<T> {
  get(): T
  /** Calls with each new value, never at once; returns the undo. */
  subscribe(listener: (value: T) => void): () => void
}

/** A `Readable` with its pen. */
export interface Store<T> extends Readable<T> {
  set(value: T): void
}

/**
 * Makes a store that tells its listeners of changes only; what a listener throws goes to `report`.
 *
 * @example
 * const state = createStore('idle')
 * const undo = state.subscribe((value) => render(value))
 */
export function createStore<T>(value: T, report: Report = rethrow): Store<T> {
  const changes = new Emitter(report)
  return {
    get: () => value,
    set(next) {
      if (Object.is(value, next)) return
      value = next
      changes.emit('', next)
    },
    // A listener may set the next value: whoever comes after it is told already, and this one is old.
    subscribe: (listener) => changes.on('', (told) => Object.is(value, told) && listener(told)),
  }
}
