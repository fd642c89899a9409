import Pusher from 'pusher-js'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { mockSocket } from '../conformance/mock-socket'
import { realPort } from '../conformance/real-port'
import type { ClientName } from '../conformance/scenario'
import { scenarios } from '../conformance/scenarios'
import { play, type Stage } from '../conformance/stage'
import type { Venue } from '../conformance/venue'

const venues: readonly (readonly [name: string, venue: Venue])[] = [
  ['mock-socket', mockSocket],
  ['a real port', realPort],
]

const exceptions = scenarios.flatMap((scenario) =>
  scenario.except ? [{ scenario, ...scenario.except['pusher-js'] }] : [],
)

// They wait far more than they compute.
vi.setConfig({ maxConcurrency: 50, testTimeout: 60_000 })

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
  describe('on our own socket', () => {
    for (const scenario of scenarios) it(scenario.name, () => play(scenario, 'own socket', venue))
  })

  describe('on pusher-js', () => {
    for (const scenario of scenarios.filter(({ except }) => !except))
      it(scenario.name, () => play(scenario, 'pusher-js', venue))
  })

  describe('on pusher-js, as the list says, it does not hold that', () => {
    for (const { scenario, because, seen } of exceptions)
      it(`${scenario.name}: ${because}`, async () => {
        await expect(play(scenario, 'pusher-js', venue)).rejects.toThrow(seen)
      })
  })
})

describe('the list', () => {
  it.each<ClientName>(['own socket', 'pusher-js'])('is played on %s where it says so', async (client) => {
    const run = async (stage: Stage) => {
      const { echo } = await stage.connected()
      expect(echo.connector.pusher instanceof Pusher).toBe(client === 'pusher-js')
    }
    await play({ name: client, run }, client, mockSocket)
  })

  it('has at least forty scenarios, each with a name of its own', () => {
    const names = scenarios.map(({ name }) => name)
    expect(names.length).toBeGreaterThanOrEqual(40)
    expect(new Set(names).size).toBe(names.length)
  })
})
