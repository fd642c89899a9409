import { Emitter } from '../../base/emitter'
import type { Report } from '../../base/report'

type Callback = (first?: any, second?: any) => unknown

/** Adds a listener to an event or (`undefined`) to all, which is told the event's name first; returns the undo. */
export type Listen = (event: string | undefined, listener: Callback) => () => void

/** How pusher-js's objects are listened to. */
export interface Bindings {
  bind(event: string, callback: Callback, context?: unknown): Bindings
  /** Removes what matches every argument that is given. */
  unbind(event?: string, callback?: Callback, context?: unknown): Bindings
  bind_global(callback: Callback): Bindings
  unbind_global(callback?: Callback): Bindings
  unbind_all(): Bindings
}

interface Binding {
  readonly event: string | undefined
  readonly callback: Callback
  readonly context: unknown
  readonly undo: () => void
}

const ALL = Symbol('all')

/** Makes pusher-js's verbs out of anything that can be listened to. */
export function createBindings(listen: Listen): Bindings {
  let bindings: Binding[] = []
  const add = (event: string | undefined, callback: Callback, context?: unknown) => {
    const undo = listen(event, (first, second) => callback.call(context, first, second))
    bindings.push({ event, callback, context, undo })
  }
  const remove = (global: boolean, event?: string, callback?: Callback, context?: unknown) => {
    bindings = bindings.filter((binding) => {
      const stays =
        global !== (binding.event === undefined) ||
        (event && event !== binding.event) ||
        (callback && callback !== binding.callback) ||
        (context && context !== binding.context)
      if (!stays) binding.undo()
      return stays
    })
  }
  return {
    bind(event, callback, context) {
      add(event, callback, context)
      return this
    },
    unbind(event, callback, context) {
      remove(false, event, callback, context)
      return this
    },
    bind_global(callback) {
      add(undefined, callback)
      return this
    },
    unbind_global(callback) {
      remove(true, undefined, callback)
      return this
    },
    unbind_all() {
      return this.unbind().unbind_global()
    },
  }
}

/** Bindings, and the voice that they listen to. */
export interface Dispatcher extends Bindings {
  emit(event: string, data?: unknown): void
  /** Whether anybody would hear of this event. */
  hears(event: string): boolean
}

/** Makes a dispatcher; what its listeners throw goes to `report`. */
export function createDispatcher(report: Report): Dispatcher {
  const emitter = new Emitter(report)
  return {
    ...createBindings((event, listener) => emitter.on(event ?? ALL, listener)),
    emit(event, data) {
      emitter.emit(ALL, event, data)
      emitter.emit(event, data)
    },
    hears: (event) => emitter.has(ALL) || emitter.has(event),
  }
}
