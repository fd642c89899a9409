import { AuthError } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

describe('4301, too many frames', () => {
  const settled = (rig: Rig, names: string[]) => names.map((name) => rig.echo.private(name).status.get())

  it('10: a limit of 60 frames a minute loses no channel of 100', async () => {
    const rig = await connected({ server: { rateLimit: { frames: 60, per: 60_000 } } })
    const names = Array.from({ length: 100 }, (_, index) => `orders.${index}`)
    const failed = vi.fn()
    for (const name of names) rig.echo.private(name).error(failed)
    await advance(5 * 60_000)
    expect(settled(rig, names).filter((status) => status === 'joined')).toHaveLength(100)
    expect(
      failed.mock.calls.filter(([error]) => !(error instanceof AuthError) && error.code !== 'subscribe-timeout'),
    ).toEqual([])
    expect(rig.attempts).toHaveLength(1)
  })

  it('10: nor when it comes back and has them all to join again', async () => {
    const rig = await connected({ server: { rateLimit: { frames: 60, per: 60_000 } } })
    const names = Array.from({ length: 80 }, (_, index) => `orders.${index}`)
    for (const name of names) rig.echo.private(name)
    await advance(5 * 60_000)
    await rig.reconnect()
    await advance(5 * 60_000)
    expect(settled(rig, names).filter((status) => status === 'joined')).toHaveLength(80)
  })

  it('10: nor of public ones, nor a Pusher’s limit on subscriptions', async () => {
    const rig = await connected({ server: { like: 'pusher', subscriptionsPerMinute: 40 } })
    const channels = Array.from({ length: 80 }, (_, index) => rig.echo.channel(`news.${index}`))
    await advance(5 * 60_000)
    expect(channels.filter((channel) => channel.status.get() === 'joined')).toHaveLength(80)
  })

  it('10: that was meant for another frame does not lose the acceptance that follows', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe({ delay: 500 })
    const channel = rig.echo.private('room')
    await advance(100)
    rig.connection.send({ event: 'pusher:error', data: '{"code":4301,"message":"Rate limit exceeded"}' })
    await advance(500)
    expect(channel.status.get()).toBe('joined')
    await advance(5_000)
    expect(rig.subscribes()).toEqual(['private-room'])
  })

  it('10: refuses pings, too: the refusal is an answer like any other, and the connection lives', async () => {
    const rig = await connected({ server: { rateLimit: { frames: 1, per: 3_600_000 } } })
    rig.echo.private('orders.1')
    await advance(10 * 60_000)
    const refusals = rig.connection.sent.filter((frame) => JSON.stringify(frame).includes('4301'))
    expect(rig.received('pusher:ping').length).toBeGreaterThan(10)
    expect(refusals).toHaveLength(rig.received('pusher:ping').length)
    expect(rig.attempts).toHaveLength(1)
    expect(rig.echo.private('orders.1').status.get()).toBe('joined')
  })

  it('10: is answered by pacing, not by sending all again at once', async () => {
    const rig = await connected({ server: { rateLimit: { frames: 60, per: 60_000 } } })
    for (let index = 0; index < 100; index++) rig.echo.private(`orders.${index}`)
    await advance(5_000)
    const before = rig.received('pusher:subscribe').length
    await advance(50_000)
    expect(rig.received('pusher:subscribe').length - before).toBeLessThanOrEqual(110)
  })
})
