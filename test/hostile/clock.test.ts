import type { Gap } from 'antiphon'
import { beforeEach, describe, expect, it } from 'vitest'
import { advance, fakeTime, sleep, START, until } from '../support/clock'
import { Encryption } from '../support/encryption'
import { Page } from '../support/page'
import { connected, Rig } from '../support/rig'

const HOUR = 3_600_000
const jumps = { 'set back by an hour': -HOUR, 'set back by a month': -30 * 24 * HOUR, 'set forward by an hour': HOUR }

fakeTime()
beforeEach(() => {
  new Page()
})

/** How long it takes, whatever the clock says. */
async function measured(condition: () => boolean): Promise<number> {
  const begun = performance.now()
  await until(condition)
  return performance.now() - begun
}

describe.each(Object.entries(jumps))('a clock that is %s', (_, jump) => {
  it('makes no retry wait longer, and retryAt says when it comes', async () => {
    const { echo, server } = await connected()
    server.faults.refuse(2)
    server.drop()
    await advance(1)
    sleep(jump)
    // A clock that is set forward looks like a sleep: after a long one, attempts are spread wider.
    expect(await measured(() => echo.connectionStatus() === 'connected')).toBeLessThan(jump > 0 ? 90_000 : 10_000)
    await advance(6000)
    server.faults.refuse(2)
    server.drop()
    await advance(1)
    const { retryAt = 0 } = echo.connection.get()
    expect(retryAt - Date.now()).toBeLessThanOrEqual(2000)
    expect(retryAt - Date.now()).toBeGreaterThanOrEqual(0)
  })

  it('makes an attempt that nobody greets wait no longer', async () => {
    const { attempts, echo, server } = new Rig()
    server.faults.greeting = 'none'
    await advance(100)
    sleep(jump)
    expect(await measured(() => attempts.length === 2)).toBeLessThan(8000 + 2000 + 8000)
    server.faults.clear()
    expect(await measured(() => echo.connectionStatus() === 'connected')).toBeLessThan(20_000)
  })

  it('hides no connection that is dead', async () => {
    const { echo, server } = await connected()
    await advance(10_000)
    sleep(jump)
    server.offline = true
    // What is due is the server's 30 s and 10 s more; what was waited for when the clock changed, a second time at most.
    expect(await measured(() => echo.connectionStatus() !== 'connected')).toBeLessThan(80_000)
  })

  it('ends no connection that lives, also while an answer to a ping is awaited', async () => {
    const page = new Page()
    const rig = await connected()
    const channel = rig.echo.channel('news')
    await advance(2000)
    page.show()
    sleep(jump)
    await advance(300_000)
    expect(rig.sockets).toHaveLength(1)
    expect(channel.status.get()).toBe('joined')
  })

  it('makes no subscription wait longer that is not answered', async () => {
    const { echo, server } = await connected()
    server.faults.disturbSubscribe('ignore')
    const { status } = echo.channel('news')
    await advance(5000)
    sleep(jump)
    expect(await measured(() => status.get() === 'joined')).toBeLessThan(11_000)
  })

  it('tells of gaps that end no sooner than they began', async () => {
    const { echo, server } = await connected()
    const gaps: Gap[] = []
    echo.channel('news').missed((gap) => gaps.push(gap))
    await advance(1000)
    server.drop()
    await advance(1)
    sleep(jump)
    await advance(10_000)
    expect(gaps).toHaveLength(1)
    expect(gaps[0]!.to).toBeGreaterThanOrEqual(gaps[0]!.from)
    expect(gaps[0]!.from).toBeLessThan(START + 1100)
    const again = Date.now()
    server.drop()
    await advance(10_000)
    expect(gaps[1]!.from).toBeLessThanOrEqual(again)
    expect(gaps[1]!.from).toBeGreaterThan(again - 10_000)
  })

  it('holds back no whisper, and keeps none that nobody can send', async () => {
    const rig = await connected()
    const errors: unknown[] = []
    const room = rig.echo.private('room').error(({ code }) => errors.push(code))
    await advance(100)
    room.whisper('typing', { n: 1 }, { throttle: 1000 })
    await advance(10)
    sleep(jump)
    room.whisper('typing', { n: 2 }, { throttle: 1000 })
    await advance(1500)
    expect(rig.received('client-typing').map(({ data }) => data)).toEqual([{ n: 1 }, { n: 2 }])
    for (let n = 0; n < 10; n++) room.whisper('moved', { n })
    sleep(-jump)
    room.whisper('typing', { n: 3 })
    await advance(1500)
    expect(rig.received('client-typing')).toHaveLength(3)
    rig.auth.reply = () => 'never'
    rig.echo
      .private('other')
      .error(({ code }) => errors.push(code))
      .whisper('typing', {})
    await advance(100)
    sleep(jump)
    await advance(11_000)
    expect(errors.filter((code) => code === 'whisper-dropped')).toHaveLength(1)
  })

  it('keeps no channel waiting that a rate limit has refused twice', async () => {
    const { connection, echo, server } = await connected()
    const limited = async (name: string) => {
      server.faults.disturbSubscribe('ignore', 1)
      const { status } = echo.channel(name)
      await advance(5)
      connection.send({ event: 'pusher:error', data: '{"code":4301}' })
      return measured(() => status.get() === 'joined')
    }
    // A turn each, and one more.
    expect(await limited('first')).toBeLessThan(3500)
    sleep(jump)
    expect(await limited('second')).toBeLessThan(3500)
  })

  it('keeps no encrypted channel from a second new key', async () => {
    const { auth, echo, server } = await connected()
    const wire = 'private-encrypted-pay'
    const heard: unknown[] = []
    echo
      .encryptedPrivate('pay')
      .on('Paid', (payload: unknown) => heard.push(payload))
      .error(({ code }) => heard.push(code))
    await advance(100)
    for (const filling of [8, 9]) {
      auth.encryption = new Encryption(filling)
      server.publish(wire, 'Paid', auth.encryption.seal(wire, { filling }))
      await advance(9000)
      sleep(jump)
    }
    expect(heard).toEqual([{ filling: 8 }, { filling: 9 }])
  })
})

it('a clock that jumps back and forth all the time keeps an Echo connected', async () => {
  const rig = await connected()
  const channel = rig.echo.private('room')
  const heard: number[] = []
  channel.listen('Said', ({ n }: { n: number }) => heard.push(n))
  for (let n = 0; n < 60; n++) {
    sleep((n % 2 ? 1 : -1) * HOUR * (n % 7))
    if (n % 20 === 10) rig.server.drop()
    await advance(5000)
    if (channel.status.get() === 'joined') rig.server.publish('private-room', 'App\\Events\\Said', { n })
    await advance(10)
  }
  expect(heard.length).toBeGreaterThan(50)
  expect(rig.sockets.length).toBeLessThanOrEqual(8)
  expect(rig.errors).toEqual([])
})
