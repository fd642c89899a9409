import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

describe('a reconnection while something is under way', () => {
  it('11: aborts the authorization, and drops an answer that comes all the same', async () => {
    const rig = await connected()
    rig.auth.next({ grant: true, after: 5_000, deaf: true })
    const channel = rig.echo.private('room')
    await advance(100)
    const first = rig.auth.last
    rig.server.drop()
    await advance(2)
    expect(first.aborted).toBe(true)
    await advance(3_000)
    expect(channel.status.get()).toBe('joined')
    const id = rig.echo.socketId()
    await advance(10_000)
    expect(rig.subscribes()).toEqual(['private-room'])
    expect(rig.auth.requests.map(({ socketId }) => socketId)).toEqual([first.socketId, id])
    expect(rig.echo.socketId()).toBe(id)
  })

  it('11: drops a late refusal, too', async () => {
    const rig = await connected({
      echo: {
        authorize: ({ socketId, channel }) =>
          new Promise((resolve, reject) => {
            const first = socketId === firstId
            setTimeout(
              () => (first ? reject(new Error('no')) : resolve(rig.server.authorize(socketId, channel))),
              first ? 5_000 : 10,
            )
          }),
      },
    })
    const firstId = rig.echo.socketId()
    const failed = vi.fn()
    const channel = rig.echo.private('room').error(failed)
    await advance(100)
    await rig.reconnect()
    await advance(10_000)
    expect(channel.status.get()).toBe('joined')
    expect(failed).not.toHaveBeenCalled()
  })

  it('11: drops an acceptance of the old connection', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe('ignore')
    const channel = rig.echo.private('room')
    await advance(100)
    const old = rig.socket
    rig.server.drop()
    await advance(2)
    const frame = { event: 'pusher_internal:subscription_succeeded', channel: 'private-room', data: '{}' }
    old.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }))
    expect(channel.status.get()).toBe('joining')
  })

  it('11: with no socket, nothing is asked for; with the next one, everything, once', async () => {
    const rig = await connected()
    rig.echo.private('joined')
    await advance(100)
    rig.server.faults.refuse(3)
    rig.server.drop()
    await advance(2)
    const before = rig.auth.requests.length
    rig.echo.private('while-down')
    rig.echo.channel('public-while-down')
    rig.echo.join('room')
    const asked: number[] = []
    rig.echo.connection.subscribe(() => asked.push(rig.auth.requests.length))
    await rig.back()
    expect(new Set(asked.slice(0, -1))).toEqual(new Set([before]))
    await advance(500)
    expect(rig.subscribes().sort()).toEqual([
      'presence-room',
      'private-joined',
      'private-while-down',
      'public-while-down',
    ])
    expect(rig.auth.requests.slice(before)).toHaveLength(3)
  })

  it('11: ten times in a row leaves every channel joined once', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ grant: true, after: 40 })
    const channels = Array.from({ length: 10 }, (_, index) => rig.echo.private(`orders.${index}`))
    for (let round = 0; round < 10; round++) {
      await advance(20 + 7 * round)
      rig.server.drop()
      await advance(1)
      await rig.back()
    }
    await advance(5_000)
    expect(channels.every((channel) => channel.status.get() === 'joined')).toBe(true)
    expect(rig.subscribes()).toHaveLength(10)
    expect(rig.server.channels().map(({ subscriptions }) => subscriptions)).toEqual(Array(10).fill(1))
  })
})

describe('one channel of many', () => {
  it('18: may be refused; the others live', async () => {
    const rig = await connected()
    rig.auth.reply = ({ channel }) => (channel === 'private-3' ? { status: 403 } : 'grant')
    const heard = vi.fn()
    const channels = [1, 2, 3, 4, 5].map((index) => rig.echo.private(String(index)).on('any', heard))
    await advance(100)
    expect(channels.map((channel) => channel.status.get())).toEqual(['joined', 'joined', 'failed', 'joined', 'joined'])
    for (const { name } of channels) rig.server.publish(name, 'any', {})
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(4)
    expect(rig.echo.connectionStatus()).toBe('connected')
  })

  it('18: may never be answered, or be refused by the server; the others live', async () => {
    const rig = await connected()
    rig.auth.reply = ({ channel }) => (channel === 'private-never' ? 'never' : 'grant')
    rig.echo.private('never')
    rig.server.faults.disturbSubscribe('refuse', 2)
    const refused = rig.echo.private('refused')
    await advance(2_000)
    const good = rig.echo.private('good')
    await advance(100)
    expect([refused.status.get(), good.status.get()]).toEqual(['failed', 'joined'])
  })

  it('18: stays refused after a reconnection, without being asked for; the others are back', async () => {
    const rig = await connected()
    rig.auth.reply = ({ channel }) => (channel === 'private-bad' ? { status: 403 } : 'grant')
    const channels = ['a', 'bad', 'b'].map((name) => rig.echo.private(name))
    await advance(100)
    await rig.reconnect()
    expect(channels.map((channel) => channel.status.get())).toEqual(['joined', 'failed', 'joined'])
    expect(rig.auth.for('private-bad')).toHaveLength(1)
  })
})
