import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, chance, fakeTime, now } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
let page: Page
beforeEach(() => {
  page = new Page()
})

describe('a page that goes offline', () => {
  it('4: says so, and that it is over', async () => {
    const rig = await connected()
    expect(rig.echo.connection.get().offline).toBe(false)
    const changed = vi.fn()
    rig.echo.connection.subscribe(changed)
    page.offline()
    expect(rig.echo.connection.get().offline).toBe(true)
    expect(changed).toHaveBeenCalledTimes(1)
    page.online()
    expect(rig.echo.connection.get().offline).toBe(false)
  })

  it('4: tries again only as slowly as it ever does', async () => {
    const rig = await connected()
    chance(0.5)
    page.offline()
    rig.server.faults.refuse(1_000)
    rig.server.drop()
    const lost = now()
    await advance(120_000)
    const [first = 0] = rig.attempts.slice(1)
    expect(first - lost).toBeGreaterThanOrEqual(14_900)
    expect(first - lost).toBeLessThanOrEqual(30_100)
    expect(rig.attempts.length).toBeLessThanOrEqual(9)
  })

  it('4: still tries, for the event may be wrong', async () => {
    const rig = await connected()
    page.offline()
    rig.server.drop()
    await advance(31_000)
    expect(rig.echo.connection.get()).toMatchObject({ status: 'connected', offline: false })
  })

  it('4: is not believed after disconnect(), for nobody listened any more', async () => {
    const rig = await connected()
    page.offline()
    rig.echo.disconnect()
    page.online()
    rig.server.faults.refuse(1)
    chance(0.5)
    rig.echo.connect()
    expect(rig.echo.connection.get().offline).toBe(false)
    await advance(2_100)
    expect(rig.echo.connectionStatus()).toBe('connected')
  })

  it('4: slows an attempt down that was about to start', async () => {
    const rig = await connected()
    chance(0.999)
    rig.server.drop()
    await advance(100)
    chance(0.5)
    page.offline()
    await advance(10_000)
    expect(rig.attempts).toHaveLength(1)
  })

  for (const wsHost of ['localhost', '127.0.0.1', '[::1]', 'app.localhost'])
    it(`4: does not matter to a server on ${wsHost}`, async () => {
      const rig = await connected({ echo: { wsHost } })
      chance(0.5)
      page.offline()
      rig.server.drop()
      await advance(1_100)
      expect(rig.attempts).toHaveLength(2)
      expect(rig.echo.connection.get()).toMatchObject({ offline: false, status: 'connected' })
    })
})
