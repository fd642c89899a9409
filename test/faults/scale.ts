const { FAULTS, FAULT_SEED } = process.env

/** Whether this is `npm run chaos`, which takes minutes, and not `npm test`. */
export const full = FAULTS === 'full'

/** How much is tried: `seeds` one at a time with FAULT_SEED, durations in seconds. */
export const scale = {
  ...(full
    ? { seeds: 20, seconds: 60, reconnections: 500, clients: 1000, away: [3, 20] }
    : { seeds: 1, seconds: 3, reconnections: 10, clients: 100, away: [0.5] }),
  ...(FAULT_SEED && { seeds: 1 }),
  seed: Number(FAULT_SEED ?? 1),
}
