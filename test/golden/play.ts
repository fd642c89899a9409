import { isDeepStrictEqual } from 'node:util'
import { expect, vi } from 'vitest'
import type { ClientName } from '../conformance/scenario'
import { Placeholders } from '../testing/placeholders'
import type { Scenario, Step } from '../testing/transcript'
import type { TranscriptFrame } from './implied'
import { Page } from './page'

/** Time for promises, and for the timers with which pusher-js begins, in milliseconds. */
const MOMENT = 20

/**
 * Plays the server's side of a transcript to clients that speak through an API, and has each do what the transcript's
 * client did. What each sends must be what was recorded, and what it ends as must be what the transcript implies.
 */
export async function play(scenario: Scenario, client: ClientName): Promise<void> {
  const player = new Player(scenario, client)
  try {
    for (const step of scenario.steps) await player.perform(step)
    player.check()
  } finally {
    player.leave()
  }
}

class Player {
  readonly #scenario: Scenario
  readonly #client: ClientName
  readonly #names: readonly string[]
  readonly #pages = new Map<string, Page>()
  readonly #sockets = new Map<string, string>()
  readonly #placeholders: Placeholders
  readonly #unasked = new Set<Page>()

  constructor(scenario: Scenario, client: ClientName) {
    this.#scenario = scenario
    this.#client = client
    this.#placeholders = new Placeholders(scenario.app, this.#sockets)
    this.#names = eventsIn(scenario.steps)
  }

  async perform(step: Step): Promise<void> {
    if ('unordered' in step) for (const each of step.unordered) await this.perform(each)
    else if ('wait' in step) await vi.advanceTimersByTimeAsync(step.wait)
    else if ('client' in step) {
      const page = 'open' in step ? this.#open(step.client) : this.#page(step.client)
      // A client that turned away before it was greeted does not go on as the recorded one did.
      if (page.socket.left && !('closed' in step)) return
      await this.#act(page, step)
      await vi.advanceTimersByTimeAsync(MOMENT)
    }
  }

  check(): void {
    for (const [name, page] of this.#pages) {
      expect(page.seen, `what ${name} sees`).toEqual(page.implied.state)
      const sent = page.socket.sent.filter((frame) => !isOwnBusiness(frame as TranscriptFrame, this.#client))
      expect(sent, `what ${name} sent beside the transcript`).toEqual([])
      expect(page.errors, `what was thrown at ${name}`).toEqual([])
    }
  }

  leave(): void {
    for (const { echo } of this.#pages.values()) echo.disconnect()
  }

  #open(name: string): Page {
    const page = new Page(this.#client, this.#scenario.app.key, this.#names)
    this.#pages.set(name, page)
    this.#sockets.set(name, `${this.#pages.size}.${this.#pages.size}000`)
    return page
  }

  async #act(page: Page, step: Step & { readonly client: string }): Promise<void> {
    // What the server refuses never opens; all else does before its first word.
    if ('open' in step) await vi.advanceTimersByTimeAsync(MOMENT)
    else if ('send' in step) await this.#send(page, frameOf(this.#placeholders.filled(step.send)))
    else if ('receive' in step)
      this.#receive(page, this.#placeholders.filled(step.receive) as TranscriptFrame, step.raw)
    else if ('close' in step) page.disconnects()
    else if ('closed' in step) page.ends(step.closed.code, step.closed.reason)
    else page.ends(1006, '')
  }

  /** Has the client say it, unless it has by itself. What is no frame no client can say. */
  async #send(page: Page, frame: TranscriptFrame | undefined): Promise<void> {
    if (!frame || take(page, frame)) return
    const { event, data } = frame
    let asked = false
    if (event === 'pusher:subscribe' && typeof data?.channel === 'string') asked = page.asks(data.channel, data)
    else if (event === 'pusher:unsubscribe' && typeof data?.channel === 'string') page.leaves(data.channel)
    else if (event.startsWith('client-')) page.whispers(frame)
    await vi.advanceTimersByTimeAsync(MOMENT)
    if (take(page, frame)) return
    if (asked) return void this.#unasked.add(page)
    page.says(frame)
    await vi.advanceTimersByTimeAsync(MOMENT)
    expect(take(page, frame), `the client says ${JSON.stringify(frame)}`).toBe(true)
  }

  #receive(page: Page, frame: TranscriptFrame, text = JSON.stringify(frame)): void {
    // With a grant that makes no sense it does not ask, and nobody answers.
    if (this.#unasked.delete(page)) return
    if (page.socket.readyState === 0) page.socket.opens()
    page.hears(frame, text)
  }

  #page(name: string): Page {
    const page = this.#pages.get(name)
    if (!page) throw new Error(`${name} was never opened.`)
    return page
  }
}

/** Takes a frame out of what the client has sent; `false`: it has not sent it. */
function take({ socket }: Page, frame: TranscriptFrame): boolean {
  const index = socket.sent.findIndex((sent) => isDeepStrictEqual(normal(sent), normal(frame)))
  if (index >= 0) socket.sent.splice(index, 1)
  return index >= 0
}

/** To clear pusher-js's own flag, the channel that was refused is left before it is asked for again. */
const isOwnBusiness = ({ event }: TranscriptFrame, client: ClientName) =>
  client === 'pusher-js' && event === 'pusher:unsubscribe'

/** A step's frame; `undefined`: it sends what is none. */
function frameOf(sent: unknown): TranscriptFrame | undefined {
  const { raw } = sent as { raw?: string }
  try {
    const frame = raw === undefined ? sent : JSON.parse(raw)
    return typeof frame?.event === 'string' ? frame : undefined
  } catch {
    return undefined
  }
}

/** What a client can say of a frame: for a public channel, its name alone. */
function normal(frame: unknown): unknown {
  const { event, channel, data } = frame as TranscriptFrame
  const name = event === 'pusher:subscribe' && data?.channel
  const asks = typeof name === 'string' && !/^(private|presence)-/.test(name)
  return JSON.parse(JSON.stringify({ event, channel: channel || undefined, data: asks ? { channel: name } : data }))
}

function eventsIn(steps: readonly Step[]): string[] {
  const names = steps.flatMap((step) => {
    if ('unordered' in step) return eventsIn(step.unordered)
    return 'receive' in step ? [(step.receive as TranscriptFrame).event] : []
  })
  return [...new Set(names)].filter((name) => !/^pusher(_internal)?:(?!cache|custom)/.test(name))
}
