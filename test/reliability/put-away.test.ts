import type { Gap } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, chance, fakeTime, now } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
let page: Page
beforeEach(() => {
  page = new Page()
})

/** How a browser puts a page away and brings it back, with its events in Chromium's order. */
const ways: Record<string, { readonly away: () => void; readonly back: () => void }> = {
  'the back/forward cache': {
    away() {
      page.pagehide(true)
      page.hide()
      page.freeze()
    },
    back() {
      page.resume()
      page.show()
      page.pageshow(true)
    },
  },
  'a back/forward cache that freezes nothing': {
    away() {
      page.pagehide(true)
      page.hide()
    },
    back() {
      page.show()
      page.pageshow(true)
    },
  },
  'a frozen tab': {
    away() {
      page.hide()
      page.freeze()
    },
    back() {
      page.resume()
      page.show()
    },
  },
}

describe.each(Object.entries(ways))('in %s', (_, { away, back }) => {
  it('5: a page has no connection: it closes it in the same tick, and opens none', async () => {
    const rig = await connected()
    away()
    expect(rig.echo.connectionStatus()).toBe('reconnecting')
    expect(rig.socket.readyState).toBe(rig.socket.CLOSING)
    await advance(3_600_000)
    expect(rig.server.connections.size).toBe(0)
    expect(rig.attempts).toHaveLength(1)
  })

  it('5: a page that comes back connects within 500 ms, and tells the gap once', async () => {
    const rig = await connected()
    const missed = vi.fn()
    rig.echo.channel('news').missed(missed)
    await advance(10_000)
    chance(0.999)
    away()
    await advance(3_600_000)
    back()
    const woken = now()
    await advance(600)
    expect(rig.attempts).toHaveLength(2)
    expect((rig.attempts[1] as number) - woken).toBeLessThanOrEqual(500)
    expect(rig.echo.connectionStatus()).toBe('connected')
    await advance(10_000)
    expect(missed).toHaveBeenCalledTimes(1)
    const [{ from, to }] = missed.mock.lastCall as [Gap]
    expect(to - from).toBeGreaterThan(3_600_000)
  })

  it('5: a page gives an attempt up that was under way, and a retry that was due', async () => {
    for (const prepare of [hanging, refused]) {
      const rig = await prepare()
      const before = rig.attempts.length
      away()
      await advance(3_600_000)
      expect(rig.attempts).toHaveLength(before)
      rig.server.faults.clear()
      back()
      await advance(1_200)
      expect(rig.echo.connectionStatus()).toBe('connected')
      rig.echo.disconnect()
    }
  })

  it('5: a page that was offline tries when it comes back: no event told it what happened meanwhile', async () => {
    const rig = await connected()
    page.offline()
    away()
    page.offline()
    await advance(3_600_000)
    expect(rig.attempts).toHaveLength(1)
    expect(rig.echo.connection.get().offline).toBe(true)
    back()
    await advance(600)
    expect(rig.echo.connection.get()).toMatchObject({ status: 'connected', offline: false })
  })

  it('5: a page that comes back and is offline still tries once, then slowly', async () => {
    const rig = await connected()
    chance(0.5)
    page.offline()
    away()
    rig.server.faults.refuse(1_000)
    await advance(60_000)
    back()
    await advance(14_000)
    expect(rig.attempts).toHaveLength(2)
    expect(rig.echo.connection.get().offline).toBe(true)
    page.online()
    await advance(600)
    expect(rig.attempts).toHaveLength(3)
  })

  it('5: a page that disconnected stays as it is', async () => {
    const rig = await connected()
    rig.echo.disconnect()
    away()
    back()
    await advance(60_000)
    expect(rig.attempts).toHaveLength(1)
  })
})

/** A rig whose attempt to connect gets no answer. */
async function hanging(): Promise<Rig> {
  const rig = await connected()
  rig.server.drop()
  rig.server.offline = true
  await advance(3_000)
  return rig
}

/** A rig that waits for its next attempt. */
async function refused(): Promise<Rig> {
  const rig = await connected()
  rig.server.faults.refuse(1_000)
  rig.server.drop()
  await advance(3_000)
  return rig
}
