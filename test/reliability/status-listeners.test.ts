import { inspect } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, chance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

const hear = async (rig: Rig) => {
  rig.server.publish('private-room', 'any', {})
  await advance(10)
}

describe('a status listener of a channel that failed and is asked for again', () => {
  it('12, 14: leaves it, and no subscription is left behind', async () => {
    const rig = await connected()
    rig.auth.next({ status: 403 })
    const channel = rig.echo.private('room')
    await advance(100)
    channel.status.subscribe(() => channel.unsubscribe())
    channel.retry()
    await advance(1_000)
    expect(channel.status.get()).toBe('left')
    await rig.reconnect()
    expect(rig.subscribes()).toEqual([])
  })

  it('12, 14: releases its own lease, and the channel of who asked lives', async () => {
    const rig = await connected()
    rig.auth.next({ status: 403 })
    const lease = rig.echo.lease('private', 'room')
    await advance(100)
    lease.channel.status.subscribe(() => lease.release())
    const heard = vi.fn()
    const channel = rig.echo.private('room').on('any', heard)
    await advance(1_000)
    await hear(rig)
    expect(inspect(rig.echo).channels).toHaveLength(1)
    expect(heard).toHaveBeenCalledTimes(1)
    expect(rig.echo.private('room')).toBe(channel)
  })

  it('12, 14: leaves the name, and who asks for it afterwards has a channel that lives', async () => {
    const rig = await connected()
    rig.auth.next({ status: 403 })
    const first = rig.echo.private('room')
    await advance(100)
    first.status.subscribe(() => rig.echo.leave('room'))
    rig.echo.private('room')
    await advance(1_000)
    const heard = vi.fn()
    rig.echo.private('room').on('any', heard)
    await advance(1_000)
    await hear(rig)
    expect(heard).toHaveBeenCalledTimes(1)
    expect(inspect(rig.echo).channels.map(({ holders }) => holders)).toEqual([1])
  })

  it('14: asks at once, and error() hears of every failure', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 403 })
    const error = vi.fn()
    const channel = rig.echo.private('room').error(error)
    let tries = 0
    channel.status.subscribe((status) => {
      if (status === 'failed' && tries++ < 3) channel.retry()
    })
    await advance(5_000)
    expect(rig.auth.requests).toHaveLength(4)
    expect(error).toHaveBeenCalledTimes(4)
  })
})

describe('a status listener that disconnects as its channel is joined again', () => {
  it('14: leaves no timer, and the gap is told once, after the next connection', async () => {
    const rig = await connected()
    const told: unknown[] = []
    const channel = rig.echo.join('room').missed(({ reason }) => told.push([reason, rig.echo.connectionStatus()]))
    await advance(100)
    const disconnect = channel.status.subscribe((status) => {
      if (status !== 'joined') return
      disconnect()
      rig.echo.disconnect()
    })
    chance(0.9)
    rig.server.drop()
    await advance(5_000)
    expect(told).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
    rig.echo.connect()
    await advance(10_000)
    expect(told).toEqual([['connection-lost', 'connected']])
  })
})
