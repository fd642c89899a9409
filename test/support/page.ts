import { vi } from 'vitest'

/** The parts of a browser's page that a library may look at, where there is no browser. */
export class Page {
  readonly window = new CountingTarget()
  readonly document = Object.assign(new CountingTarget(), {
    visibilityState: 'visible',
    hidden: false,
    cookie: 'laravel_session=canary-session',
    querySelector: (selector: string) => this.#query(selector),
  })
  readonly navigator = { onLine: true, product: 'Gecko' }
  /** The content of `<meta name="csrf-token">`; `undefined`: there is none. */
  csrfToken: string | undefined

  /** Makes this the page until `vi.unstubAllGlobals()`. */
  constructor(url = 'http://app.test/') {
    const { window, document, navigator } = this
    const location = new URL(url)
    Object.assign(window, { window, document, navigator, location })
    for (const [name, value] of Object.entries({ window, document, navigator, location })) vi.stubGlobal(name, value)
    // In a page, the window is the global object.
    for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent'] as const)
      vi.stubGlobal(name, window[name].bind(window))
  }

  /** How many listeners window and document have together. */
  get listeners(): number {
    return this.window.size + this.document.size
  }

  online(): void {
    this.navigator.onLine = true
    this.window.dispatchEvent(new Event('online'))
  }

  offline(): void {
    this.navigator.onLine = false
    this.window.dispatchEvent(new Event('offline'))
  }

  show(): void {
    this.#see('visible')
  }

  hide(): void {
    this.#see('hidden')
  }

  freeze(): void {
    this.document.dispatchEvent(new Event('freeze'))
  }

  resume(): void {
    this.document.dispatchEvent(new Event('resume'))
  }

  /** The page comes back, `persisted`: out of the browser's back/forward cache. */
  pageshow(persisted: boolean): void {
    this.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }))
  }

  pagehide(persisted: boolean): void {
    this.window.dispatchEvent(Object.assign(new Event('pagehide'), { persisted }))
  }

  #see(state: 'visible' | 'hidden'): void {
    Object.assign(this.document, { visibilityState: state, hidden: state === 'hidden' })
    // In a browser it bubbles from the document to the window.
    this.document.dispatchEvent(new Event('visibilitychange'))
    this.window.dispatchEvent(new Event('visibilitychange'))
  }

  #query(selector: string): object | null {
    const { csrfToken } = this
    if (!selector.includes('csrf-token') || csrfToken === undefined) return null
    return { content: csrfToken, getAttribute: (name: string) => (name === 'content' ? csrfToken : null) }
  }
}

/** An event target that knows how many listeners it has. */
class CountingTarget extends EventTarget {
  readonly #listeners = new Map<string, Map<unknown, AbortSignal | undefined>>()

  get size(): number {
    const signals = [...this.#listeners.values()].flatMap((listeners) => [...listeners.values()])
    return signals.filter((signal) => !signal?.aborted).length
  }

  override addEventListener(...[type, listener, options]: Parameters<EventTarget['addEventListener']>): void {
    const known = this.#listeners.get(type) ?? new Map()
    this.#listeners.set(type, known.set(listener, typeof options === 'object' ? options.signal : undefined))
    super.addEventListener(type, listener, options)
  }

  override removeEventListener(...[type, listener, options]: Parameters<EventTarget['removeEventListener']>): void {
    this.#listeners.get(type)?.delete(listener)
    super.removeEventListener(type, listener, options)
  }
}
