import { afterEach, describe, it } from 'vitest'
import { ownSocket } from './clients'
import { end, seeds, tell } from './stories'

afterEach(end)

describe('chaos on a fake socket and clock', () => {
  it(`${seeds} stories of ten minutes end without a violation`, { timeout: 3_600_000 }, () => tell(ownSocket))
})
