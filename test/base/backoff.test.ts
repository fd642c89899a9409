import { expect, it } from 'vitest'
import { backoff } from '../../src/base/backoff'

it.each([
  // since the loss, chance, delay
  [0, 0, 0],
  [0, 0.5, 1000],
  [4000, 0.5, 1000],
  [20_000, 0.5, 5000],
  [60_000, 0.5, 15_000],
  [3_600_000, 0.5, 15_000],
  [-5000, 0.5, 1000],
])('%d ms after the loss, by chance %d, waits %d ms', (sinceLoss, chance, delay) => {
  expect(backoff(sinceLoss, { min: 2000, max: 30_000 }, chance)).toBe(delay)
})
