/** The shortest and longest spread of retries, in milliseconds. */
export interface Spread {
  readonly min: number
  readonly max: number
}

/**
 * How long to wait before the next attempt, in milliseconds: uniform(0, half the time since the loss, within `min` and `max`).
 * It needs no counter, and clients that were dropped together come back spread out. `chance` is in [0, 1).
 */
export function backoff(sinceLoss: number, { min, max }: Spread, chance: number): number {
  return chance * Math.min(max, Math.max(min, sinceLoss / 2))
}
