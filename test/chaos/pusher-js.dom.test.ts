import Pusher from 'pusher-js'
import { afterEach, describe, it } from 'vitest'
import type { Client } from './clients'
import { end, seeds, tell } from './stories'

/** pusher-js, with what its build for browsers takes from a page. */
const pusherJs: Client = {
  throws: true,
  forgets: true,
  options: ({ window, document }, webSocket) => {
    const { clearInterval, clearTimeout, crypto, location } = globalThis
    Object.assign(window, { WebSocket: webSocket, clearInterval, clearTimeout, crypto })
    Object.assign(document, { location })
    return { Pusher, enabledTransports: ['ws'] }
  },
}

afterEach(() => {
  Pusher.instances.length = 0
  end()
})

describe('chaos on pusher-js', () => {
  it(`${seeds} stories of ten minutes end without a violation`, { timeout: 3_600_000 }, () => tell(pusherJs))
})
