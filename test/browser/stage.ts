import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { launch } from './chromium'
import { type Demo, startDemo } from './demo'
import { Visitor } from './visitor'

/**
 * What Chromium itself writes to the console, whatever a page does: one line for each request that is refused and for each
 * WebSocket that cannot be opened.
 */
export const unavoidable = {
  refusedRequest: /^Failed to load resource: the server responded with a status of 403 \(Forbidden\)$/,
  serverDown: /^WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/app\/.*' failed: /,
} as const

/**
 * A running demo and a browser for the tests of a file. After each test: no page has said a word but what the test allowed,
 * and none has contacted another machine.
 */
export class Stage {
  #browser: Browser | undefined
  #demo: Demo | undefined
  #visitors: Visitor[] = []
  #allowed: readonly RegExp[] = []

  constructor() {
    beforeAll(async () => {
      this.#demo = await startDemo()
      this.#browser = await launch()
    })
    afterEach(async () => {
      const [visitors, allowed] = [this.#visitors, this.#allowed]
      this.#visitors = []
      this.#allowed = []
      await Promise.all(visitors.map((visitor) => visitor.leave()))
      for (const visitor of visitors) expectQuiet(visitor, allowed)
    })
    afterAll(async () => {
      await this.#browser?.close()
      await this.#demo?.stop()
    })
  }

  get url(): string {
    return this.#demo?.url ?? ''
  }

  /** The console lines that this test cannot avoid. */
  allow(...lines: readonly RegExp[]): void {
    this.#allowed = lines
  }

  /** Somebody who looks at nothing yet. */
  async stranger(): Promise<Visitor> {
    if (!this.#browser) throw new Error('The browser is not there yet.')
    const visitor = await Visitor.arrive(this.#browser)
    this.#visitors.push(visitor)
    return visitor
  }

  /** Somebody who has joined the demo's room. */
  async visit(name: string): Promise<Visitor> {
    const visitor = await this.stranger()
    await visitor.join(this.url, name)
    return visitor
  }

  /** Ada and Grace, who see each other in the demo's room. */
  async pair(): Promise<readonly [ada: Visitor, grace: Visitor]> {
    const pair = await Promise.all([this.visit('Ada'), this.visit('Grace')])
    for (const visitor of pair) await eventually(() => visitor.members()).toEqual(['Ada', 'Grace'])
    return pair
  }
}

/** Waits until it holds, at most 15 s. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 15_000, interval: 50 })
}

function expectQuiet({ said, contacted }: Visitor, allowed: readonly RegExp[]): void {
  expect(said.filter((line) => !allowed.some((pattern) => pattern.test(line)))).toEqual([])
  expect(contacted).not.toEqual([])
  expect(contacted.filter((url) => new URL(url).hostname !== '127.0.0.1')).toEqual([])
}
