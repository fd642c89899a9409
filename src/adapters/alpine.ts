import { type Echo, EchoError } from '../index'
import { isEcho } from './is-echo'
import { createOwner } from './owner'
import { createListening } from './x-echo'

export type { EchoExpression } from './x-echo'

/** The part of Alpine that is used; its CSP build has it too. */
export interface AlpineLike {
  $data(element: any): object
  directive(name: string, handler: (element: any, directive: { expression: string }, utilities: any) => void): unknown
  magic(name: string, make: (element: any, utilities: any) => unknown): void
  skipDuringClone(callback: any): any
}

/** What Alpine hands to magics and directives. */
interface Utilities {
  cleanup(callback: () => void): void
  effect(callback: () => void): unknown
  evaluateLater(expression: string): (receive: (value: unknown) => void) => void
}

const FIX = 'Say Alpine.plugin(antiphon(echo)), or set window.Echo before Alpine starts.'

/**
 * The plugin: `$echo`, an Echo whose channels go with the element that asked for them, and `x-echo`, which listens as its
 * expression says. Without an Echo it takes `window.Echo`, when one is first needed.
 *
 * @example
 * Alpine.plugin(antiphon(echo))
 */
export function antiphon(echo?: Echo<any>): (alpine: AlpineLike) => void {
  if (echo && !isEcho(echo)) throw new EchoError('not-configured', `antiphon() takes an Echo, or nothing. ${FIX}`)
  const find = (who: string): Echo<any> => {
    const found = echo ?? (globalThis as { Echo?: unknown }).Echo
    if (!isEcho(found)) throw new EchoError('not-configured', `${who} needs an Echo, and there is none. ${FIX}`)
    return found
  }
  return (alpine) => {
    const owners = new WeakMap<Element, Echo<any>>()
    alpine.magic('echo', (element: Element, { cleanup }: Utilities) => {
      const owner = owners.get(element) ?? createOwner(find('$echo'), element, cleanup)
      if (!owners.has(element)) cleanup(() => owners.delete(element))
      owners.set(element, owner)
      return owner
    })
    const listen = (element: Element, { expression }: { expression: string }, utilities: Utilities) => {
      const { cleanup, effect, evaluateLater } = utilities
      const evaluate = evaluateLater(expression)
      const { change, stop } = createListening(
        () => find('x-echo'),
        () => alpine.$data(element),
      )
      // What `change` throws, Alpine reports, with the element and its expression.
      effect(() => evaluate(change))
      cleanup(stop)
    }
    // A clone is for morphing only, and listens to nothing.
    alpine.directive('echo', alpine.skipDuringClone(listen))
  }
}

export default antiphon
