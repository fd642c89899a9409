import { AuthError } from 'antiphon'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Answer } from '../support/auth-endpoint'
import { advance, chance, fakeTime, START } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

/** The pauses between the answers that came and the requests that followed, where answers come at once. */
function pauses({ auth }: Rig): number[] {
  return auth.requests.slice(1).map(({ at }, index) => at - (auth.requests[index]?.at as number))
}

const passing: Record<string, Answer> = {
  'a network error': 'cut',
  'an answer that breaks on the way': { status: 200, body: {}, stall: 'cut' },
  408: { status: 408 },
  425: { status: 425 },
  429: { status: 429, body: '<html>' },
  500: { status: 500 },
  501: { status: 501 },
  502: { status: 502 },
  503: { status: 503 },
  504: { status: 504 },
  599: { status: 599 },
}

describe('an authorization that fails for a moment', () => {
  for (const [what, answer] of Object.entries(passing))
    it(`7: ${what} is tried again, and error() is told`, async () => {
      const rig = await connected()
      rig.auth.next(answer, answer)
      const errors: AuthError[] = []
      const channel = rig.echo.private('orders').error((error) => errors.push(error as AuthError))
      await advance(5_000)
      expect(channel.status.get()).toBe('joined')
      expect(rig.auth.requests).toHaveLength(3)
      const status = typeof answer === 'object' && 'status' in answer && !answer.stall ? answer.status : 0
      for (const [index, error] of errors.entries()) {
        expect(error).toBeInstanceOf(AuthError)
        expect(error).toMatchObject({
          type: 'AuthError',
          channel: 'private-orders',
          retryable: true,
          attempt: index + 1,
          ...(what !== 'an answer that breaks on the way' && { status }),
        })
      }
      expect(errors).toHaveLength(2)
      await channel.ready()
    })

  it('7: stays `joining` meanwhile, and `ready()` waits', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 503 })
    const channel = rig.echo.private('orders')
    let settled = false
    void channel.ready().finally(() => {
      settled = true
    })
    await advance(60_000)
    expect(channel.status.get()).toBe('joining')
    expect(settled).toBe(false)
    rig.auth.reply = () => 'grant'
    await advance(31_000)
    expect([channel.status.get(), settled]).toEqual(['joined', true])
  })

  it('7: no answer within 10 s is a failure, tried again', async () => {
    const rig = await connected()
    rig.auth.next('never')
    const channel = rig.echo.private('orders')
    await advance(9_990)
    expect(rig.auth.requests[0]?.aborted).toBe(false)
    await advance(20)
    expect(rig.auth.requests[0]?.aborted).toBe(true)
    await advance(600)
    expect(rig.auth.requests).toHaveLength(2)
    expect(channel.status.get()).toBe('joined')
  })

  it('7: a body that never ends is no answer either', async () => {
    const rig = await connected()
    rig.auth.next({ status: 200, body: {}, stall: 'never' })
    const channel = rig.echo.private('orders')
    await advance(11_000)
    expect(rig.auth.requests).toHaveLength(2)
    expect(channel.status.get()).toBe('joined')
  })

  for (const random of [0.25, 0.999])
    it(`7: waits random × 0.5 s·2ⁿ, at most 30 s (at ${random})`, async () => {
      const rig = await connected()
      chance(random)
      rig.auth.reply = () => ({ status: 503 })
      rig.echo.private('orders')
      await advance(400_000)
      const expected = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]
      for (const [index, most] of expected.entries())
        expect(Math.abs((pauses(rig)[index] as number) - random * most)).toBeLessThan(5)
    })

  it('7: a plain 500 is given up after 6 tries, for good', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 500, body: { message: 'Server Error' } })
    const errors: AuthError[] = []
    const channel = rig.echo.private('orders').error((error) => errors.push(error as AuthError))
    const ready = expect(channel.ready()).rejects.toMatchObject({ code: 'auth-failed', status: 500, retryable: false })
    await advance(3_600_000)
    await ready
    expect(rig.auth.requests).toHaveLength(6)
    expect(errors.map(({ retryable, attempt }) => [retryable, attempt])).toEqual([
      [true, 1],
      [true, 2],
      [true, 3],
      [true, 4],
      [true, 5],
      [false, 6],
    ])
    expect(channel.status.get()).toBe('failed')
  })

  for (const [what, answer] of Object.entries({ 503: { status: 503 }, 'a network error': 'cut' } as Record<
    string,
    Answer
  >))
    it(`7: ${what} is never given up`, async () => {
      const rig = await connected()
      rig.auth.reply = () => answer
      const channel = rig.echo.private('orders')
      await advance(900_000)
      expect(rig.auth.requests.length).toBeGreaterThan(30)
      expect(channel.status.get()).toBe('joining')
    })

  it('7: ends with the channel', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 503 })
    rig.echo.private('orders')
    await advance(5_000)
    rig.echo.leave('orders')
    const before = rig.auth.requests.length
    await advance(600_000)
    expect(rig.auth.requests).toHaveLength(before)
  })

  it('7: ends with the Echo', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 503 })
    rig.echo.private('orders')
    await advance(5_000)
    rig.echo.disconnect()
    const before = rig.auth.requests.length
    await advance(600_000)
    expect(rig.auth.requests).toHaveLength(before)
  })

  it('7: ends with the socket, and begins anew on the next one', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 503 })
    rig.echo.private('orders')
    await advance(60_000)
    const before = rig.auth.requests.length
    const old = rig.echo.socketId()
    rig.server.faults.refuse(5)
    rig.server.drop()
    await advance(1)
    await rig.back()
    await advance(2_000)
    const after = rig.auth.requests.slice(before)
    expect(after.length).toBeGreaterThanOrEqual(2)
    expect(after.map(({ socketId }) => socketId)).not.toContain(old)
  })
})

