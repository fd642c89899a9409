import type { Alpine } from 'alpinejs'
import type { Echo } from 'antiphon'
import { antiphon } from 'antiphon/alpine'
import { afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { advance } from '../../support/clock'
import { connected, type Rig, type RigOptions } from '../../support/rig'

/** A component that was put on the page. */
export interface Shown<Data> {
  readonly root: HTMLElement
  /** Its `x-data`, reactive. */
  readonly data: Data
}

/** A page on which a build of Alpine runs, with the plugin; two builds on one page would both take up every element. */
export class AlpinePage {
  readonly alpine: Alpine
  /** What Alpine reported: the errors of expressions. */
  readonly reported: any[] = []

  constructor(alpine: Alpine) {
    this.alpine = alpine
    beforeAll(() => {
      this.install()
      alpine.start()
    })
    beforeEach(() => {
      this.reported.length = 0
      ;(alpine as any).setErrorHandler((error: unknown) => this.reported.push(error))
    })
    afterEach(async () => {
      document.body.replaceChildren()
      await advance(10)
    })
  }

  /** Adds the plugin, in place of the one there was. */
  install(echo?: Echo): void {
    this.alpine.plugin(antiphon(echo))
  }

  /** A rig whose Echo is `window.Echo`. */
  async rig(options?: RigOptions): Promise<Rig> {
    const rig = await connected(options)
    vi.stubGlobal('Echo', rig.echo)
    return rig
  }

  /** Puts a component on the page and waits until its channels are joined. */
  async show<Data extends object>(data: Data & ThisType<any>, html = '', attributes = {}): Promise<Shown<Data>> {
    this.alpine.data('component', () => ({ ...data }) as never)
    const root = document.createElement('div')
    for (const [name, value] of Object.entries({ 'x-data': 'component', ...attributes }))
      root.setAttribute(name, `${value}`)
    root.innerHTML = html
    document.body.append(root)
    await advance(100)
    return { root, data: this.alpine.$data(root) as Data }
  }

  /** Takes an element off the page, and waits until what nobody holds has been left. */
  async remove(element: Element | null): Promise<void> {
    element?.remove()
    await advance(500)
  }
}
