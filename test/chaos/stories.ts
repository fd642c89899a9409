import fc from 'fast-check'
import { vi } from 'vitest'
import { randomFrom, START } from '../support/clock'
import type { Client } from './clients'
import { story } from './steps'
import { World } from './world'

// `npm run chaos` asks for a thousand.
export const seeds = Number(process.env.CHAOS_SEEDS ?? 100)
const seed = Number(process.env.CHAOS_SEED ?? 20_260_101)

/** Tells that many stories of this client; rejects with the shortest that ends with a violation. */
export async function tell(client: Client, numRuns = seeds): Promise<void> {
  await fc.assert(
    fc.asyncProperty(story, fc.nat(), async (steps, chance) => {
      vi.useFakeTimers({ now: START })
      vi.spyOn(Math, 'random').mockImplementation(randomFrom(chance))
      const world = new World(chance, client)
      for (const step of steps) await world.perform(step)
      await world.settle()
      world.end()
      end()
      if (world.violations.length) throw new Error(world.violations.slice(0, 5).join('\n'))
    }),
    { numRuns, seed, ...(process.env.CHAOS_PATH ? { path: process.env.CHAOS_PATH } : {}) },
  )
}

/** Gives the page and the time back. */
export function end(): void {
  vi.restoreAllMocks()
  vi.useRealTimers()
  vi.unstubAllGlobals()
}
