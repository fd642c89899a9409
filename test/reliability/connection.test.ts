import { ConnectionError, type ConnectionState } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, chance, fakeTime, now, START } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
let page: Page
beforeEach(() => {
  page = new Page()
})

const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value))

/** Lets the network be cut now; one timer carries the news, and nothing else runs. */
function cutInOneTick({ server }: Rig): void {
  server.drop()
  vi.advanceTimersToNextTimer()
}

describe('a lost connection', () => {
  it('1: is no longer `connected` and has no socket id in the tick in which it is lost', async () => {
    const rig = await connected()
    const states: ConnectionState[] = []
    rig.echo.connection.subscribe((state) => states.push(state))
    expect(rig.echo.socketId()).toMatch(/^\d+\.\d+$/)
    cutInOneTick(rig)
    expect(rig.echo.connectionStatus()).toBe('reconnecting')
    expect(rig.echo.socketId()).toBeUndefined()
    expect(rig.echo.socketHeaders()).toEqual({})
    expect(states.map(({ status, socketId }) => [status, socketId])).toEqual([['reconnecting', undefined]])
  })

  it('1: says when it tries again and why it was lost', async () => {
    const rig = await connected()
    chance(0.5)
    cutInOneTick(rig)
    const { retryAt, error, attempt } = rig.echo.connection.get()
    expect(retryAt).toBe(START + now() + 1_000)
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ code: 'connection-lost', closeCode: 1006 })
    expect(attempt).toBeLessThanOrEqual(1)
    await advance(1_050)
    expect(rig.echo.connection.get()).toMatchObject({ status: 'connected', retryAt: undefined, error: undefined })
  })

  for (const random of [0.1, 0.5, 0.999])
    it(`1: is retried after uniform(0, clamp(time since the loss ÷ 2, 2 s, 30 s)), at ${random} of it`, async () => {
      const rig = await connected()
      chance(random)
      rig.server.faults.refuse(1_000)
      rig.server.drop()
      const lost = now()
      await advance(300_000)
      const attempts = rig.attempts.slice(1)
      expect(attempts.length).toBeGreaterThan(10)
      let before = lost
      let started = 0
      for (const at of attempts) {
        const drawn = before + random * clamp((before - lost) / 2, 2_000, 30_000)
        // The brake: two attempts start at least 600 ms apart.
        const expected = Math.max(drawn, started + 600)
        expect(Math.abs(at - expected)).toBeLessThan(15)
        before = started = at
      }
    })

  it('1: is retried without end, at most 30 s apart', async () => {
    const rig = await connected()
    chance(0.999)
    rig.server.faults.refuse(10_000)
    rig.server.drop()
    await advance(3_600_000)
    const late = rig.attempts.slice(-50)
    for (const [index, at] of late.slice(1).entries()) {
      expect(at - (late[index] as number)).toBeGreaterThan(29_900)
      expect(at - (late[index] as number)).toBeLessThanOrEqual(30_010)
    }
  })

  it('1: is retried as the option `reconnect` says', async () => {
    const rig = await connected({ echo: { reconnect: { min: 10_000, max: 12_000 } } })
    chance(0.999)
    rig.server.faults.refuse(1_000)
    rig.server.drop()
    await advance(120_000)
    const [, first = 0, second = 0] = rig.attempts
    expect(first).toBeGreaterThan(9_900)
    expect(second - first).toBeGreaterThan(9_900)
    const [last = 0, latest = 0] = rig.attempts.slice(-2)
    expect(latest - last).toBeGreaterThan(11_900)
    expect(latest - last).toBeLessThan(12_100)
  })

  it('1: is forgotten only after 5 s of uptime', async () => {
    const rig = await connected()
    for (const [uptime, least, most] of [
      [4_900, 29_000, 30_100],
      [5_100, 1_900, 2_100],
    ] as const) {
      chance(0.999)
      rig.server.faults.refuse(1_000)
      rig.server.drop()
      await advance(120_000)
      rig.server.faults.clear()
      await rig.back()
      await advance(uptime)
      rig.server.drop()
      const lost = now()
      rig.sockets.length = rig.attempts.length = 0
      await advance(40_000)
      expect(rig.attempts[0]).toBeGreaterThan(lost + least)
      expect(rig.attempts[0]).toBeLessThan(lost + most)
      await advance(10_000)
    }
  })

  it('1: is retried at once where the application asks for it, 600 ms after the attempt before', async () => {
    const rig = await connected()
    await advance(1_000)
    chance(0.999)
    rig.server.faults.refuse(2)
    rig.server.drop()
    await advance(1)
    rig.echo.connect()
    await advance(10)
    expect(rig.attempts).toEqual([0, expect.closeTo(1_051, -1)])
    rig.echo.connect()
    await advance(700)
    expect(rig.attempts).toHaveLength(3)
  })

  it('1: counts its attempts, and begins anew once it was forgotten', async () => {
    const rig = await connected()
    rig.server.faults.refuse(5)
    rig.server.drop()
    const attempts: number[] = []
    rig.echo.connection.subscribe(({ attempt }) => attempts.push(attempt))
    await advance(120_000)
    expect(rig.echo.connectionStatus()).toBe('connected')
    expect(Math.max(...attempts)).toBeGreaterThanOrEqual(5)
    expect(attempts.slice(1).every((attempt, index) => attempt === 0 || attempt >= (attempts[index] as number))).toBe(
      true,
    )
    rig.server.drop()
    await advance(1)
    expect(rig.echo.connection.get().attempt).toBeLessThanOrEqual(1)
  })

  it('1: comes back by the way it came: without TLS only where it was without', async () => {
    for (const forceTLS of [false, true]) {
      const rig = await connected({ echo: { forceTLS } })
      await rig.reconnect()
      const schemes = rig.sockets.map(({ url }) => new URL(url).protocol)
      expect(schemes).toEqual(forceTLS ? ['wss:', 'wss:'] : ['ws:', 'ws:'])
    }
  })

  it('6: that is over for good listens to the page no longer, until it is asked for again', async () => {
    const rig = await connected()
    rig.server.closeAll(4001)
    await advance(10)
    expect(rig.echo.connectionStatus()).toBe('failed')
    expect(page.listeners).toBe(0)
    rig.echo.connect()
    expect(page.listeners).toBeGreaterThan(0)
  })

  it('1: is told to trace(), once for each state', async () => {
    const rig = await connected()
    await rig.reconnect()
    const told = rig.trace.filter(({ about }) => about === 'connection').map(({ message }) => message)
    expect(told).toEqual(['opening', 'open', 'The connection was lost (1006).', 'opening', 'open'])
  })
})
