import fc from 'fast-check'
import { afterEach, describe, it, vi } from 'vitest'
import { randomFrom, START } from '../support/clock'
import { story } from './steps'
import { World } from './world'

const seeds = Number(process.env.CHAOS_SEEDS ?? 100)
const seed = Number(process.env.CHAOS_SEED ?? 20_260_101)

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('chaos on a fake socket and clock', () => {
  it(`${seeds} stories of ten minutes end without a violation`, { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(story, fc.nat(), async (steps, chance) => {
        vi.useFakeTimers({ now: START })
        vi.spyOn(Math, 'random').mockImplementation(randomFrom(chance))
        const world = new World(chance)
        for (const step of steps) await world.perform(step)
        await world.settle()
        world.end()
        vi.restoreAllMocks()
        vi.useRealTimers()
        vi.unstubAllGlobals()
        if (world.violations.length) throw new Error(world.violations.slice(0, 5).join('\n'))
      }),
      { numRuns: seeds, seed, ...(process.env.CHAOS_PATH ? { path: process.env.CHAOS_PATH } : {}) },
    )
  })
})
