import { beforeEach, describe, expect, it } from 'vitest'
import { advance, chance, fakeTime, now, until } from '../support/clock'
import { Page } from '../support/page'
import { connected, Rig, type RigOptions } from '../support/rig'

fakeTime()
let page: Page
beforeEach(() => {
  page = new Page()
})

/** A rig whose server is away and whose next attempt is far off. */
async function waiting(options?: RigOptions): Promise<Rig> {
  const rig = await connected(options)
  chance(0.999)
  rig.server.faults.refuse(1_000)
  rig.server.drop()
  await advance(100_000)
  const before = rig.attempts.length
  await until(() => rig.attempts.length > before)
  await advance(1_000)
  rig.server.faults.clear()
  return rig
}

const wakeUps: Record<string, () => void> = {
  online: () => page.online(),
  visible: () => page.show(),
  resume: () => page.resume(),
  pageshow: () => page.pageshow(true),
}

describe('a page that comes back', () => {
  for (const [what, wake] of Object.entries(wakeUps)) {
    it(`4: connects within 500 ms (${what})`, async () => {
      const rig = await waiting()
      const before = rig.attempts.length
      wake()
      const woken = now()
      await advance(600)
      expect(rig.attempts.length).toBe(before + 1)
      const at = rig.attempts.at(-1) as number
      expect(at - woken).toBeLessThanOrEqual(500)
      // At 0.999 of the jitter.
      expect(at - woken).toBeGreaterThan(450)
      expect(rig.echo.connectionStatus()).toBe('connected')
    })

    it(`4: asks an open connection at once, and gives it 5 s (${what})`, async () => {
      const rig = await connected()
      await advance(1_000)
      rig.server.faults.withholdPong = true
      wake()
      await advance(10)
      expect(rig.received('pusher:ping')).toHaveLength(1)
      await advance(4_900)
      expect(rig.echo.connectionStatus()).toBe('connected')
      await advance(200)
      expect(rig.echo.connectionStatus()).not.toBe('connected')
    })

    it(`4: keeps an open connection that answers (${what})`, async () => {
      const rig = await connected()
      const id = rig.echo.socketId()
      wake()
      await advance(20_000)
      expect(rig.echo.socketId()).toBe(id)
    })
  }

  it('4: connects at once if chance says so, but 600 ms after the attempt before', async () => {
    const rig = await waiting()
    rig.server.faults.refuse(1_000)
    chance(0)
    const before = rig.attempts.length
    const woken = now()
    page.online()
    await advance(50)
    expect(rig.attempts[before]).toBe(woken)
    for (let round = 0; round < 100; round++) {
      page.online()
      page.show()
      await advance(20)
    }
    expect(rig.attempts.length - before).toBeLessThanOrEqual(5)
  })

  it('4: says when the attempt is that was brought forward', async () => {
    const rig = await waiting()
    const told: (number | undefined)[] = []
    rig.echo.connection.subscribe(({ retryAt }) => told.push(retryAt))
    page.show()
    expect(told).toHaveLength(1)
    expect(rig.echo.connection.get().retryAt).toBe(told[0])
    expect((told[0] as number) - Date.now()).toBeLessThanOrEqual(500)
  })

  it('4: does not put the attempt off with every further event', async () => {
    const rig = await waiting()
    const before = rig.attempts.length
    for (let round = 0; round < 8; round++) {
      page.show()
      await advance(100)
    }
    expect(rig.attempts.length).toBe(before + 1)
  })

  it('4: asks an open connection once, however many events there are, and the 5 s do not begin anew', async () => {
    const rig = await connected()
    const { connection } = rig
    rig.server.faults.withholdPong = true
    for (let round = 0; round < 50; round++) {
      page.show()
      page.online()
      await advance(100)
    }
    expect(connection.received.length).toBeLessThanOrEqual(2)
    await advance(200)
    expect(rig.echo.connectionStatus()).not.toBe('connected')
  })

  for (const what of ['online', 'pageshow'])
    it(`4: begins an attempt anew that hangs on the network that was (${what})`, async () => {
      const rig = await connected()
      rig.server.offline = true
      rig.connection.drop()
      rig.socket.close()
      await until(() => rig.attempts.length === 2)
      await advance(1_000)
      rig.server.offline = false
      wakeUps[what]?.()
      await advance(1_000)
      expect(rig.echo.connectionStatus()).toBe('connected')
      expect(rig.attempts).toHaveLength(3)
    })

  it('4: does nothing when it is shown for the first time', async () => {
    const rig = await connected()
    page.pageshow(false)
    page.pagehide(false)
    await advance(1_000)
    expect(rig.received()).toEqual([])
    expect(rig.echo.connectionStatus()).toBe('connected')
  })

  it('4: that was offline from the beginning says so, tries once, and waits', async () => {
    page.navigator.onLine = false
    const rig = new Rig()
    rig.server.faults.refuse(1)
    chance(0.5)
    await advance(10)
    expect(rig.echo.connection.get().offline).toBe(true)
    await advance(10_000)
    expect(rig.attempts).toHaveLength(1)
    page.online()
    await advance(600)
    expect(rig.echo.connection.get()).toMatchObject({ status: 'connected', offline: false })
  })

  it('4: does not trust `navigator.onLine`', async () => {
    const rig = await connected()
    rig.server.offline = true
    page.navigator.onLine = true
    page.online()
    await advance(5_500)
    expect(rig.echo.connectionStatus()).not.toBe('connected')
  })

  it('4: does nothing when it is hidden', async () => {
    const rig = await waiting()
    const before = rig.attempts.length
    page.hide()
    await advance(2_000)
    expect(rig.attempts.length).toBe(before)
  })

  it('4: does not hurry the retries after it, when the server is still away', async () => {
    const rig = await waiting()
    rig.server.faults.refuse(1_000)
    const before = rig.attempts.length
    page.online()
    await advance(25_000)
    expect(rig.attempts.length).toBe(before + 1)
  })

  it('4: leaves a connection alone that was given up', async () => {
    const rig = await connected()
    rig.server.closeAll(4001, 'gone')
    await advance(10)
    for (const wake of Object.values(wakeUps)) wake()
    await advance(60_000)
    expect(rig.attempts).toHaveLength(1)
    expect(rig.echo.connectionStatus()).toBe('failed')
  })

  it('4: leaves an Echo alone that was disconnected, and that is listening to nothing any more', async () => {
    const rig = await connected()
    expect(page.listeners).toBeGreaterThan(0)
    rig.echo.disconnect()
    expect(page.listeners).toBe(0)
    for (const wake of Object.values(wakeUps)) wake()
    await advance(60_000)
    expect(rig.attempts).toHaveLength(1)
  })

  it('4: is heard by an Echo that connected again', async () => {
    const rig = await connected()
    const listeners = page.listeners
    rig.echo.disconnect()
    rig.echo.connect()
    await advance(50)
    expect(page.listeners).toBe(listeners)
    page.offline()
    expect(rig.echo.connection.get().offline).toBe(true)
  })
})
