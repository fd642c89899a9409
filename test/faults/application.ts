import type { Channel, Echo, EchoOptions } from 'antiphon'
import { expect, vi } from 'vitest'
import type { Stage } from './stage'

/** Long enough for any machine; what never comes is told better than by the test's own timeout. */
const PATIENCE = { timeout: 90_000, interval: 20 }

/** An application that listens on channels and notes what it hears. */
export class Application {
  readonly echo: Echo<'reverb'>
  readonly #stage: Stage
  readonly #held = new Map<string, Channel>()
  /** What was heard on every channel that was ever held, by its name on the wire. */
  readonly #heard = new Map<string, number[]>()
  #count = 0

  constructor(stage: Stage, options?: Partial<EchoOptions<'reverb'>>) {
    this.#stage = stage
    this.echo = stage.echo(options)
  }

  /** Joins channels by their names on the wire. */
  hold(...names: string[]): this {
    for (const wire of names) {
      const [, kind, name = wire] = /^(private|presence)-(.*)/.exec(wire) ?? []
      const { echo } = this
      const channel = kind === 'presence' ? echo.join(name) : kind ? echo.private(name) : echo.channel(name)
      const heard = this.#heard.get(wire) ?? []
      this.#heard.set(wire, heard)
      this.#held.set(wire, channel)
      channel.listen('Said', ({ n }: { n: number }) => {
        // What comes to a listener that was let go counts twice.
        heard.push(...(this.#held.get(wire) === channel ? [n] : [n, n]))
      })
    }
    return this
  }

  leave(...names: string[]): void {
    for (const wire of names) {
      this.#held.delete(wire)
      this.echo.leaveChannel(wire)
    }
  }

  /** Waits until the server has let in exactly the channels that are held, each once. */
  async joined(): Promise<void> {
    const names = [...this.#held.keys()].sort()
    await vi.waitFor(() => {
      expect(this.statuses()).toEqual(names.map((name) => `${name} joined`))
      expect(this.#stage.subscriptions()).toEqual(Object.fromEntries(names.map((name) => [name, 1])))
    }, PATIENCE)
  }

  /** Waits until all is joined; then each channel must hear what is said, once and in order, and nobody else anything. */
  async intact(): Promise<void> {
    await this.joined()
    for (const heard of this.#heard.values()) heard.length = 0
    const said = [++this.#count, ++this.#count]
    for (const n of said) for (const name of this.#heard.keys()) this.#stage.publish(name, { n })
    const expected = new Map([...this.#heard.keys()].map((name) => [name, this.#held.has(name) ? said : []]))
    await vi.waitFor(() => expect(this.#heard).toEqual(expected), PATIENCE)
    // A double would be here by now: it comes on the same connection.
    const last = ++this.#count
    for (const name of this.#held.keys()) this.#stage.publish(name, { n: last })
    const all = new Map([...expected].map(([name, heard]) => [name, heard.length ? [...heard, last] : []]))
    await vi.waitFor(() => expect(this.#heard).toEqual(all), PATIENCE)
  }

  statuses(): string[] {
    return [...this.#held].map(([name, channel]) => `${name} ${channel.status.get()}`).sort()
  }
}
