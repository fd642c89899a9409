import { AuthError, EchoError } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

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

describe('4301, too many frames', () => {
  const settled = (rig: Rig, names: string[]) => names.map((name) => rig.echo.private(name).status.get())

  it('10: a limit of 60 frames a minute loses no channel of 100', async () => {
    const rig = await connected({ server: { rateLimit: { frames: 60, per: 60_000 } } })
    const names = Array.from({ length: 100 }, (_, index) => `orders.${index}`)
    const failed = vi.fn()
    for (const name of names) rig.echo.private(name).error(failed)
    await advance(5 * 60_000)
    expect(settled(rig, names).filter((status) => status === 'joined')).toHaveLength(100)
    expect(
      failed.mock.calls.filter(([error]) => !(error instanceof AuthError) && error.code !== 'subscribe-timeout'),
    ).toEqual([])
    expect(rig.attempts).toHaveLength(1)
  })

  it('10: nor when it comes back and has them all to join again', async () => {
    const rig = await connected({ server: { rateLimit: { frames: 60, per: 60_000 } } })
    const names = Array.from({ length: 80 }, (_, index) => `orders.${index}`)
    for (const name of names) rig.echo.private(name)
    await advance(5 * 60_000)
    await rig.reconnect()
    await advance(5 * 60_000)
    expect(settled(rig, names).filter((status) => status === 'joined')).toHaveLength(80)
  })

  it('10: nor of public ones, nor a Pusher’s limit on subscriptions', async () => {
    const rig = await connected({ server: { like: 'pusher', subscriptionsPerMinute: 40 } })
    const channels = Array.from({ length: 80 }, (_, index) => rig.echo.channel(`news.${index}`))
    await advance(5 * 60_000)
    expect(channels.filter((channel) => channel.status.get() === 'joined')).toHaveLength(80)
  })

  it('10: is answered by pacing, not by sending all again at once', async () => {
    const rig = await connected({ server: { rateLimit: { frames: 60, per: 60_000 } } })
    for (let index = 0; index < 100; index++) rig.echo.private(`orders.${index}`)
    await advance(5_000)
    const before = rig.received('pusher:subscribe').length
    await advance(50_000)
    expect(rig.received('pusher:subscribe').length - before).toBeLessThanOrEqual(110)
  })
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
