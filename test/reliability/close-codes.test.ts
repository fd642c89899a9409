import { ConnectionError, EchoError } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, chance, fakeTime, now } from '../support/clock'
import { Page } from '../support/page'
import { connected, Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

/** A connection that was up long enough for every brake to be off, closed with a code; gives the time of the close. */
async function closedWith(rig: Rig, code: number, reason = ''): Promise<number> {
  await advance(10_000)
  rig.server.closeAll(code, reason)
  await advance(1)
  return now() - 1
}

const terminal = [4001, 4003, 4005, 4006, 4007, 4008, 4009]

describe('a close code that is final', () => {
  for (const code of terminal) {
    it(`6: ${code} is terminal, with the reason`, async () => {
      const rig = await connected()
      await closedWith(rig, code, 'because of the moon')
      const { status, error, retryAt, socketId } = rig.echo.connection.get()
      expect({ status, retryAt, socketId }).toEqual({ status: 'failed', retryAt: undefined, socketId: undefined })
      expect(error).toBeInstanceOf(ConnectionError)
      expect(error).toMatchObject({ code: 'connection-refused', closeCode: code })
      expect(error?.message).toContain('because of the moon')
      expect(error?.hint).not.toBe('')
      await advance(600_000)
      expect(rig.attempts).toHaveLength(1)
    })

    it(`6: ${code} is terminal before the greeting, too`, async () => {
      const rig = new Rig()
      rig.server.faults.refuse(1, code, 'no')
      await advance(600_000)
      expect(rig.attempts).toHaveLength(1)
      expect(rig.echo.connectionStatus()).toBe('failed')
    })
  }

  it('6: 4001 fails every channel, joined or not', async () => {
    const rig = await connected()
    const joined = rig.echo.private('orders')
    await advance(100)
    rig.auth.reply = () => 'never'
    const pending = rig.echo.join('room')
    const failed = vi.fn()
    for (const channel of [joined, pending]) channel.error(failed)
    const ready = expect(pending.ready()).rejects.toBeInstanceOf(EchoError)
    rig.server.closeAll(4001)
    await advance(1)
    await ready
    expect([joined.status.get(), pending.status.get()]).toEqual(['failed', 'failed'])
    expect(failed).toHaveBeenCalledTimes(2)
    expect(rig.auth.last.aborted).toBe(true)
  })

  it('6: 4001 fails a channel that is asked for afterwards, too, until the application connects again', async () => {
    const rig = await connected()
    await closedWith(rig, 4001)
    const failed = vi.fn()
    const channel = rig.echo.private('orders').error(failed)
    expect(failed).not.toHaveBeenCalled()
    await advance(1)
    expect(failed).toHaveBeenCalledTimes(1)
    expect(channel.status.get()).toBe('failed')
    expect(rig.auth.requests).toEqual([])
    rig.echo.connect()
    await advance(1_000)
    expect(channel.status.get()).toBe('joined')
  })

  it('6: 4001 does not tell a channel that is asked for as the application connects again', async () => {
    const rig = await connected()
    await closedWith(rig, 4001)
    const failed = vi.fn()
    const channel = rig.echo.private('orders').error(failed)
    rig.echo.connect()
    await advance(1_000)
    await expect(channel.ready()).resolves.toBeUndefined()
    expect(failed).not.toHaveBeenCalled()
  })

  it('6: 4001 does not tell a channel that had failed already, nor change why', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 403 })
    const failed = vi.fn()
    const channel = rig.echo.private('orders').error(failed)
    await advance(100)
    rig.server.closeAll(4001)
    await advance(100)
    expect(failed).toHaveBeenCalledTimes(1)
    await expect(channel.ready()).rejects.toMatchObject({ status: 403 })
  })

  it('6: 4001 is over when the application connects again', async () => {
    const rig = await connected()
    const heard = vi.fn()
    const channel = rig.echo.channel('news').on('any', heard)
    await closedWith(rig, 4001)
    rig.echo.connect()
    await advance(1_000)
    expect(rig.echo.connectionStatus()).toBe('connected')
    expect(rig.echo.connection.get().error).toBeUndefined()
    expect(channel.status.get()).toBe('joined')
    rig.server.publish('news', 'any', {})
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('6: an unknown key is final on a Reverb, whose error frame comes before a cut', async () => {
    const rig = new Rig({ echo: { key: 'wrong-key' } })
    await advance(60_000)
    expect(rig.attempts).toHaveLength(1)
    expect(rig.echo.connection.get()).toMatchObject({ status: 'failed', error: { closeCode: 4001 } })
    expect(rig.echo.connection.get().error?.message).toContain('Application does not exist')
  })
})

