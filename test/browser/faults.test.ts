import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Room } from './room'
import type { Tab } from './tab'
import { UserBrowser } from './user-browser'
import * as visits from './visit'
import { after, changeGuests, eventually, expectFigure, expectHealed, expectSoon, full, pings, state } from './visit'

/** What Chromium writes to the console, whatever a page does, when a server cuts a connection before it is open. */
const refused = /^WebSocket connection to 'ws:\S+' failed: Connection closed before receiving a handshake response$/

const mounts = full ? 10_000 : 1_000

let browser: UserBrowser
/** The machines of those that sleep. */
const laptops: UserBrowser[] = []
beforeAll(async () => {
  browser = await UserBrowser.start()
})
afterAll(() => Promise.all([browser, ...laptops].map((each) => each?.close())))

// Together, because they wait for most of their time: each has a server and a window of its own.
describe.concurrent('Ada, whose page', { timeout: full ? 600_000 : 60_000 }, () => {
  it('is without a network: half-open is noticed, nothing is tried, and it heals when the network is back', () =>
    visit({}, async (room, ada) => {
      await ada.network(false)
      await eventually(async () => expect(await state(ada)).toMatchObject({ status: 'reconnecting', offline: true }))
      await changeGuests(room)
      await ada.network(true)
      await expectHealed(room, ada)
      await expectSoon(ada, 'network', 'online')
    }))

  it('is in the back/forward cache: it has no connection, and heals when the user comes back', () =>
    visit({}, async (room, ada) => {
      await ada.page.goto(room.elsewhere)
      await eventually(() => expect(room.server.connections.size).toBe(1))
      await changeGuests(room)
      await ada.back()
      await expectHealed(room, ada)
      expect(await ada.told('pagehide')).toEqual([true])
      await expectSoon(ada, 'life', 'resume')
    }))

  it('goes into the back/forward cache while it is authorized: it joins when the user comes back, and missed nothing', () =>
    visit({ joins: false }, async (room, ada) => {
      await eventually(() => expect(room.asked).toBe(2))
      await ada.page.goto(room.elsewhere)
      await eventually(() => expect(room.server.connections.size).toBe(1))
      room.silent = false
      await ada.back()
      await eventually(async () => expect(await ada.told('here')).toEqual([['Ada', 'Bob']]))
      room.say('after')
      await eventually(async () => expect(await ada.told('event')).toEqual(['after']))
      for (const what of ['missed', 'error']) expect(await ada.told(what)).toEqual([])
      expect(await ada.told('pageshow')).toEqual([false, true])
    }))

  it('is hidden, with timers once a second: it keeps its connection, hears everything, and heals where it is', () =>
    visit({ activityTimeout: 1 }, async (room, ada) => {
      await ada.hide()
      await eventually(async () => expect(await ada.told('visibility')).toEqual(['hidden']))
      const id = (await state(ada)).socketId
      await eventually(() => expect(pings(room, id)).toBeGreaterThan(full ? 2 : 0))
      room.say('hidden')
      await eventually(async () => expect(await ada.told('event')).toEqual(['before', 'hidden']))
      expect((await state(ada)).socketId).toBe(id)
      room.server.connections.get(id)?.drop()
      await expectHealed(room, ada, { here: ['Ada', 'Bob'], heard: ['before', 'hidden', 'after'] })
      await ada.show()
      await eventually(async () => expect(await ada.told('visibility')).toEqual(['hidden', 'visible']))
      await expectHealed(room, ada, { here: ['Ada', 'Bob'], heard: ['before', 'hidden', 'after', 'after'] })
    }))

  it('is shown again over a connection that died meanwhile: it asks, and notices within 5.5 s', () =>
    visit({}, async (room, ada) => {
      await ada.hide()
      await eventually(async () => expect(await ada.told('visibility')).toEqual(['hidden']))
      room.server.faults.withholdPong = true
      await ada.show()
      await eventually(async () => expect((await state(ada)).status).not.toBe('connected'))
      const lost = await after(ada, 'visibility', 'visible', ({ status }) => status === 'reconnecting')
      expect(lost).toBeGreaterThan(4_900)
      expectFigure('dead connection noticed after it was shown', lost, 5_500, 9_000)
      await expectHealed(room, ada, { here: ['Ada', 'Bob'] })
    }))

  it('is frozen: it has no connection, and heals when it is shown', () =>
    visit({}, async (room, ada) => {
      await ada.hide()
      await ada.freeze()
      await eventually(() => expect(room.server.connections.size).toBe(1))
      await changeGuests(room)
      await ada.show()
      await expectHealed(room, ada)
      expect(await ada.told('life')).toEqual(['freeze', 'resume'])
      await expectSoon(ada, 'life', 'resume')
    }))

  it('is hidden for five minutes of its clock, and its server away for five: it is live soon after it is shown', () =>
    visit({ allow: [refused] }, async (room, ada) => {
      await ada.hide()
      await eventually(async () => expect(await ada.told('visibility')).toEqual(['hidden']))
      const id = (await state(ada)).socketId
      // An answer to a ping comes while the clock stands, and in time.
      for (let passed = 0; passed < 300_000; passed += 5_000) await ada.pass(5_000)
      expect(await statuses(ada)).toEqual(['connected'])
      expect(pings(room, id)).toBeGreaterThan(5)

      room.server.faults.refuse(1_000)
      room.server.connections.get(id)?.drop()
      await eventually(async () => expect((await state(ada)).status).toBe('reconnecting'))
      for (let passed = 0; passed < 300_000; passed += 5_000) await ada.pass(5_000)
      const { status, attempt } = await state(ada)
      expect(status).toBe('reconnecting')
      expect(attempt).toBeGreaterThan(8)
      room.server.faults.clear()
      await ada.show()
      await eventually(async () => expect((await ada.told('visibility')).at(-1)).toBe('visible'))
      await expectHealed(room, ada, { here: ['Ada', 'Bob'], look: () => ada.pass(100) })
      await expectSoon(ada, 'visibility', 'visible')
    }))

  it(`mounts ${mounts} components, each on a channel of its own and on a shared one: nothing is kept`, () =>
    visit({}, async (room, ada) => {
      const mount = async (from: number, to: number) => {
        await ada.page.evaluate(mountAndUnmount, [from, to] as const)
        await eventually(() => expect(room.server.channels().map(({ name }) => name)).toEqual(['presence-room']))
        return { heap: await ada.heap(), listeners: await ada.listeners() }
      }
      const before = await mount(0, 200)
      const after = await mount(200, 200 + mounts)
      expect(after.listeners).toBe(before.listeners)
      expectFigure('bytes kept per mount', (after.heap - before.heap) / mounts, 200, 400)
      expect(await ada.page.evaluate(() => Object.keys((window as any).echo.connector.channels))).toEqual([
        'presence-room',
      ])
    }))

  it('is on a machine that sleeps while the server gives it up: it heals where it is', () =>
    asleep({}, async (room, ada, laptop) => {
      const id = (await state(ada)).socketId
      await laptop.sleep()
      room.server.connections.get(id)?.drop()
      await changeGuests(room)
      laptop.wake()
      await expectHealed(room, ada)
    }))

  it.runIf(full)('is on a machine that sleeps until nothing is left of its connection: it notices within 5.5 s', () =>
    asleep({ activityTimeout: 1 }, async (room, ada, laptop) => {
      await laptop.sleep()
      // Nothing comes through, and Bob goes.
      room.server.offline = true
      room.leave('Bob')
      await eventually(() => expect(room.members()).toEqual(['Ada']))
      // Its deadline has to be long past, which is more than 10 s.
      await new Promise((resolve) => setTimeout(resolve, 12_000))
      room.server.offline = false
      room.server.faults.withholdPong = true
      const woken = Date.now()
      laptop.wake()
      await eventually(async () => expect(await statuses(ada)).toContain('reconnecting'))
      const lost = (await ada.log()).find(({ value }) => value.status === 'reconnecting')
      expectFigure('dead connection noticed after a sleep', (lost?.at ?? Infinity) - woken, 5_500, 9_000)
      await expectHealed(room, ada, { here: ['Ada'], joining: [], leaving: ['Bob'] })
    }),
  )
})