describe('Retry-After', () => {
  it('7: in seconds is honoured', async () => {
    const rig = await connected()
    rig.auth.next({ status: 429, headers: { 'Retry-After': '20' } })
    rig.echo.private('orders')
    await advance(60_000)
    expect(pauses(rig)[0]).toBeGreaterThanOrEqual(20_000)
    expect(pauses(rig)[0]).toBeLessThanOrEqual(31_000)
  })

  it('7: as a date is honoured', async () => {
    const rig = await connected()
    rig.auth.next({ status: 503, headers: { 'Retry-After': new Date(START + 40_000).toUTCString() } })
    rig.echo.private('orders')
    await advance(60_000)
    expect(rig.auth.requests).toHaveLength(2)
    expect(rig.auth.last.at).toBeGreaterThanOrEqual(START + 40_000)
    expect(rig.auth.last.at).toBeLessThanOrEqual(START + 51_000)
  })

  for (const header of ['soon', '', '-5', 'NaN', '1e3x', '0', 'Thu, 01 Jan 1970 00:00:00 GMT'])
    it(`7: that is ${JSON.stringify(header)} is as none`, async () => {
      const rig = await connected()
      rig.auth.reply = () => ({ status: 503, headers: { 'Retry-After': header } })
      rig.echo.private('orders')
      await advance(60_000)
      expect(rig.auth.requests.length).toBeGreaterThan(3)
      expect(rig.auth.requests.length).toBeLessThan(25)
    })

  for (const header of ['99999999', '1e300', 'Fri, 31 Dec 9999 23:59:59 GMT'])
    it(`7: that is ${JSON.stringify(header)} is no reason to ask without pause`, async () => {
      const rig = await connected()
      rig.auth.reply = () => ({ status: 503, headers: { 'Retry-After': header } })
      rig.echo.private('orders')
      await advance(60_000)
      expect(rig.auth.requests.length).toBeLessThan(25)
    })
})
