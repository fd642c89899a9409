import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { launch } from '../../browser/chromium'
import { Member } from './member'
import type { Target } from './target'

/** A browser for the tests of a file, and those who come to the application's pages; they go after each test. */
export class Gathering {
  readonly target: Target = inject('target')
  #browser: Browser | undefined
  readonly #members: Member[] = []

  constructor() {
    beforeAll(async () => {
      const { application, server, users } = this.target
      const addresses = [application, ...server.nodes, ...(users?.nodes ?? [])]
      this.#browser = await launch(...addresses.map((address) => new URL(address).hostname))
    })
    afterEach(async () => {
      await Promise.all(this.#members.splice(0).map((member) => member.leave()))
    })
    afterAll(() => this.#browser?.close())
  }

  /** Somebody who has not logged in, and has no connection. */
  async guest(): Promise<Member> {
    if (!this.#browser) throw new Error('The browser is not there yet.')
    const member = await Member.arrive(this.#browser, this.target)
    this.#members.push(member)
    return member
  }

  /** Somebody who has logged in, and has no connection. */
  async user(name: string): Promise<Member> {
    const member = await this.guest()
    await member.login(name)
    return member
  }

  /** Somebody who has logged in and is connected. */
  async connected(...[name, ...how]: [name: string, ...Parameters<Member['connect']>]): Promise<Member> {
    const member = await this.user(name)
    await member.connect(...how)
    return member
  }
}

/** Waits until it holds. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 60_000, interval: 50 })
}
