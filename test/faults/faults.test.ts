import { describe, expect, it } from 'vitest'
import { Application } from './application'
import { full } from './scale'
import { Stage, until, wait } from './stage'

const CHANNELS = ['news', 'private-orders.1', 'private-orders.2', 'presence-room']

type Act = (stage: Stage, application: Application) => Promise<void>

/** Lets something happen to an application whose channels are joined, and that comes back sooner than usual. */
function toOne(act: Act, activityTimeout = 30): () => Promise<void> {
  return async () => {
    const stage = await Stage.open({ activityTimeout })
    const application = new Application(stage, { reconnect: { min: 300, max: 1000 } }).hold(...CHANNELS)
    try {
      await application.intact()
      await act(stage, application)
    } finally {
      application.echo.disconnect()
      await stage.close()
    }
  }
}

/** What befalls a network; it lasts until all faults are healed. */
const ofTheNetwork: Record<string, (stage: Stage) => void | Promise<void>> = {
  'a connection that is cut': ({ wire }) => wire.cut(),
  'a connection that is cut inside a frame': (stage) => {
    stage.wire.tear()
    stage.publish('news', { n: 0 })
  },
  'a server that closes its half': ({ wire }) => wire.halfClose('client'),
  "a client's half that is closed": ({ wire }) => wire.halfClose('server'),
  'a server that nobody reaches for a while': async ({ wire }) => {
    wire.refuses = true
    wire.cut()
    await wait(1500)
  },
  'a network that swallows everything for a while': async ({ wire }) => {
    wire.swallow()
    await wait(500)
  },
  'a slow network that is cut': async ({ wire }) => {
    wire.delay = 300
    wire.cut()
    await wait(1000)
    wire.cut()
    await wait(500)
  },
  'an auth endpoint that is cut': async ({ wire, road }) => {
    road.refuses = true
    road.cut()
    wire.cut()
    await wait(1000)
  },
  'an auth endpoint whose answers are cut in the middle': async ({ wire, road, asked }) => {
    asked.clear()
    wire.cut()
    road.tear()
    await until(() => asked.size > 0)
  },
  'an auth endpoint that swallows requests': async ({ wire, road, asked }) => {
    wire.cut()
    await until(() => road.size > 0)
    road.swallow()
    await wait(500)
    asked.clear()
  },
  'an auth endpoint that fails': async (stage) => {
    let failures = 0
    stage.reply = () => (failures++ < 4 ? 500 : 'grant')
    stage.wire.cut()
    await until(() => failures > 4)
  },
  'a connection that is cut while authorizations are under way': async (stage) => {
    for (let n = 0; n < 3; n++) {
      stage.asked.clear()
      stage.thinking = 300
      stage.wire.cut()
      await until(() => stage.asked.size > 2)
    }
    stage.wire.cut()
  },
}

describe.concurrent('on a real network, behind a proxy', { timeout: 120_000 }, () => {
  for (const [fault, happen] of Object.entries(ofTheNetwork))
    it(
      `${fault} heals, and no channel is lost, doubled or forgotten`,
      toOne(async (stage, application) => {
        await happen(stage)
        application.leave('private-orders.2')
        application.hold('private-orders.3')
        stage.heal()
        await application.intact()
      }),
    )

  // It takes the ten seconds that a server has for an answer.
  for (const announced of full ? [1] : [])
    it(
      'a network that swallows everything is noticed, and what it swallowed does not come later',
      toOne(async (stage, application) => {
        stage.wire.swallow()
        stage.publish('news', { n: -1 })
        await until(() => application.echo.connectionStatus() !== 'connected')
        stage.heal()
        await application.intact()
      }, announced),
    )

  for (const code of [1000, 1001, 1011, 1012, 4002, 4100, 4201, 4301, 4999])
    it(
      `close code ${code} leads to another connection with the same channels`,
      toOne(async (stage, application) => {
        stage.server.closeAll(code)
        await until(() => application.echo.connectionStatus() !== 'connected')
        await application.intact()
      }),
    )

  for (const code of [4001, 4003, 4005, 4006, 4007, 4008, 4009])
    it(
      `close code ${code} is final until the application connects again`,
      toOne(async (stage, application) => {
        stage.server.closeAll(code, 'no')
        await until(() => application.echo.connectionStatus() === 'failed')
        expect(application.echo.connection.get().error).toMatchObject({ closeCode: code })
        expect(stage.wire.arrivals).toHaveLength(1)
        application.echo.connect()
        await application.intact()
      }),
    )

  it(
    'close code 4000 leads to attempts with TLS',
    toOne(async (stage, application) => {
      stage.server.closeAll(4000)
      // Nobody here speaks TLS.
      await until(() => stage.wire.arrivals.length > 2)
      expect(stage.server.connections.size).toBe(0)
      expect(application.echo.connectionStatus()).toBe('reconnecting')
    }),
  )

  it(
    'close code 4004 leads to a long pause',
    toOne(async (stage, { echo }) => {
      const began = Date.now()
      stage.server.closeAll(4004)
      await until(() => echo.connectionStatus() !== 'connected')
      const { retryAt } = echo.connection.get()
      expect(retryAt).toBeGreaterThanOrEqual(began + 10_000)
      expect(retryAt).toBeLessThan(Date.now() + 30_000)
    }),
  )

  it(
    'a server that closes with 4200 at once is connected to at most five times in three seconds',
    toOne(async (stage, application) => {
      stage.server.faults.refuse(1000, 4200)
      stage.wire.arrivals.length = 0
      stage.wire.cut()
      await wait(3000)
      const { arrivals } = stage.wire
      expect(arrivals.filter((at) => at < arrivals[0]! + 3000).length).toBeLessThanOrEqual(5)
      stage.heal()
      await application.intact()
    }),
  )
})
