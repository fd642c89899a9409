import { echoPlugin } from 'antiphon/vue'
import { afterEach } from 'vitest'
import { type Component, createApp, defineComponent, h } from 'vue'
import type { Rig } from '../../support/rig'

const mounted = new Set<() => void>()

afterEach(() => {
  for (const unmount of mounted) unmount()
})

/** An app in the page: what it shows, what it reported, and its end. */
export interface Mounted {
  readonly text: () => string
  readonly errors: unknown[]
  unmount(): void
}

/** Mounts a component; its composables find the rig's Echo, if one is given. */
export function mount(component: Component, rig?: Rig): Mounted {
  const errors: unknown[] = []
  const page = document.createElement('main')
  const app = createApp(component)
  app.config.errorHandler = (error) => errors.push(error)
  if (rig) app.use(echoPlugin, rig.echo)
  app.mount(page)
  const unmount = () => {
    if (mounted.delete(unmount)) app.unmount()
  }
  mounted.add(unmount)
  return { text: () => page.textContent ?? '', errors, unmount }
}

/** A component that shows nothing of its own; what `setup` returns is in `result`, once it is mounted. */
export function using<T>(setup: () => T): { readonly component: Component; readonly result: T } {
  let result: T | undefined
  const component = defineComponent({
    setup() {
      result = setup()
      return () => h('p')
    },
  })
  return {
    component,
    get result() {
      if (result === undefined) throw new Error('It is not mounted.')
      return result
    },
  }
}

/** What the composable returns inside a component of an app that has this Echo. */
export function run<T>(rig: Rig | undefined, setup: () => T): Mounted & { readonly result: T } {
  const one = using(setup)
  const page = mount(one.component, rig)
  return Object.assign(page, { result: one.result })
}
