import { inspect as print } from 'node:util'
import { type Echo, inspect, type TraceEntry } from 'antiphon'
import { afterEach, beforeEach, vi } from 'vitest'
import { leaks } from '../support/canaries'

const methods = ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'] as const

/** Everything that an application could write into a log, as the tools that write logs would. */
export class Logbook {
  readonly #pages: string[] = []

  constructor() {
    for (const method of methods)
      vi.spyOn(console, method).mockImplementation((...values: unknown[]) => {
        for (const value of values) this.write(value)
      })
  }

  /** How many values it holds. */
  get size(): number {
    return this.#pages.length
  }

  /** The secrets that it holds. */
  get leaks(): string[] {
    return leaks(this.#pages.join('\n'))
  }

  /** Hand it to `error()`, `catch`, `onError`, `subscribe`. */
  readonly write = (value: unknown): void => {
    this.#pages.push(shown(value))
  }

  /** Hand it to `new Echo` as `trace`. */
  readonly trace = (entry: TraceEntry): void => this.write(entry)

  /** Whatever of an Echo can be looked at. */
  writeAll(echo: Echo<any>, ...others: unknown[]): void {
    for (const value of [echo, inspect(echo), echo.connection.get(), echo.connector.channels, ...others])
      this.write(value)
    for (const channel of Object.values(echo.connector.channels)) this.write(channel)
  }
}

/** A logbook for every test of the file. */
export function keepLogbook(): () => Logbook {
  let logbook: Logbook
  beforeEach(() => {
    logbook = new Logbook()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
  return () => logbook
}

function shown(value: unknown): string {
  const text = [attempt(() => String(value)), print(value, { depth: 20 }), attempt(() => JSON.stringify(value))]
  if (!(value instanceof Error)) return text.join('\n')
  const { message, stack, cause, hint } = value as Error & { hint?: string }
  return [...text, message, stack, hint, JSON.stringify(Object.entries(value)), cause ? shown(cause) : ''].join('\n')
}

// Not everything has a text, or can be written as JSON.
function attempt(write: () => string): string {
  try {
    return write()
  } catch (error) {
    return String(error)
  }
}
