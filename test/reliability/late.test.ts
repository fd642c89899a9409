import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

/** Lets the microtasks run, and no timer. */
const microtasks = async () => {
  for (let round = 0; round < 5; round++) await Promise.resolve()
}

describe('a listener that comes late', () => {
  it('16: to subscribed() is called in a microtask, not at once', async () => {
    const rig = await connected()
    const channel = rig.echo.channel('news')
    await advance(100)
    const called = vi.fn()
    channel.subscribed(called)
    expect(called).not.toHaveBeenCalled()
    await microtasks()
    expect(called).toHaveBeenCalledTimes(1)
    await advance(1_000)
    expect(called).toHaveBeenCalledTimes(1)
    await rig.reconnect()
    expect(called).toHaveBeenCalledTimes(2)
  })

  it('16: to here() is called with the list as it is by then, a new one each', async () => {
    const rig = await connected()
    const channel = rig.echo.join('room')
    await advance(100)
    const lists: unknown[][] = []
    channel.here((users) => lists.push(users)).here((users) => lists.push(users))
    expect(lists).toEqual([])
    await microtasks()
    expect(lists).toEqual([[{ name: 'Ada' }], [{ name: 'Ada' }]])
    lists[0]?.push('mine')
    expect(lists[1]).toHaveLength(1)
    rig.connection.send({
      event: 'pusher_internal:member_added',
      channel: 'presence-room',
      data: '{"user_id":"2","user_info":{"name":"Bob"}}',
    })
    await advance(1)
    channel.here((users) => lists.push(users))
    await microtasks()
    expect(lists[2]).toEqual([{ name: 'Ada' }, { name: 'Bob' }])
  })

  it('16: to error() is called with the failure that is', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 403 })
    const channel = rig.echo.private('room')
    const early = vi.fn()
    channel.error(early)
    await advance(100)
    const late = vi.fn()
    channel.error(late)
    expect(late).not.toHaveBeenCalled()
    await microtasks()
    expect(late).toHaveBeenCalledTimes(1)
    expect(late.mock.calls[0]?.[0]).toBe(early.mock.calls[0]?.[0])
    expect(early).toHaveBeenCalledTimes(1)
  })

  it('16: to error() hears nothing of a failure that is over', async () => {
    const rig = await connected()
    rig.auth.next({ status: 403 })
    const channel = rig.echo.private('room')
    await advance(100)
    channel.retry()
    await advance(100)
    expect(channel.status.get()).toBe('joined')
    const late = vi.fn()
    channel.error(late)
    await advance(100)
    expect(late).not.toHaveBeenCalled()
  })

  it('16: hears nothing of what is not so yet', async () => {
    const rig = await connected()
    rig.auth.reply = () => 'never'
    const channel = rig.echo.join('room')
    const called = vi.fn()
    channel.subscribed(called).here(called).error(called)
    await microtasks()
    expect(called).not.toHaveBeenCalled()
  })

  it('16: hears nothing while the connection is down, and once when it is back', async () => {
    const rig = await connected()
    const channel = rig.echo.join('room')
    await advance(100)
    rig.server.drop()
    await advance(1)
    const subscribed = vi.fn()
    channel.subscribed(subscribed)
    await microtasks()
    expect(subscribed).not.toHaveBeenCalled()
    await advance(5_000)
    expect(subscribed).toHaveBeenCalledTimes(1)
  })

  it('16: is not called when its channel was left before the microtask', async () => {
    const rig = await connected()
    const channel = rig.echo.join('room')
    await advance(100)
    const called = vi.fn()
    channel.subscribed(called).here(called)
    rig.echo.leave('room')
    await microtasks()
    expect(called).not.toHaveBeenCalled()
  })

  it('16: is not called when its Echo was disconnected before the microtask', async () => {
    const rig = await connected()
    const channel = rig.echo.join('room')
    await advance(100)
    const called = vi.fn()
    channel.subscribed(called).here(called)
    rig.echo.disconnect()
    await microtasks()
    expect(called).not.toHaveBeenCalled()
  })

  it('16: is not called when its signal was aborted before the microtask', async () => {
    const rig = await connected()
    const channel = rig.echo.join('room')
    await advance(100)
    const called = vi.fn()
    const controller = new AbortController()
    channel.subscribed(called, { signal: controller.signal }).here(called, { signal: controller.signal })
    controller.abort()
    await microtasks()
    expect(called).not.toHaveBeenCalled()
  })

  it('16: and wants to be called once is called once', async () => {
    const rig = await connected()
    const channel = rig.echo.join('room')
    await advance(100)
    const called = vi.fn()
    channel.subscribed(called, { once: true }).here(called, { once: true })
    await microtasks()
    expect(called).toHaveBeenCalledTimes(2)
    await rig.reconnect()
    expect(called).toHaveBeenCalledTimes(2)
  })

  it('16: is called once, also where the acceptance arrives before the microtask', async () => {
    const rig = await connected()
    const channel = rig.echo.channel('news')
    const called = vi.fn()
    vi.advanceTimersByTime(100)
    channel.subscribed(called)
    await advance(100)
    expect(called).toHaveBeenCalledTimes(1)
  })

  it('16: is called once, also where it comes while the acceptance is being told', async () => {
    const rig = await connected()
    const channel = rig.echo.join('room')
    const called = { here: vi.fn(), subscribed: vi.fn() }
    channel.status.subscribe(() => channel.here(called.here).subscribed(called.subscribed))
    await advance(1_000)
    expect([called.here.mock.calls.length, called.subscribed.mock.calls.length]).toEqual([1, 1])
    const later = vi.fn()
    channel.here(() => channel.subscribed(later), { once: true })
    await advance(10)
    expect(later).toHaveBeenCalledTimes(1)
    await rig.reconnect()
    expect(later).toHaveBeenCalledTimes(2)
  })

  it('16: is called once, also where it comes while the failure is being told', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 403 })
    const channel = rig.echo.private('room')
    const called = vi.fn()
    channel.status.subscribe(() => channel.error(called))
    await advance(1_000)
    expect(called).toHaveBeenCalledTimes(1)
  })

  it('16: on a channel that is held elsewhere already is called, too', async () => {
    const rig = await connected()
    rig.echo.join('room')
    await advance(100)
    const { channel } = rig.echo.lease('presence', 'room')
    const called = vi.fn()
    channel.subscribed(called).here(called)
    await microtasks()
    expect(called).toHaveBeenCalledTimes(2)
    await channel.ready()
  })

  it('16: a follower of `status` hears only of changes, and the newest last', async () => {
    const rig = await connected()
    rig.auth.next({ status: 403 })
    const channel = rig.echo.private('room')
    const statuses: string[] = []
    channel.status.subscribe((status) => {
      if (status === 'failed') channel.retry()
    })
    channel.status.subscribe((status) => statuses.push(status))
    await advance(500)
    expect(channel.status.get()).toBe('joined')
    expect(statuses.at(-1)).toBe('joined')
    rig.auth.reply = () => 'never'
    rig.auth.next({ status: 403 })
    await rig.reconnect()
    expect(statuses.at(-1)).toBe(channel.status.get())
  })
})
