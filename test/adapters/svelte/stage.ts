import type { Echo } from 'antiphon'
import { configureEcho, echo } from 'antiphon/svelte'
import { flushSync, mount, unmount } from 'svelte'
import { afterEach } from 'vitest'
import type { Rig } from '../../support/rig'
import Part from './Part.svelte'

/** A component: `make` runs while it is made, with `echo` set if there is one, and says what it shows. */
export interface PartProps {
  readonly echo?: Echo
  readonly make: () => () => unknown
}

/** A component on the page. */
export interface Shown {
  readonly text: string
  remove(): void
}

const removals = new Set<() => void>()

afterEach(() => {
  for (const remove of removals) remove()
})

/** Puts a component on the page; it goes with the test. */
export function show(make: PartProps['make'], echo?: Echo): Shown {
  const target = document.body.appendChild(document.createElement('div'))
  const part = mount(Part, { target, props: { make, ...(echo && { echo }) } })
  flushSync()
  const remove = () => {
    if (!removals.delete(remove)) return
    void unmount(part)
    target.remove()
  }
  removals.add(remove)
  return {
    remove,
    get text() {
      return target.textContent ?? ''
    },
  }
}

/** Makes a default instance like the rig's Echo, on its server, in the place of that. */
export function configureLike(rig: Rig): void {
  configureEcho({ ...rig.echo.options, broadcaster: 'reverb' } as never)
  rig.echo.disconnect()
  echo()
}
