import { EchoError } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
let page: Page
beforeEach(() => {
  page = new Page()
})

const linger = 250

describe('leaving a channel that is still being joined', () => {
  it('12: sends nothing, whenever the answer comes', async () => {
    for (const after of [10, 200, 2_000]) {
      const rig = await connected()
      rig.auth.next({ grant: true, after, deaf: true })
      rig.echo.private('room')
      await advance(5)
      rig.echo.leave('room')
      await advance(5_000)
      expect(rig.received()).toEqual([])
    }
  })

  it('12: aborts the authorization', async () => {
    const rig = await connected()
    rig.auth.next('never')
    rig.echo.private('room')
    await advance(100)
    rig.echo.leave('room')
    await advance(linger + 1)
    expect(rig.auth.last.aborted).toBe(true)
    await advance(20_000)
    expect(rig.auth.requests).toHaveLength(1)
  })

  it('12: makes it `left` in the same tick, and refuses who waits for it', async () => {
    const rig = await connected()
    const failed = vi.fn()
    rig.auth.next('never')
    const channel = rig.echo.private('room').error(failed)
    const ready = expect(channel.ready()).rejects.toMatchObject({ code: 'channel-left' })
    rig.echo.leave('room')
    expect(channel.status.get()).toBe('left')
    await ready
    await advance(20_000)
    expect(failed).not.toHaveBeenCalled()
  })

  it('12: while its subscribe is unanswered ends with an unsubscribe, and the late answer changes nothing', async () => {
    const rig = await connected()
    const subscribed = vi.fn()
    rig.server.faults.disturbSubscribe({ delay: 3_000 })
    const channel = rig.echo.private('room').subscribed(subscribed)
    await advance(100)
    rig.echo.leave('room')
    await advance(10_000)
    expect(rig.received().map(({ event }) => event)).toEqual(['pusher:subscribe', 'pusher:unsubscribe'])
    expect(subscribed).not.toHaveBeenCalled()
    expect(channel.status.get()).toBe('left')
  })

  it('12: without a connection, it does not come back with it', async () => {
    const rig = await connected()
    rig.echo.private('room')
    rig.echo.channel('news')
    await advance(100)
    rig.server.drop()
    await advance(1)
    rig.echo.leave('room')
    await advance(10_000)
    expect(rig.echo.connectionStatus()).toBe('connected')
    expect(rig.subscribes()).toEqual(['news'])
  })
})

