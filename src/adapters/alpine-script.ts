import { type AlpineLike, antiphon } from './alpine'

interface StartedAlpine extends AlpineLike {
  plugin(plugin: (alpine: AlpineLike) => void): void
  prefixed(name: string): string
}

declare const Alpine: StartedAlpine | undefined

// In whatever order the script tags stand.
if (typeof Alpine === 'undefined') document.addEventListener('alpine:init', () => Alpine!.plugin(antiphon()))
else {
  Alpine.plugin(antiphon())
  const attribute = Alpine.prefixed('echo')
  // Alpine went past these before it knew them; it takes up an attribute that changes.
  for (const element of document.querySelectorAll(`[${attribute}]`))
    element.setAttribute(attribute, element.getAttribute(attribute)!)
}
