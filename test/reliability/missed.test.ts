import { type ConnectionState, type Connector, createStore, Echo, type Gap, type Signal } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, chance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

/** A channel with the gaps that it heard of. */
function follow({ echo }: Rig, name = 'news') {
  const gaps: Gap[] = []
  return { gaps, channel: echo.channel(name).missed((gap) => gaps.push(gap)) }
}

describe('missed()', () => {
  it('22: is not called at the first join, however late it is', async () => {
    const rig = await connected()
    await rig.reconnect()
    const { gaps, channel } = follow(rig)
    await advance(5_000)
    expect(channel.status.get()).toBe('joined')
    expect(gaps).toEqual([])
  })

  it('22: says once per reconnection from when to when, after the acceptance', async () => {
    const rig = await connected()
    const { gaps, channel } = follow(rig)
    await advance(1_000)
    rig.server.publish('news', 'any', {})
    await advance(7)
    const heard = Date.now() - 6
    await advance(3_000)
    let accepted = 0
    channel.subscribed(() => {
      accepted = Date.now()
      expect(gaps).toEqual([])
    })
    await advance(1)
    rig.server.faults.disturbSubscribe({ delay: 700 })
    await rig.reconnect()
    expect(gaps).toEqual([])
    await advance(5_000)
    expect(gaps).toHaveLength(1)
    const [gap] = gaps
    expect(gap?.reason).toBe('connection-lost')
    expect(Math.abs((gap?.from as number) - heard)).toBeLessThanOrEqual(6)
    expect(gap?.to).toBe(accepted)
    await advance(60_000)
    expect(gaps).toHaveLength(1)
    await rig.reconnect()
    await advance(5_000)
    expect(gaps).toHaveLength(2)
  })

  it('22: counts from the last frame of any kind, on any channel', async () => {
    const rig = await connected()
    const { gaps } = follow(rig)
    follow(rig, 'other')
    await advance(1_000)
    rig.server.publish('other', 'any', {})
    await advance(1)
    const heard = Date.now()
    await advance(5_000)
    await rig.reconnect()
    await advance(5_000)
    expect(Math.abs((gaps[0]?.from as number) - heard)).toBeLessThanOrEqual(2)
  })

  it('22: is one gap, from the first loss on, where the connection was lost again before the acceptance', async () => {
    const rig = await connected()
    const { gaps } = follow(rig)
    await advance(1_000)
    const lost = Date.now()
    rig.server.faults.disturbSubscribe('ignore', 2)
    await rig.reconnect()
    await rig.reconnect()
    await rig.reconnect()
    await advance(5_000)
    expect(gaps).toHaveLength(1)
    expect(gaps[0]?.from).toBeLessThanOrEqual(lost)
  })

  it('22: spans a refusal, where the channel is joined only after it was asked for again', async () => {
    const rig = await connected()
    const gaps: Gap[] = []
    const channel = rig.echo.private('room').missed((gap) => gaps.push(gap))
    await advance(1_000)
    const lost = Date.now()
    rig.auth.next({ status: 403 })
    await rig.reconnect()
    expect(channel.status.get()).toBe('failed')
    await advance(60_000)
    channel.retry()
    await advance(5_000)
    expect(gaps).toHaveLength(1)
    expect(gaps[0]?.from).toBeLessThanOrEqual(lost)
    expect(gaps[0]?.to).toBeGreaterThanOrEqual(lost + 60_000)
  })

  it('22: begins when it is told, where the application’s own connector says no more than that', async () => {
    const gaps: Gap[] = []
    let tell: (signal: Signal) => void = () => {}
    const connector = { state: createStore({} as ConnectionState), connect() {}, disconnect() {} }
    const subscribe: Connector['subscribe'] = (_channel, receive) => {
      tell = receive
      return { whisper: () => false, unsubscribe() {} }
    }
    const echo = new Echo({ broadcaster: () => ({ ...connector, subscribe }), linger: 0 })
    echo.channel('news').missed((gap) => gaps.push(gap))
    tell({ type: 'interrupted' })
    tell({ type: 'subscribed', confirmed: true })
    await advance(5_000)
    expect(gaps).toEqual([])
    const lost = Date.now()
    tell({ type: 'interrupted' })
    await advance(100)
    tell({ type: 'subscribed', confirmed: true })
    await advance(5_000)
    expect(gaps).toEqual([{ from: lost, to: lost + 100, reason: 'connection-lost' }])
  })

  it('22: is one gap, from the first loss on, where the connection was lost again before it was called', async () => {
    const rig = await connected()
    chance(0.999)
    const { gaps } = follow(rig)
    await advance(1_000)
    const lost = Date.now()
    await rig.reconnect()
    await advance(1_000)
    expect(gaps).toEqual([])
    await rig.reconnect()
    await advance(5_000)
    expect(gaps).toHaveLength(1)
    expect(gaps[0]?.from).toBeLessThanOrEqual(lost)
    await rig.reconnect()
    await advance(5_000)
    expect(gaps[1]?.from).toBeGreaterThanOrEqual(gaps[0]?.to as number)
  })

  it('22: says so after disconnect() and connect(), too', async () => {
    const rig = await connected()
    const { gaps } = follow(rig)
    await advance(1_000)
    rig.echo.disconnect()
    await advance(10_000)
    rig.echo.connect()
    await advance(5_000)
    expect(gaps).toHaveLength(1)
    expect(gaps[0]).toMatchObject({ reason: 'disconnected' })
    expect((gaps[0]?.to as number) - (gaps[0]?.from as number)).toBeGreaterThanOrEqual(10_000)
  })

  it('22: is spread over 2 s, so that a thousand pages do not ask at once', async () => {
    const rig = await connected()
    const times: number[] = []
    for (let index = 0; index < 40; index++) rig.echo.channel(`news.${index}`).missed(() => times.push(Date.now()))
    await advance(1_000)
    await rig.reconnect()
    const back = Date.now()
    await advance(5_000)
    expect(times).toHaveLength(40)
    expect(Math.max(...times)).toBeLessThanOrEqual(back + 2_000)
  })

  it('22: is not called for a channel that was left meanwhile, nor twice for one that is lost again', async () => {
    const rig = await connected()
    const { gaps } = follow(rig)
    await advance(1_000)
    await rig.reconnect()
    const before = gaps.length
    rig.echo.leave('news')
    await advance(5_000)
    expect(gaps).toHaveLength(before)
  })

  it('22: leaves no timer behind when the Echo is disconnected before it is called', async () => {
    const rig = await connected()
    const { gaps } = follow(rig)
    await advance(1_000)
    await rig.reconnect()
    rig.echo.disconnect()
    rig.server.close()
    await advance(10)
    expect(vi.getTimerCount()).toBe(0)
    expect(gaps.length).toBeLessThanOrEqual(1)
  })

  it('22: is called for a handle that came while the connection was down, for its channel was joined before', async () => {
    const rig = await connected()
    const { gaps } = follow(rig)
    await advance(1_000)
    rig.server.drop()
    await advance(1)
    const fresh = follow(rig, 'fresh')
    await advance(10_000)
    expect(gaps).toHaveLength(1)
    expect(fresh.gaps).toEqual([])
  })
})
