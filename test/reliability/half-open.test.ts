import { inspect } from 'antiphon'
import { beforeEach, describe, expect, it } from 'vitest'
import { advance, fakeTime, now, sleep, until } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
let page: Page
beforeEach(() => {
  page = new Page()
})

/** How long it takes until the connection is known to be dead. */
async function noticed({ echo }: Rig, within: number): Promise<number> {
  const began = now()
  await until(() => echo.connectionStatus() !== 'connected', within)
  return now() - began
}

describe('a connection that is dead without a word', () => {
  for (const activityTimeout of [30, 120, 5])
    it(`3: is noticed ${activityTimeout} s + 10 s after the last frame`, async () => {
      const rig = await connected({ server: { activityTimeout } })
      rig.server.offline = true
      const most = (activityTimeout + 10) * 1_000
      const after = await noticed(rig, most + 1_000)
      expect(after).toBeGreaterThan(activityTimeout * 1_000)
      expect(after).toBeLessThanOrEqual(most)
      expect(rig.echo.socketId()).toBeUndefined()
    })

  it('3: counts from the last frame of any kind, and not from what was sent', async () => {
    const rig = await connected()
    rig.echo.channel('news')
    await advance(20_000)
    rig.server.publish('news', 'any', {})
    await advance(50)
    rig.server.offline = true
    for (let round = 0; round < 5; round++) {
      await advance(5_000)
      rig.echo.channel(`other-${round}`)
    }
    expect(rig.echo.connectionStatus()).toBe('connected')
    expect(await noticed(rig, 20_000)).toBeLessThanOrEqual(15_050)
  })

  it('3: is closed, left, and replaced by a new one', async () => {
    const rig = await connected()
    rig.server.offline = true
    await noticed(rig, 50_000)
    expect(rig.sockets[0]?.readyState).toBeGreaterThan(1)
    rig.server.offline = false
    await advance(3_000)
    expect(rig.echo.connectionStatus()).toBe('connected')
    expect(rig.attempts).toHaveLength(2)
  })

  it('3: says nothing any more, when it turns out not to be dead after all', async () => {
    const rig = await connected()
    const heard: unknown[] = []
    rig.echo.channel('news').on('any', (payload) => heard.push(payload))
    await advance(50)
    const old = rig.socket
    rig.server.offline = true
    await noticed(rig, 50_000)
    const frame = JSON.stringify({ event: 'any', channel: 'news', data: '{"id":1}' })
    old.dispatchEvent(new MessageEvent('message', { data: frame }))
    old.dispatchEvent(Object.assign(new Event('close'), { code: 4001, reason: 'late' }))
    expect(rig.echo.connectionStatus()).toBe('reconnecting')
    rig.server.offline = false
    await advance(3_000)
    expect(rig.echo.connectionStatus()).toBe('connected')
    old.dispatchEvent(new MessageEvent('message', { data: frame }))
    old.dispatchEvent(Object.assign(new Event('close'), { code: 4001, reason: 'late' }))
    await advance(1_000)
    expect(heard).toEqual([])
    expect(rig.echo.connectionStatus()).toBe('connected')
  })
})

