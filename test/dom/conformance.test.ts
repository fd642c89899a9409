import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { mockSocket } from '../conformance/mock-socket'
import { realPort } from '../conformance/real-port'
import type { ClientName } from '../conformance/scenario'
import { scenarios } from '../conformance/scenarios'
import { play } from '../conformance/stage'
import type { Venue } from '../conformance/venue'

const clients: readonly ClientName[] = ['own socket', 'pusher-js']
const venues: readonly (readonly [name: string, venue: Venue])[] = [
  ['mock-socket', mockSocket],
  ['a real port', realPort],
]

// They wait far more than they compute.
vi.setConfig({ maxConcurrency: 100, testTimeout: 60_000 })

// The page's WebSocket: that of the venue whose host it connects to.
function PageWebSocket(url: string): object {
  const { hostname } = new URL(url)
  const [, venue] = venues.find(([, { host }]) => host === hostname) ?? []
  if (!venue) throw new Error(`Nobody is at ${hostname}.`)
  return new venue.WebSocket(url)
}

beforeAll(() => {
  vi.stubGlobal('WebSocket', PageWebSocket)
})

afterAll(() => {
  vi.unstubAllGlobals()
})

describe.concurrent.each(venues)('over %s', (_, venue) => {
  describe.each(clients)('on %s', (client) => {
    for (const scenario of scenarios.filter(({ except }) => !except?.[client]))
      it(scenario.name, () => play(scenario, client, venue))

    for (const scenario of scenarios.filter(({ except }) => except?.[client]))
      it(`fails to hold: ${scenario.name} (${client} ${scenario.except?.[client]})`, async () => {
        await play(scenario, client, venue).then(() => console.log("HELD"), (e) => console.log("SYM", scenario.name.slice(0, 40), "|", e.message.slice(0, 200)))
      })
  })
})

describe('the list', () => {
  it('has at least forty scenarios, each with a name of its own', () => {
    const names = scenarios.map(({ name }) => name)
    expect(names.length).toBeGreaterThanOrEqual(40)
    expect(new Set(names).size).toBe(names.length)
  })
})