describe('4000, which asks for TLS', () => {
  it('6: 4000 is tried once more over TLS, and TLS stays', async () => {
    const rig = new Rig()
    chance(0.999)
    rig.server.faults.refuse(1, 4000, 'TLS')
    await advance(700)
    expect(rig.sockets.map(({ url }) => new URL(url).protocol)).toEqual(['ws:', 'wss:'])
    expect(rig.echo.connectionStatus()).toBe('connected')
    await rig.reconnect()
    expect(new URL(rig.socket.url).protocol).toBe('wss:')
  })

  it('6: 4000 over TLS goes to the port for TLS', async () => {
    const rig = new Rig({ echo: { wsPort: 8080, wssPort: 8443 } })
    rig.server.faults.refuse(1, 4000)
    await advance(2_000)
    expect(rig.sockets.map(({ url }) => new URL(url).port)).toEqual(['8080', '8443'])
  })

  it('6: 4000 over TLS is terminal', async () => {
    const rig = new Rig()
    rig.server.faults.refuse(2, 4000, 'TLS')
    await advance(60_000)
    expect(rig.attempts).toHaveLength(2)
    expect(rig.echo.connection.get()).toMatchObject({ status: 'failed', error: { closeCode: 4000 } })
  })

  it('6: 4000 is terminal at once where there was TLS already', async () => {
    const rig = new Rig({ echo: { forceTLS: true } })
    rig.server.faults.refuse(1, 4000)
    await advance(60_000)
    expect(rig.attempts).toHaveLength(1)
    expect(rig.echo.connectionStatus()).toBe('failed')
  })
})

describe('a close code that asks to come back', () => {
  for (const [random, first, later] of [
    [0, 10_000, 10_000],
    [0.999, 29_980, 59_940],
  ] as const)
    it(`6: 4004 is slow: uniform 10–30 s, then up to 60 s (at ${random})`, async () => {
      const rig = await connected()
      chance(random)
      rig.server.faults.refuse(10, 4004)
      const closed = await closedWith(rig, 4004)
      await advance(200_000)
      const [one = 0, two = 0, three = 0] = rig.attempts.slice(1)
      expect(Math.abs(one - closed - first)).toBeLessThan(60)
      expect(two - one).toBeGreaterThanOrEqual(9_900)
      expect(two - one).toBeLessThanOrEqual(60_010)
      expect(Math.abs(three - two - later)).toBeLessThan(60)
    })

  for (const code of [4100, 4150, 4199])
    it(`6: ${code} is retried with backoff, never under 1 s`, async () => {
      const rig = await connected()
      chance(0)
      const closed = await closedWith(rig, code)
      await advance(3_000)
      const [first = 0] = rig.attempts.slice(1)
      expect(first - closed).toBeGreaterThanOrEqual(1_000)
      expect(first - closed).toBeLessThan(1_100)
    })

  it('6: 4100 again and again is ever slower', async () => {
    const rig = await connected()
    chance(0.999)
    rig.server.faults.refuse(100, 4100)
    await closedWith(rig, 4100)
    await advance(400_000)
    const [last = 0, latest = 0] = rig.attempts.slice(-2)
    expect(latest - last).toBeGreaterThan(29_000)
    expect(latest - last).toBeLessThan(31_100)
  })

  for (const code of [4200, 4201, 4202, 4299])
    it(`6: ${code} is retried soon: uniform 0–1 s`, async () => {
      const rig = await connected()
      for (const random of [0, 0.5, 0.999]) {
        chance(random)
        const closed = await closedWith(rig, code)
        await advance(1_500)
        expect(Math.abs((rig.attempts.at(-1) as number) - closed - random * 1_000)).toBeLessThan(20)
        expect(rig.echo.connectionStatus()).toBe('connected')
      }
    })

  for (const code of [1000, 1001, 1005, 1006, 1009, 1011, 1012, 3000, 4002, 4010, 4099, 4300, 4301, 4400, 4999])
    it(`6: ${code} is retried with backoff`, async () => {
      const rig = await connected()
      chance(0.999)
      const closed = await closedWith(rig, code)
      expect(rig.echo.connectionStatus()).toBe('reconnecting')
      await advance(2_100)
      const [first = 0] = rig.attempts.slice(1)
      expect(first - closed).toBeGreaterThan(1_900)
      expect(rig.echo.connectionStatus()).toBe('connected')
    })
})

describe('a channel that is asked for again whenever it fails', () => {
  it('13: lets the page have its turn while the connection has failed for good', async () => {
    const rig = await connected()
    rig.connection.close(4001)
    await advance(10)
    const channel = rig.echo.channel('news')
    const failures = vi.fn(() => {
      if (failures.mock.calls.length > 1000) throw new Error('The page is frozen.')
      channel.retry()
    })
    channel.error(failures)
    await advance(10)
    expect(failures.mock.calls.length).toBeLessThan(20)
    expect(rig.errors).toEqual([])
    channel.unsubscribe()
  })
})
