import { afterEach, beforeEach, vi } from 'vitest'

/** When every test begins. */
export const START = 1_700_000_000_000

/** Fake timers and a seeded `Math.random` for every test of the file. */
export function fakeTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: START })
    seed(1)
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })
}

/** Lets so many milliseconds pass, timers and promises included. */
export async function advance(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds)
}

/** Lets time pass, timer by timer, until something is so. */
export async function until(condition: () => boolean, within = 600_000): Promise<void> {
  const end = Date.now() + within
  while (!condition()) {
    if (Date.now() > end || vi.getTimerCount() === 0) throw new Error(`It was not so within ${within} ms.`)
    await vi.advanceTimersToNextTimerAsync()
  }
}

/** Milliseconds since the test began. */
export const now = (): number => Date.now() - START

/** A laptop that slept: the time is another one, and no timer has fired. */
export function sleep(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds)
}

/** `Math.random` gives this number from now on: 0 is the least that chance allows, 0.999 nearly the most. */
export function chance(value: number): void {
  vi.spyOn(Math, 'random').mockReturnValue(value)
}

/** `Math.random` gives the same numbers in every run. */
function seed(start: number): void {
  vi.spyOn(Math, 'random').mockImplementation(randomFrom(start))
}

/** Mulberry32: a small generator that is good enough to spread delays. */
export function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