const visit = (options: visits.VisitOptions, story: (room: Room, ada: Tab) => Promise<void>) =>
  visits.visit(browser, options, story)

/** The same on a machine of its own, which can sleep: whatever runs pages there is stopped. */
async function asleep(
  options: visits.VisitOptions,
  story: (room: Room, ada: Tab, laptop: UserBrowser) => Promise<void>,
): Promise<void> {
  const laptop = await UserBrowser.start()
  laptops.push(laptop)
  await visits.visit(laptop, options, (room, ada) => story(room, ada, laptop))
}

async function statuses(ada: Tab): Promise<string[]> {
  return (await ada.told('state')).map(({ status }) => status)
}

/** Runs in the page: as a user comes and goes, fifty components at a time; and somebody logs in and out. */
async function mountAndUnmount([from, to]: readonly [from: number, to: number]): Promise<void> {
  const { start, echo } = window as any
  const heard = () => {}
  const mount = async (id: number) => {
    const lease = echo.lease('presence', `team.${id % 10}`)
    lease.channel.here(heard).joining(heard).listen('Renamed', heard).missed(heard)
    lease.channel.presence.subscribe(heard)
    const order = echo.private(`orders.${id}`).listen('OrderShipped', heard).error(heard).listenToAll(heard)
    order.status.subscribe(heard)
    await Promise.all([lease.channel.ready(), order.ready()])
    echo.leave(`orders.${id}`)
    lease.release()
  }
  for (let id = from; id < to; id += 50) {
    const another = start()
    await another.channel('news').listen('Published', heard).ready()
    another.disconnect()
    await Promise.all(Array.from({ length: 50 }, (_, more) => mount(id + more)))
  }
}
