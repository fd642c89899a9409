import type { Rig } from '../../support/rig'
import { configureEcho, echoPlugin } from 'antiphon/vue'
import { afterEach } from 'vitest'
import { type App, type Component, createApp, defineComponent, h } from 'vue'

const ends = new Set<() => void>()

afterEach(() => {
  for (const end of ends) end()
})

/** An app in the page: what it shows, what it reported, and its end. */
export interface Mounted {
  readonly page: HTMLElement
  readonly text: () => string
  readonly errors: unknown[]
  /** What Vue warned of, a mismatch at hydration among it. */
  readonly warnings: string[]
  unmount(): void
}

/** Mounts a component; its composables find the rig's Echo, if one is given. It ends with the test. */
export function mount(component: Component, rig?: Rig, app: App = createApp(component)): Mounted {
  const page = document.createElement('main')
  return mountIn(page, app, rig)
}

/** Mounts an app where something stands already. */
export function mountIn(page: HTMLElement, app: App, rig?: Rig): Mounted {
  const errors: unknown[] = []
  const warnings: string[] = []
  app.config.errorHandler = (error) => errors.push(error)
  app.config.warnHandler = (message) => warnings.push(message)
  if (rig) app.use(echoPlugin, rig.echo)
  app.mount(page)
  const unmount = () => {
    if (ends.delete(unmount)) app.unmount()
  }
  ends.add(unmount)
  return { page, text: () => page.textContent ?? '', errors, warnings, unmount }
}

/** What composables return inside the only component of an app. */
export function run<T>(rig: Rig | undefined, setup: () => T): Mounted & { readonly result: T } {
  let result: T | undefined
  const component = defineComponent(() => {
    result = setup()
    return () => h('p')
  })
  return Object.assign(mount(component, rig), { result: result as T })
}

/** Makes an Echo on the rig's server the default instance, as a page's entry does. */
export function configure(rig: Rig): void {
  configureEcho({
    broadcaster: 'reverb',
    key: 'app-key',
    wsHost: 'ws.test',
    forceTLS: false,
    fetch: rig.auth.fetch,
    WebSocket: rig.webSocket,
  })
}
