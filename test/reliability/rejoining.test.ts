import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

describe('leaving and joining again', () => {
  it('12: within 250 ms costs nothing, and the old listeners are gone', async () => {
    const rig = await connected()
    const [old, fresh, subscribed] = [vi.fn(), vi.fn(), vi.fn()]
    const before = rig.echo.private('room').on('any', old)
    await advance(100)
    rig.echo.leave('room')
    await advance(100)
    const after = rig.echo.private('room').on('any', fresh).subscribed(subscribed)
    expect(after).not.toBe(before)
    await advance(1_000)
    rig.server.publish('private-room', 'any', {})
    await advance(10)
    expect(rig.received().map(({ event }) => event)).toEqual(['pusher:subscribe'])
    expect([old.mock.calls.length, fresh.mock.calls.length, subscribed.mock.calls.length]).toEqual([0, 1, 1])
    expect([before.status.get(), after.status.get()]).toEqual(['left', 'joined'])
  })

  it('12: while it is being joined subscribes once: a component that mounts twice', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ grant: true, after: 50, deaf: true })
    const [old, fresh] = [vi.fn(), vi.fn()]
    rig.echo.private('room').on('any', old)
    rig.echo.leave('room')
    const channel = rig.echo.private('room').on('any', fresh)
    await advance(1_000)
    expect(rig.received().map(({ event }) => event)).toEqual(['pusher:subscribe'])
    expect(channel.status.get()).toBe('joined')
    rig.server.publish('private-room', 'any', {})
    await advance(10)
    expect([old.mock.calls.length, fresh.mock.calls.length]).toEqual([0, 1])
  })

  it('12: is a new generation: what the old one was answered is not taken', async () => {
    const rig = await connected({ echo: { linger: 0 } })
    rig.auth.next({ grant: true, after: 1_000, deaf: true }, { status: 403, after: 2_000 })
    rig.echo.private('room')
    await advance(100)
    rig.echo.leave('room')
    await advance(100)
    const channel = rig.echo.private('room')
    await advance(1_500)
    expect(rig.received()).toEqual([])
    expect(channel.status.get()).toBe('joining')
    await advance(1_000)
    expect(channel.status.get()).toBe('failed')
  })

  it('12: after the unsubscribe subscribes anew, in this order', async () => {
    const rig = await connected()
    rig.echo.private('room')
    await advance(100)
    rig.echo.leave('room')
    await advance(300)
    const channel = rig.echo.private('room')
    await advance(300)
    expect(rig.received().map(({ event }) => event)).toEqual([
      'pusher:subscribe',
      'pusher:unsubscribe',
      'pusher:subscribe',
    ])
    expect(channel.status.get()).toBe('joined')
  })

  it('12: after an unanswered subscribe is not joined by the answer to the old one', async () => {
    const rig = await connected({ echo: { linger: 0 } })
    rig.server.faults.disturbSubscribe({ delay: 1_000 })
    rig.echo.private('room')
    await advance(100)
    rig.echo.leave('room')
    await advance(100)
    rig.auth.next({ grant: true, after: 3_000 })
    const channel = rig.echo.private('room')
    await advance(1_500)
    expect(channel.status.get()).toBe('joining')
    await advance(2_000)
    expect(channel.status.get()).toBe('joined')
  })

  it('12: a hundred times in a tick leaves one subscription', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ grant: true, after: 20 })
    const heard = vi.fn()
    for (let round = 0; round < 100; round++) {
      rig.echo.private('room').on('any', heard)
      if (round < 99) rig.echo.leave('room')
    }
    await advance(1_000)
    rig.server.publish('private-room', 'any', {})
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(1)
    expect(rig.subscribes()).toEqual(['private-room'])
    expect(rig.auth.requests.filter(({ aborted }) => !aborted)).toHaveLength(1)
  })
})

describe('a lease', () => {
  it('12: released leaves the channel to the others, and takes its own listeners along', async () => {
    const rig = await connected()
    const [mine, theirs] = [vi.fn(), vi.fn()]
    const lease = rig.echo.lease('private', 'room')
    lease.channel.on('any', mine)
    rig.echo.private('room').on('any', theirs)
    await advance(100)
    lease.release()
    lease.release()
    await advance(1_000)
    rig.server.publish('private-room', 'any', {})
    await advance(10)
    expect([mine.mock.calls.length, theirs.mock.calls.length]).toEqual([0, 1])
    expect(rig.received('pusher:unsubscribe')).toEqual([])
  })

  it('12: and the pinned channel may have the same listener: each has its own', async () => {
    const rig = await connected()
    const heard = vi.fn()
    rig.echo.private('room').on('any', heard)
    const lease = rig.echo.lease('private', 'room')
    lease.channel.on('any', heard)
    await advance(100)
    const publish = async () => {
      rig.server.publish('private-room', 'any', {})
      await advance(10)
    }
    await publish()
    expect(heard).toHaveBeenCalledTimes(2)
    lease.release()
    await publish()
    expect(heard).toHaveBeenCalledTimes(3)
  })

  it('12: unsubscribed by its channel is not what `private()` hands out', async () => {
    const rig = await connected()
    const pinned = rig.echo.private('room')
    const { channel } = rig.echo.lease('private', 'room')
    await advance(100)
    channel.unsubscribe()
    await advance(1_000)
    expect([channel.status.get(), pinned.status.get()]).toEqual(['left', 'joined'])
    expect(rig.echo.private('room')).toBe(pinned)
    expect(rig.received('pusher:unsubscribe')).toEqual([])
  })

  it('12: keeps the channel that others leave', async () => {
    const rig = await connected()
    const heard = vi.fn()
    const lease = rig.echo.lease('private', 'room')
    lease.channel.on('any', heard)
    rig.echo.private('room')
    await advance(100)
    rig.echo.leave('room')
    await advance(1_000)
    rig.server.publish('private-room', 'any', {})
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(1)
    lease.release()
    await advance(1_000)
    expect(rig.server.channels()).toEqual([])
  })
})
