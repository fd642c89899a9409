import { EchoError } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

describe('a subscribe without an answer', () => {
  for (const kind of ['private', 'presence'] as const)
    it(`10: is given up after 10 s and asked once more, with a new authorization (${kind})`, async () => {
      const rig = await connected()
      rig.server.faults.disturbSubscribe('ignore')
      const channel = kind === 'private' ? rig.echo.private('room') : rig.echo.join('room')
      await advance(9_900)
      expect(rig.subscribes()).toHaveLength(1)
      expect(rig.auth.requests).toHaveLength(1)
      await advance(1_500)
      expect(rig.auth.requests).toHaveLength(2)
      expect(rig.subscribes()).toHaveLength(2)
      expect(channel.status.get()).toBe('joined')
    })

  it('10: twice is a failure of that channel alone', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe('ignore', 2)
    const channel = rig.echo.private('room')
    await advance(10)
    const errors: EchoError[] = []
    channel.error((error) => errors.push(error))
    await advance(10_500)
    const other = rig.echo.private('other')
    await advance(60_000)
    expect(channel.status.get()).toBe('failed')
    expect(other.status.get()).toBe('joined')
    expect(errors.at(-1)).toBeInstanceOf(EchoError)
    expect(errors.at(-1)).toMatchObject({ code: 'subscribe-timeout' })
    expect(rig.auth.for('private-room')).toHaveLength(2)
    expect(rig.echo.connectionStatus()).toBe('connected')
    const frames = rig.received().filter(({ data }) => data?.channel === 'private-room')
    // What has failed here is not left half subscribed there.
    expect(frames.map(({ event }) => event)).toEqual([
      'pusher:subscribe',
      'pusher:unsubscribe',
      'pusher:subscribe',
      'pusher:unsubscribe',
    ])
  })

  it('10: is over with a reconnection, and with retry()', async () => {
    const rig = await connected()
    const channel = rig.echo.private('room')
    for (const again of [() => rig.reconnect(), async () => channel.retry()]) {
      rig.server.faults.disturbSubscribe('ignore', 2)
      if (channel.status.get() === 'joined') await rig.reconnect()
      await advance(30_000)
      expect(channel.status.get()).toBe('failed')
      await again()
      await advance(500)
      expect(channel.status.get()).toBe('joined')
    }
  })

  it('10: of a public channel does not leave it waiting for ever', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe('ignore', 10)
    const channel = rig.echo.channel('news')
    const failed = vi.fn()
    channel.error(failed)
    await advance(30_000)
    expect(channel.status.get()).toBe('failed')
    expect(failed).toHaveBeenCalled()
    expect(rig.auth.requests).toEqual([])
  })

  it('10: answered late, but within 10 s, is fine', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe({ delay: 9_000 })
    const channel = rig.echo.private('room')
    await advance(9_500)
    expect(channel.status.get()).toBe('joined')
    await advance(60_000)
    expect(rig.subscribes()).toHaveLength(1)
  })

  it('10: counts from the subscribe, not from the authorization', async () => {
    const rig = await connected()
    rig.auth.next({ grant: true, after: 9_000 })
    rig.server.faults.disturbSubscribe({ delay: 9_000 })
    const channel = rig.echo.private('room')
    await advance(18_500)
    expect(channel.status.get()).toBe('joined')
    expect(rig.subscribes()).toHaveLength(1)
  })

  it('10: does not count while the connection is down', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe('ignore')
    const channel = rig.echo.private('room')
    await advance(5_000)
    rig.server.faults.refuse(1_000)
    rig.server.drop()
    await advance(60_000)
    expect(channel.status.get()).toBe('joining')
    rig.server.faults.clear()
    await advance(35_000)
    expect(channel.status.get()).toBe('joined')
  })
})