describe('a quiet connection', () => {
  it('3: is asked once per activity timeout, and stays', async () => {
    const rig = await connected()
    await advance(600_000)
    expect(rig.attempts).toHaveLength(1)
    const pings = rig.received('pusher:ping').length
    expect(pings).toBeGreaterThanOrEqual(19)
    expect(pings).toBeLessThanOrEqual(20)
  })

  it('3: is not asked while frames come', async () => {
    const rig = await connected()
    rig.echo.channel('news')
    for (let round = 0; round < 20; round++) {
      await advance(20_000)
      rig.server.publish('news', 'any', {})
    }
    expect(rig.received('pusher:ping')).toEqual([])
  })

  it('3: takes any frame for the answer to its ping', async () => {
    const rig = await connected()
    rig.echo.channel('news')
    await advance(50)
    rig.server.faults.withholdPong = true
    for (let round = 0; round < 10; round++) {
      await advance(35_000)
      rig.server.publish('news', 'any', {})
    }
    expect(rig.attempts).toHaveLength(1)
  })

  it('3: takes a frame that is no frame for a sign of life, too', async () => {
    const rig = await connected()
    rig.server.faults.withholdPong = true
    for (let round = 0; round < 10; round++) {
      await advance(35_000)
      rig.connection.sendRaw('junk')
    }
    expect(rig.attempts).toHaveLength(1)
  })

  it('3: answers the pings of the server', async () => {
    const rig = await connected({ server: { pingInterval: 20_000, like: 'pusher', activityTimeout: 120 } })
    await advance(300_000)
    expect(rig.attempts).toHaveLength(1)
    expect(rig.received('pusher:pong').length).toBeGreaterThan(10)
  })

  for (const [what, timeout] of [
    ['no', undefined],
    ['an activity timeout of 0', 0],
    ['a negative', -5],
    ['a text for its', '30'],
    ['an endless', 1e12],
  ] as const)
    it(`3: is not pinged without pause where the greeting has ${what} activity timeout`, async () => {
      const rig = await connected()
      const greeting = { socket_id: '1.1', ...(timeout !== undefined && { activity_timeout: timeout }) }
      rig.server.faults.greeting = {
        junk: JSON.stringify({ event: 'pusher:connection_established', data: JSON.stringify(greeting) }),
      }
      rig.server.drop()
      await advance(5_000)
      const pings = () => [...rig.server.connections.values()].flatMap(({ received }) => received).length
      await advance(60_000)
      expect(pings()).toBeLessThanOrEqual(12)
      expect(rig.attempts.length).toBeLessThan(15)
      rig.server.offline = true
      expect(await noticed(rig, 200_000)).toBeLessThanOrEqual(130_000)
    })
})

describe('a laptop that slept', () => {
  it('3: finds out within 5.5 s of its wake-up that the connection is dead', async () => {
    const rig = await connected()
    rig.server.offline = true
    sleep(3_600_000)
    page.show()
    expect(await noticed(rig, 10_000)).toBeLessThanOrEqual(5_500)
  })

  it('3: notices by any timer that the deadline is long past', async () => {
    const rig = await connected()
    await advance(29_000)
    rig.server.offline = true
    sleep(3_600_000)
    expect(await noticed(rig, 20_000)).toBeLessThanOrEqual(1_000 + 5_500)
  })

  it('3: notices when something is to be sent', async () => {
    const rig = await connected()
    rig.echo.private('room')
    await advance(50)
    rig.server.offline = true
    sleep(3_600_000)
    rig.echo.private('room').whisper('typing', {})
    expect(await noticed(rig, 30_000)).toBeLessThanOrEqual(10_100)
  })

  it('3, 12: finds out when a channel is asked for, and has it once, though a listener asks for it too', async () => {
    const rig = await connected()
    rig.server.faults.withholdPong = true
    await advance(31_000)
    sleep(60_000)
    rig.echo.connection.subscribe(() => void rig.echo.channel('news'))
    rig.echo.channel('news')
    await advance(5_000)
    expect(inspect(rig.echo).channels).toMatchObject([{ status: 'joined', holders: 1 }])
  })

  it('3: keeps a connection that is alive, for a channel that is asked for then', async () => {
    const rig = await connected()
    sleep(3_600_000)
    const channel = rig.echo.channel('news')
    await advance(100)
    expect(channel.status.get()).toBe('joined')
    expect(rig.attempts).toHaveLength(1)
  })

  it('3: keeps a connection that is alive', async () => {
    const rig = await connected()
    sleep(3_600_000)
    page.show()
    await advance(60_000)
    expect(rig.attempts).toHaveLength(1)
    expect(rig.echo.connectionStatus()).toBe('connected')
  })

  it('3: keeps a connection whose frames come as it wakes', async () => {
    const rig = await connected()
    rig.echo.channel('news')
    await advance(50)
    sleep(3_600_000)
    rig.server.publish('news', 'any', {})
    await advance(60_000)
    expect(rig.attempts).toHaveLength(1)
  })

  it('3: is not tried twice at once when it wakes while waiting', async () => {
    const rig = await connected()
    rig.server.faults.refuse(1)
    rig.server.drop()
    await advance(1)
    sleep(3_600_000)
    page.show()
    page.online()
    page.resume()
    page.pageshow(true)
    await advance(1_500)
    expect(rig.attempts.length).toBeLessThanOrEqual(3)
    expect(rig.server.connections.size).toBeLessThanOrEqual(1)
    await advance(30_000)
    expect(rig.echo.connectionStatus()).toBe('connected')
  })
})
