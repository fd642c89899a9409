import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'
import { RawClient } from '../testing/raw-client'

fakeTime()
beforeEach(() => {
  new Page()
})

async function news(): Promise<{
  rig: Rig
  channel: ReturnType<Rig['echo']['channel']>
  publish: () => Promise<void>
}> {
  const rig = await connected()
  const channel = rig.echo.channel('news')
  await advance(50)
  const publish = async () => {
    rig.server.publish('news', 'any', {})
    await advance(10)
  }
  return { rig, channel, publish }
}

describe('a listener that leaves', () => {
  it('14: its channel, of which nothing more is heard', async () => {
    const { rig, channel, publish } = await news()
    const rest = vi.fn()
    channel
      .on('any', () => rig.echo.leave('news'))
      .on('any', rest)
      .listenToAll(rest)
    await publish()
    await publish()
    expect(rest).not.toHaveBeenCalled()
    expect(rig.errors).toEqual([])
  })

  it('14: one handle, and the others hear the event', async () => {
    const { rig, channel, publish } = await news()
    const lease = rig.echo.lease('public', 'news')
    const [dead, alive] = [vi.fn(), vi.fn()]
    channel.on('any', () => lease.release())
    lease.channel.on('any', dead)
    rig.echo.lease('public', 'news').channel.on('any', alive)
    await publish()
    expect([dead.mock.calls.length, alive.mock.calls.length]).toEqual([0, 1])
  })

  it('14: another channel, whose frame is on its way', async () => {
    const { rig, channel } = await news()
    const heard = vi.fn()
    rig.echo.channel('other').on('any', heard)
    await advance(50)
    channel.on('any', () => rig.echo.leave('other'))
    rig.server.publish(['news', 'other'], 'any', {})
    await advance(10)
    expect(heard).not.toHaveBeenCalled()
  })

  it('14: everything, by disconnect: no frame that is on its way is heard', async () => {
    const { rig, channel } = await news()
    const rest = vi.fn()
    channel.on('any', () => rig.echo.disconnect())
    channel.on('later', rest)
    rig.server.publish('news', 'any', {})
    rig.server.publish('news', 'later', {})
    await advance(1_000)
    expect(rest).not.toHaveBeenCalled()
    expect(rig.echo.connectionStatus()).toBe('disconnected')
    rig.server.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('14: everything, in here(): that the channel had joined is not told after it', async () => {
    const rig = await connected()
    const subscribed = vi.fn()
    const channel = rig.echo.join('room').subscribed(subscribed)
    channel.here(() => rig.echo.disconnect(), { once: true })
    await advance(1_000)
    expect(channel.status.get()).toBe('joining')
    expect(subscribed).not.toHaveBeenCalled()
    rig.echo.connect()
    await advance(1_000)
    expect(subscribed).toHaveBeenCalledTimes(1)
  })

  it('14: everything, as soon as its channel is back: nothing is told later', async () => {
    const rig = await connected()
    const missed = vi.fn()
    const channel = rig.echo.channel('news').missed(missed)
    await advance(100)
    let back = false
    channel.subscribed(() => back && rig.echo.disconnect())
    await advance(10)
    back = true
    rig.server.drop()
    await advance(3_000)
    expect(rig.echo.connectionStatus()).toBe('disconnected')
    rig.server.close()
    expect(missed).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  for (const verb of ['here', 'subscribed', 'error', 'joining', 'missed'] as const)
    it(`14: in ${verb}(), and the next one there is not called`, async () => {
      const rig = await connected()
      if (verb === 'error') rig.auth.reply = () => ({ status: 403 })
      const rest = vi.fn()
      const channel = rig.echo.join('room')
      channel[verb](() => rig.echo.leave('room'))
      channel[verb](rest)
      await advance(100)
      new RawClient(rig.server).subscribe('presence-room', { user_id: '2', user_info: {} })
      await advance(10)
      if (verb === 'missed') await rig.reconnect()
      await advance(5_000)
      expect(rest).not.toHaveBeenCalled()
      expect(channel.status.get()).toBe('left')
      expect(rig.errors).toEqual([])
      expect(rig.server.channels().every(({ users }) => users === 1)).toBe(true)
    })

  it('14: and joins again in subscribed(), without going round in circles', async () => {
    const rig = await connected()
    let rounds = 0
    const join = (): void => {
      rig.echo.private('room').subscribed(() => {
        if (++rounds > 20) return
        rig.echo.leave('room')
        join()
      })
    }
    join()
    await advance(2_000)
    expect(rig.subscribes()).toEqual(['private-room'])
    expect(rig.echo.private('room').status.get()).toBe('joined')
  })
})

describe('a follower of the connection', () => {
  it('14: may disconnect and connect; the others hear what is, in order', async () => {
    const rig = await connected()
    const statuses: string[] = []
    rig.echo.connection.subscribe(({ status }) => {
      if (status === 'reconnecting') rig.echo.disconnect()
    })
    rig.echo.connection.subscribe(({ status }) => statuses.push(status))
    rig.server.drop()
    await advance(10_000)
    expect(statuses.at(-1)).toBe('disconnected')
    expect(rig.echo.connectionStatus()).toBe('disconnected')
    expect(rig.attempts).toHaveLength(1)
  })

  it('14: may remove itself and others', async () => {
    const rig = await connected()
    const removed = vi.fn()
    const undo: (() => void)[] = []
    undo.push(rig.echo.connection.subscribe(() => undo.forEach((act) => act())))
    undo.push(rig.echo.connection.subscribe(removed))
    await rig.reconnect()
    expect(removed).not.toHaveBeenCalled()
  })
})