describe('a refusal that names no channel', () => {
  it('10: 4009 belongs to the pending subscribe if there is exactly one: one new authorization', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe('refuse')
    const channel = rig.echo.private('room')
    await advance(2_000)
    expect(rig.auth.requests).toHaveLength(2)
    expect(channel.status.get()).toBe('joined')
  })

  it('10: 4009 again is terminal', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe('refuse', 100)
    const channel = rig.echo.private('room')
    const errors: EchoError[] = []
    channel.error((error) => errors.push(error))
    await advance(60_000)
    expect(rig.auth.requests).toHaveLength(2)
    expect(channel.status.get()).toBe('failed')
    expect(errors.at(-1)).toMatchObject({ code: 'subscribe-refused' })
    expect(rig.echo.connectionStatus()).toBe('connected')
  })

  it('10: 4009 is not that of a public channel', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe({ delay: 3_000 }, 3)
    const publics = ['a', 'b', 'c'].map((name) => rig.echo.channel(name))
    await advance(10)
    rig.server.faults.disturbSubscribe('refuse', 2)
    const channel = rig.echo.private('room')
    await advance(2_000)
    expect(channel.status.get()).toBe('failed')
    await advance(2_000)
    expect(publics.map((each) => each.status.get())).toEqual(['joined', 'joined', 'joined'])
  })

  it('10: 4009 is that of the one that was asked for, while others still wait for their authorization', async () => {
    const rig = await connected()
    rig.auth.reply = ({ channel }) => ({ grant: true, after: channel === 'private-slow' ? 5_000 : 10 })
    rig.server.faults.disturbSubscribe('refuse')
    const [slow, quick] = [rig.echo.private('slow'), rig.echo.private('quick')]
    await advance(1_000)
    expect([slow.status.get(), quick.status.get()]).toEqual(['joining', 'joined'])
    expect(rig.auth.for('private-quick')).toHaveLength(2)
  })

  it('10: 4009 is nobody’s if two are pending', async () => {
    const rig = await connected()
    const failed = vi.fn()
    rig.server.faults.disturbSubscribe('refuse')
    rig.server.faults.disturbSubscribe({ delay: 100 })
    const [bad, good] = [rig.echo.private('bad').error(failed), rig.echo.private('good').error(failed)]
    await advance(5_000)
    expect(good.status.get()).toBe('joined')
    expect(bad.status.get()).toBe('joining')
    expect(failed).not.toHaveBeenCalled()
    await advance(6_000)
    expect(bad.status.get()).toBe('joined')
    expect(rig.auth.for('private-good')).toHaveLength(1)
  })

  it('10: 4009 is nobody’s if none is pending', async () => {
    const rig = await connected()
    const failed = vi.fn()
    const channel = rig.echo.private('room').error(failed)
    await advance(100)
    rig.connection.send({ event: 'pusher:error', data: '{"code":4009,"message":"The client is not a member"}' })
    await advance(1_000)
    expect(channel.status.get()).toBe('joined')
    expect(failed).not.toHaveBeenCalled()
    expect(rig.auth.requests).toHaveLength(1)
  })

  it('10: 4009 is not that of a channel that still waits for its authorization', async () => {
    const rig = await connected()
    rig.auth.next({ grant: true, after: 1_000 })
    rig.echo.private('room')
    await advance(500)
    rig.connection.send({ event: 'pusher:error', data: '{"code":4009,"message":"The client is not a member"}' })
    await advance(2_000)
    expect(rig.auth.requests).toHaveLength(1)
  })

  for (const code of [4200, 4001, null])
    it(`10: ${code} is nobody’s; the 10 s decide`, async () => {
      const rig = await connected()
      rig.server.faults.disturbSubscribe('ignore')
      const failed = vi.fn()
      const channel = rig.echo.private('room').error(failed)
      await advance(100)
      rig.connection.send({ event: 'pusher:error', data: JSON.stringify({ code, message: 'no' }) })
      await advance(5_000)
      expect(rig.auth.requests).toHaveLength(1)
      expect(failed).not.toHaveBeenCalled()
      await advance(6_500)
      expect(channel.status.get()).toBe('joined')
    })

  it('10: a Pusher’s refusal, without a code, is found out by the 10 s', async () => {
    const rig = await connected({ server: { like: 'pusher' } })
    rig.server.faults.disturbSubscribe('refuse')
    const channel = rig.echo.private('room')
    await advance(12_000)
    expect(rig.auth.requests).toHaveLength(2)
    expect(channel.status.get()).toBe('joined')
  })

  it('10: a soketi’s refusal names the channel: one new authorization, then terminal', async () => {
    const rig = await connected({ server: { like: 'soketi' } })
    rig.server.faults.disturbSubscribe('refuse', 3)
    const errors: EchoError[] = []
    const channel = rig.echo.private('room').error((error) => errors.push(error))
    await advance(5_000)
    expect(channel.status.get()).toBe('failed')
    expect(rig.auth.requests).toHaveLength(2)
    expect(errors.at(-1)).toMatchObject({ code: 'subscribe-refused' })
    rig.server.faults.clear()
    channel.retry()
    await advance(100)
    expect(channel.status.get()).toBe('joined')
  })

  it('10: a refusal of a public channel by a soketi is terminal for it', async () => {
    const rig = await connected({ server: { like: 'soketi' } })
    rig.server.faults.disturbSubscribe('refuse', 3)
    const channel = rig.echo.channel('news')
    await advance(15_000)
    expect(channel.status.get()).toBe('failed')
  })
})

describe('a subscribe that is longer than the server takes', () => {
  it('18: costs its own channel, and the connection once', async () => {
    const rig = await connected()
    rig.auth.user = { user_id: '1', user_info: { avatar: 'x'.repeat(20_000) } }
    const errors: EchoError[] = []
    const room = rig.echo.join('room').error((error) => errors.push(error))
    const [orders, news] = [rig.echo.private('orders'), rig.echo.channel('news')]
    await advance(60_000)
    expect(errors).toEqual([expect.objectContaining({ code: 'auth-invalid', channel: 'presence-room' })])
    expect([room, orders, news].map(({ status }) => status.get())).toEqual(['failed', 'joined', 'joined'])
    expect(rig.attempts).toHaveLength(2)
    rig.auth.user = { user_id: '1', user_info: { name: 'Ada' } }
    room.retry()
    await advance(1_000)
    expect(room.status.get()).toBe('joined')
  })

  it('18: is none of a public channel, which brings nothing that may be long', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe('ignore', 1)
    const failed = vi.fn()
    const channel = rig.echo.channel('news').error(failed)
    await advance(5)
    rig.server.closeAll(1009)
    await advance(5_000)
    expect(channel.status.get()).toBe('joined')
    expect(failed).not.toHaveBeenCalled()
  })
})
