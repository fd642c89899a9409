import type { CDPSession, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { UserBrowser } from './user-browser'

/** Something that a page was told, and when: Unix milliseconds. */
export interface Told {
  readonly what: string
  readonly value: any
  readonly at: number
}

let tabs = 0

/** A page in a window of its own, and what can befall it. Its script keeps what it was told in `told`. */
export class Tab {
  readonly page: Page
  /** Lines of the console, and errors that nobody caught. */
  readonly said: string[] = []
  readonly #session: CDPSession
  /** What the page has asked for and has no answer to: WebSockets that open or have sent something, and requests. */
  readonly #unanswered = new Set<string>()

  private constructor(page: Page, session: CDPSession) {
    this.page = page
    this.#session = session
    const asks = ({ requestId }: { requestId: string }) => this.#unanswered.add(requestId)
    const answers = ({ requestId }: { requestId: string }) => this.#unanswered.delete(requestId)
    for (const event of ['requestWillBeSent', 'webSocketCreated', 'webSocketFrameSent'] as const)
      session.on(`Network.${event}`, asks)
    for (const event of ['loadingFinished', 'loadingFailed', 'webSocketFrameReceived', 'webSocketClosed'] as const)
      session.on(`Network.${event}`, answers)
    page.on('console', (message) => this.said.push(message.text()))
    page.on('pageerror', (error) => this.said.push(String(error)))
  }

  /** Opens a window and goes there. */
  static async open({ browser }: UserBrowser, url: string): Promise<Tab> {
    const [context] = browser.contexts()
    if (!context) throw new Error('The browser has no profile.')
    const blank = `about:blank#${tabs++}`
    const own = context.waitForEvent('page', (page) => page.url() === blank)
    const opener = await browser.newBrowserCDPSession()
    await opener.send('Target.createTarget', { url: blank, newWindow: true })
    await opener.detach()
    const page = await own
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    const tab = new Tab(page, session)
    await page.goto(url)
    return tab
  }

  /** What the page was told under this name, oldest first. */
  async told(what: string): Promise<any[]> {
    return (await this.log()).filter((entry) => entry.what === what).map(({ value }) => value)
  }

  /** All that the page was told. */
  log(): Promise<Told[]> {
    return this.page.evaluate(() => (window as unknown as { told: Told[] }).told)
  }

  /** Minimizes the window: the page is hidden, and its timers are slowed down. */
  hide(): Promise<void> {
    return this.#window('minimized')
  }

  show(): Promise<void> {
    return this.#window('normal')
  }

  /** Freezes the page, as a browser does to save memory, until it is shown. It must be hidden. */
  async freeze(): Promise<void> {
    await this.#session.send('Page.setWebLifecycleState', { state: 'frozen' })
  }

  /** Takes this page's network away, or gives it back. What it has open stays open. */
  async network(there: boolean): Promise<void> {
    const unlimited = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
    await this.#session.send('Network.emulateNetworkConditions', { offline: !there, ...unlimited })
  }

  /** Goes back as the user's button does. */
  async back(): Promise<void> {
    const { entries, currentIndex } = await this.#session.send('Page.getNavigationHistory')
    const before = entries[currentIndex - 1]
    if (!before) throw new Error('There is no page to go back to.')
    await this.#session.send('Page.navigateToHistoryEntry', { entryId: before.id })
  }

  /**
   * Lets the page's clock run ahead, and then stand still until the next call: meanwhile the page gets the answers to what
   * it has asked of the network.
   */
  async pass(milliseconds: number): Promise<void> {
    await this.#advance(milliseconds)
    // Some answers are told by a timer of the browser's own, which needs a little of this clock.
    await vi.waitFor(
      async () => {
        if (this.#unanswered.size) await this.#advance(5)
        expect(this.#unanswered.size).toBe(0)
      },
      { timeout: 30_000, interval: 5 },
    )
  }

  /** The bytes that the page's script uses, without garbage. */
  async heap(): Promise<number> {
    await this.#session.send('HeapProfiler.collectGarbage')
    return (await this.#session.send('Runtime.getHeapUsage')).usedSize
  }

  /** How many listeners the window and the document have. */
  async listeners(): Promise<number> {
    let count = 0
    for (const expression of ['window', 'document']) {
      const { result } = await this.#session.send('Runtime.evaluate', { expression, objectGroup: 'listeners' })
      const { listeners } = await this.#session.send('DOMDebugger.getEventListeners', {
        objectId: `${result.objectId}`,
      })
      count += listeners.length
    }
    await this.#session.send('Runtime.releaseObjectGroup', { objectGroup: 'listeners' })
    return count
  }

  close(): Promise<void> {
    return this.page.close()
  }

  async #advance(budget: number): Promise<void> {
    const passed = new Promise((resolve) => this.#session.once('Emulation.virtualTimeBudgetExpired', resolve))
    await this.#session.send('Emulation.setVirtualTimePolicy', { policy: 'advance', budget })
    await passed
  }

  async #window(windowState: 'minimized' | 'normal'): Promise<void> {
    const { windowId } = await this.#session.send('Browser.getWindowForTarget')
    await this.#session.send('Browser.setWindowBounds', { windowId, bounds: { windowState } })
  }
}
