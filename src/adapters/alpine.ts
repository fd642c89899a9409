import type { Echo } from '../index'
import { isEcho } from './is-echo'
import { createOwner, type ElementEcho } from './owner'
import { followExpression, mistake } from './x-echo'

export type { ElementEcho } from './owner'
export type { EchoExpression } from './x-echo'

/** The part of Alpine that is used; its CSP build has it too. */
export interface AlpineLike {
  $data(element: any): object
  closestRoot(element: any): any
  directive(name: string, handler: (element: any, directive: Directive, utilities: any) => void): unknown
  evaluate(element: any, expression: string): any
  magic(name: string, make: (element: any, utilities: any) => unknown): void
  skipDuringClone(callback: any): any
}

interface Directive {
  readonly expression: string
}

/** What Alpine hands to magics and directives. */
interface Utilities {
  cleanup(callback: () => void): void
  effect(callback: () => void): unknown
  evaluateLater(expression: string): (receive: (value: unknown) => void) => void
}

/**
 * The plugin: `$echo`, whose channels go with the component that asked for them, and `x-echo`, which listens as its expression
 * says. Without an Echo it takes `window.Echo`, when one is first needed.
 *
 * @example
 * Alpine.plugin(antiphon(echo))
 */
export function antiphon(echo?: Echo<any>): (alpine: AlpineLike) => void {
  const find = (who: string): Echo<any> => {
    const found = echo ?? (globalThis as { Echo?: unknown }).Echo
    if (isEcho(found)) return found
    throw mistake(`${who} needs an Echo: Alpine.plugin(antiphon(echo)), or window.Echo`, 'not-configured')
  }
  if (echo) find('antiphon()')
  return (alpine) => {
    const owners = new WeakMap<Element, ElementEcho>()
    alpine.magic('echo', (element: Element, { cleanup }: Utilities) => {
      // In a component's methods, `element` is the one whose expression called: a button that may go before the component does.
      const root: Element = alpine.closestRoot(element) ?? element
      const known = owners.get(root)
      if (known) return known
      // Evaluated there, it comes here again with a `cleanup` that is the component's.
      if (root !== element) return alpine.evaluate(root, '$echo')
      // A component may begin before it is put on the page, and has no data of its own once it has ended.
      const lives = () => root.isConnected || (alpine.$data(root) as { $el?: Element }).$el === root
      const owner = createOwner(() => find('$echo'), lives, cleanup)
      if (lives()) {
        owners.set(root, owner)
        cleanup(() => owners.delete(root))
      }
      return owner
    })
    const listen = (element: Element, { expression }: Directive, { cleanup, effect, evaluateLater }: Utilities) => {
      const evaluate = evaluateLater(expression)
      const { change, stop } = followExpression(
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

export { antiphon as default }
