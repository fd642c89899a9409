import { EchoError } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
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

  it('12: in the error() of another channel of the same answer sends nothing, though it was granted', async () => {
    const rig = await connected({ echo: { auth: { batch: true } } })
    rig.auth.reply = ({ socketId }) => ({
      status: 200,
      body: {
        'private-a': { status: 503 },
        'private-b': { status: 200, data: rig.server.authorize(socketId, 'private-b') },
      },
    })
    rig.echo.private('a').error(() => rig.echo.leave('b'))
    rig.echo.private('b')
    await advance(100)
    expect(rig.received()).toEqual([])
  })

  it('12: while its subscribe is unanswered ends with an unsubscribe, and the late answer changes nothing', async () => {
    const rig = await connected()
    const subscribed = vi.fn()
    rig.server.faults.disturbSubscribe({ delay: 3_000 })
    const channel = rig.echo.private('room').subscribed(subscribed)
    await advance(100)
    rig.echo.leave('room')
    await advance(10_000)
    // The server, which let us in only then, is told once more.
    const said = rig.received().map(({ event }) => event)
    expect(said).toEqual(['pusher:subscribe', 'pusher:unsubscribe', 'pusher:unsubscribe'])
    expect(rig.server.channels()).toEqual([])
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
