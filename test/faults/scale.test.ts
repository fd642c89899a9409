import type { Echo } from 'antiphon'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../support/clock'
import { Application } from './application'
import { Crowd, densest, quantile } from './crowd'
import { full, scale } from './scale'
import { Stage, until, wait } from './stage'
import { World } from './world'

const { seeds, seconds, seed, reconnections, clients, away } = scale

// What is measured in real time must not be disturbed.
const options = { concurrent: !full, timeout: 300_000 }

describe('many clients of one server', options, () => {
  it(`${clients} that are dropped together come back spread out`, async () => {
    const echoes: Echo[] = []
    const crowd = await Crowd.of(clients, (stage) => {
      const echo = stage.echo()
      echoes.push(echo)
      return echo
    })
    try {
      // What each intends; when it comes is for the full scale, because a busy machine makes many come at once.
      const intended: number[] = []
      for (const { connection } of echoes)
        connection.subscribe(({ retryAt }) => retryAt && intended.length < clients && intended.push(retryAt))
      const came = await crowd.dropped()
      const times = full ? came : intended
      expect(quantile(times, 0.95) - quantile(times, 0.05)).toBeGreaterThanOrEqual(full ? 1500 : 1200)
      if (full) expect(densest(times, 100)).toBeLessThanOrEqual(0.1)
    } finally {
      await crowd.close()
    }
  })

  for (const gone of away)
    it(`are in their channels again when it was away for ${gone} s`, async () => {
      const crowd = await Crowd.of(50, (stage) => stage.echo())
      try {
        const times = await crowd.away(gone)
        if (full) expect(quantile(times, 0.95)).toBeLessThanOrEqual(gone > 3 ? 10_000 : 3000)
        expect(Object.values(crowd.stage.subscriptions())).toEqual(times.map(() => 1))
      } finally {
        await crowd.close()
      }
    })
})

describe.concurrent('one application', { timeout: 3_600_000 }, () => {
  it(`${reconnections} reconnections at any moment lose, double and forget no channel of 20`, async () => {
    const random = randomFrom(seed)
    const names = Array.from({ length: 20 }, (_, n) => (n % 4 ? `private-room.${n}` : `presence-room.${n}`))
    const stage = await Stage.open()
    const application = new Application(stage, { reconnect: { min: 0, max: 0 } }).hold(...names)
    try {
      for (let n = 1; n <= reconnections; n++) {
        stage.thinking = random() * 60
        await until(() => application.echo.connectionStatus() === 'connected')
        // Sometimes in the middle of asking, sometimes when all are there, and then it is looked whether they are.
        await wait(random() * 150)
        if (n % 5 === 0) await application.intact()
        stage.wire.cut()
        await until(() => application.echo.connectionStatus() !== 'connected')
      }
      await application.intact()
    } finally {
      application.echo.disconnect()
      await stage.close()
    }
  })

  it(`${seeds} × ${seconds} s of random faults end without a violation`, async () => {
    const worlds = Array.from({ length: seeds }, async (_, n) => {
      const stage = await Stage.open({ activityTimeout: 2 })
      const world = new World(stage, seed + n)
      await world.run(seconds)
      await world.settle()
      await world.end()
      await stage.close()
      return world.violations.map((what) => `FAULT_SEED=${seed + n}: ${what}`)
    })
    expect((await Promise.all(worlds)).flat()).toEqual([])
  })
})