describe('leaving a channel', () => {
  it('12: silences its listeners in the same tick', async () => {
    const rig = await connected()
    const heard = vi.fn()
    const channel = rig.echo.channel('news').on('any', heard).listenToAll(heard).error(heard).subscribed(heard)
    await advance(100)
    heard.mockClear()
    rig.server.publish('news', 'any', {})
    rig.echo.leave('news')
    await advance(10_000)
    expect(heard).not.toHaveBeenCalled()
    expect(channel.status.get()).toBe('left')
  })

  it('12: is told to the server once nobody asked for it again for 250 ms', async () => {
    const rig = await connected()
    rig.echo.channel('news')
    await advance(100)
    rig.echo.leave('news')
    await advance(linger - 10)
    expect(rig.received('pusher:unsubscribe')).toEqual([])
    await advance(20)
    expect(rig.received('pusher:unsubscribe')).toHaveLength(1)
    expect(rig.server.channels()).toEqual([])
    await advance(60_000)
    expect(rig.received('pusher:unsubscribe')).toHaveLength(1)
  })

  it('12: makes its handle dead for good', async () => {
    const rig = await connected()
    const heard = vi.fn()
    const dead = rig.echo.join('room')
    await advance(100)
    rig.echo.leave('room')
    const before = rig.received().length
    dead.on('any', heard).subscribed(heard).here(heard).error(heard).whisper('typing', {})
    dead.retry()
    dead.subscribe()
    dead.unsubscribe()
    await advance(1_000)
    const alive = rig.echo.join('room')
    expect(alive).not.toBe(dead)
    await advance(1_000)
    rig.server.publish('presence-room', 'any', {})
    await advance(100)
    expect(heard).not.toHaveBeenCalled()
    expect(dead.status.get()).toBe('left')
    expect(alive.status.get()).toBe('joined')
    expect(
      rig
        .received()
        .slice(before)
        .map(({ event }) => event),
    ).toEqual(['pusher:unsubscribe', 'pusher:subscribe'])
    await expect(dead.ready()).rejects.toBeInstanceOf(EchoError)
    dead.unsubscribe()
    await advance(1_000)
    expect(alive.status.get()).toBe('joined')
  })

  it('12: twice, or one that was never there, is nothing', async () => {
    const rig = await connected()
    rig.echo.channel('news')
    await advance(100)
    rig.echo.leave('news')
    rig.echo.leave('news')
    rig.echo.leave('nobody')
    rig.echo.leaveChannel('nobody')
    await advance(1_000)
    expect(rig.received('pusher:unsubscribe')).toHaveLength(1)
  })

  it('12: by its wire name, or all of them', async () => {
    const rig = await connected()
    const [news, orders, room] = [rig.echo.channel('x'), rig.echo.private('x'), rig.echo.join('x')]
    await advance(100)
    rig.echo.leaveChannel('private-x')
    expect([news, orders, room].map(({ status }) => status.get())).toEqual(['joined', 'left', 'joined'])
    rig.echo.leaveAllChannels()
    expect([news, orders, room].map(({ status }) => status.get())).toEqual(['left', 'left', 'left'])
    await advance(1_000)
    expect(rig.server.channels()).toEqual([])
  })
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

describe('disconnect', () => {
  it('12: leaves no timer, no socket and no listener, in any state', async () => {
    const moments: Record<string, (rig: Awaited<ReturnType<typeof connected>>) => Promise<void> | void> = {
      connected: () => {},
      'while it waits': ({ server }) => {
        server.faults.refuse(100)
        server.drop()
        return advance(60_000)
      },
      'while it connects': async ({ server }) => {
        server.offline = true
        server.drop()
      },
      'while it lingers': ({ echo }) => echo.leave('news'),
      'while it joins': ({ echo, auth }) => {
        auth.reply = () => 'never'
        for (let index = 0; index < 20; index++) echo.private(`orders.${index}`)
        return advance(100)
      },
      'while it waits for the next try': ({ echo, auth }) => {
        auth.reply = () => ({ status: 503 })
        echo.private('orders')
        return advance(5_000)
      },
      'while it throttles': async ({ echo }) => {
        const room = echo.private('room')
        await advance(100)
        for (let index = 0; index < 30; index++)
          room.whisper('typing', { index }, { throttle: 500 }).whisper('x', { index })
      },
    }
    for (const arrange of Object.values(moments)) {
      const rig = await connected()
      rig.echo.channel('news')
      await advance(100)
      await arrange(rig)
      rig.echo.disconnect()
      await advance(10)
      rig.server.close()
      await advance(10)
      expect(vi.getTimerCount()).toBe(0)
      expect(page.listeners).toBe(0)
      expect(rig.auth.busy).toBe(0)
      expect(rig.sockets.every(({ readyState }) => readyState === WebSocketClosed)).toBe(true)
      expect(rig.echo.connectionStatus()).toBe('disconnected')
      expect(rig.echo.socketId()).toBeUndefined()
    }
  })

  it('12: and connect brings back the same channels with their listeners, but not those that were left', async () => {
    const rig = await connected()
    const heard = vi.fn()
    const channel = rig.echo.private('room').on('any', heard)
    rig.echo.channel('gone')
    await advance(100)
    rig.echo.leave('gone')
    rig.echo.disconnect()
    expect(channel.status.get()).toBe('joining')
    await advance(1_000)
    rig.echo.connect()
    await advance(1_000)
    expect(rig.echo.private('room')).toBe(channel)
    expect(rig.subscribes()).toEqual(['private-room'])
    rig.server.publish('private-room', 'any', {})
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('12: twice, or before it connected, is nothing', async () => {
    const rig = await connected()
    const changed = vi.fn()
    rig.echo.disconnect()
    rig.echo.connection.subscribe(changed)
    rig.echo.disconnect()
    expect(changed).not.toHaveBeenCalled()
  })
})

const WebSocketClosed = 3
