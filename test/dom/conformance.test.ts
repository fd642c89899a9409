import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { mockSocket } from '../conformance/mock-socket'
import { realPort } from '../conformance/real-port'
import type { ClientName } from '../conformance/scenario'
import { scenarios } from '../conformance/scenarios'
import { play } from '../conformance/stage'

// They wait far more than they compute.
vi.setConfig({ maxConcurrency: 50, testTimeout: 60_000 })

describe.each([
  ['mock-socket', mockSocket],
  ['a real port', realPort],
])('over %s', (_, venue) => {
  beforeAll(() => {
    vi.stubGlobal('WebSocket', venue.WebSocket)
  })

  afterAll(() => {
    vi.unstubAllGlobals()
  })

  describe.concurrent.each<ClientName>(['own socket', 'pusher-js'])('on %s', (client) => {
    for (const scenario of scenarios) {
      const why = scenario.except?.[client]
      if (why === undefined) it.concurrent(scenario.name, () => play(scenario, client, venue))
      else
        it.concurrent(`does not hold: ${scenario.name} (${client} ${why})`, async () => {
          await expect(play(scenario, client, venue)).rejects.toThrow()
        })
    }
  })
})

describe('the list', () => {
  it('has at least forty scenarios, each with a name of its own', () => {
    const names = scenarios.map(({ name }) => name)
    expect(names.length).toBeGreaterThanOrEqual(40)
    expect(new Set(names).size).toBe(names.length)
  })
})
