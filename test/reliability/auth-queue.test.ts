import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

describe('many authorizations', () => {
  it('7: are at most 5 at once, and all get through', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ grant: true, after: 100 })
    const channels = Array.from({ length: 30 }, (_, index) => rig.echo.private(`orders.${index}`))
    await advance(50)
    expect(rig.auth.busy).toBe(5)
    await advance(2_000)
    expect(rig.auth.busiest).toBe(5)
    expect(channels.filter((channel) => channel.status.get() === 'joined')).toHaveLength(30)
  })

  it('7: go first come, first served', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ grant: true, after: 100 })
    const names = Array.from({ length: 15 }, (_, index) => `private-orders.${index}`)
    for (const name of names) rig.echo.private(name.slice('private-'.length))
    await advance(1_000)
    expect(rig.auth.requests.map(({ channel }) => channel)).toEqual(names)
  })

  it('7: do not wait for one that waits for its next try', async () => {
    const rig = await connected()
    rig.auth.reply = ({ channel }) =>
      channel.startsWith('private-bad') ? { status: 503, headers: { 'Retry-After': '60' } } : 'grant'
    for (let index = 0; index < 10; index++) rig.echo.private(`bad.${index}`)
    const good = rig.echo.private('good')
    await advance(1_000)
    expect(good.status.get()).toBe('joined')
  })

  it('7: do not wait for those of channels that were left', async () => {
    const rig = await connected()
    rig.auth.reply = ({ channel }) => (channel.startsWith('private-bad') ? 'never' : 'grant')
    for (let index = 0; index < 5; index++) rig.echo.private(`bad.${index}`)
    const good = rig.echo.private('good')
    await advance(100)
    expect(good.status.get()).toBe('joining')
    for (let index = 0; index < 5; index++) rig.echo.leave(`bad.${index}`)
    await advance(500)
    expect(good.status.get()).toBe('joined')
  })

  it('7: that fail together tell nobody, and leave nothing, after the first one’s error() has disconnected', async () => {
    const rig = await connected({ echo: { auth: { batch: true } } })
    const failed = vi.fn()
    const failures = { 'private-a': { status: 503 }, 'private-b': { status: 503 } }
    rig.auth.next({ status: 200, body: failures, after: 50 })
    rig.echo.private('a').error(() => rig.echo.disconnect())
    rig.echo.private('b').error(failed)
    await advance(100)
    expect(rig.auth.requests).toHaveLength(1)
    expect(rig.echo.connectionStatus()).toBe('disconnected')
    expect(failed).not.toHaveBeenCalled()
    rig.server.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('7: do not ask for a channel that was left while it waited its turn', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ grant: true, after: 1_000 })
    for (let index = 0; index < 8; index++) rig.echo.private(`orders.${index}`)
    await advance(100)
    rig.echo.leave('orders.7')
    await advance(10_000)
    expect(rig.auth.for('private-orders.7')).toEqual([])
    expect(rig.subscribes()).toHaveLength(7)
  })

  it('7: live, all 100 of them, within 10 s when a tenth is answered 500 once', async () => {
    const rig = await connected()
    const failed = new Set<string>()
    rig.auth.reply = ({ channel }) => {
      if (!channel.endsWith('0') || failed.has(channel)) return { grant: true, after: 30 }
      failed.add(channel)
      return { status: 500, after: 30 }
    }
    const channels = Array.from({ length: 100 }, (_, index) => rig.echo.private(`orders.${index}`))
    await advance(10_000)
    expect(channels.filter((channel) => channel.status.get() === 'joined')).toHaveLength(100)
    expect(rig.auth.busiest).toBeLessThanOrEqual(5)
  })
})
