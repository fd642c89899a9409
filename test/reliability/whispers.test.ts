import { EchoError } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime, sleep, until } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

/** The data of the whispers that the server heard. */
const whispered = (rig: Rig) =>
  rig
    .received()
    .filter(({ event }) => event.startsWith('client-'))
    .map(({ data }) => data)

/** A private channel with what its error() heard. */
function room(rig: Rig, name = 'room') {
  const errors: EchoError[] = []
  const channel = rig.echo.private(name).error((error) => errors.push(error))
  return { channel, errors }
}

const dropped = (errors: EchoError[]) => errors.filter(({ code }) => code === 'whisper-dropped').length

describe('a whisper that is early', () => {
  it('17: goes out as it was said, whatever becomes of the object meanwhile', async () => {
    const rig = await connected()
    const { channel } = room(rig)
    const position = { x: 1 }
    channel.whisper('move', position)
    position.x = 2
    channel.whisper('move', position)
    await advance(500)
    expect(whispered(rig)).toEqual([{ x: 1 }, { x: 2 }])
  })

  it('13, 17: of what can no longer be written, neither the join nor the whispers behind it know', async () => {
    const rig = await connected()
    const [here, subscribed] = [vi.fn(), vi.fn()]
    const data: Record<string, unknown> = { x: 1 }
    rig.echo.join('room').here(here).subscribed(subscribed).whisper('a', data).whisper('b', { y: 1 })
    data.self = data
    await advance(20_000)
    expect(whispered(rig)).toEqual([{ x: 1 }, { y: 1 }])
    expect([here, subscribed].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  })

  it('17: is counted in bytes where there is no TextEncoder, too', async () => {
    const rig = await connected()
    const { channel, errors } = room(rig)
    const { TextEncoder } = globalThis
    vi.stubGlobal('TextEncoder', undefined)
    // Two bytes each, then three, then four of a pair.
    for (const text of ['ö'.repeat(4_900), '€'.repeat(3_300), '😀'.repeat(2_600)]) channel.whisper('said', { text })
    // The server needs it.
    vi.stubGlobal('TextEncoder', TextEncoder)
    await advance(500)
    expect(whispered(rig)).toHaveLength(2)
    expect(dropped(errors)).toBe(1)
  })

  it('17: waits until its channel has joined; the order is kept', async () => {
    const rig = await connected()
    rig.auth.next({ grant: true, after: 1_000 })
    const { channel, errors } = room(rig)
    for (let index = 0; index < 5; index++) channel.whisper('typing', { index })
    await advance(900)
    expect(rig.received()).toEqual([])
    await advance(1_000)
    expect(whispered(rig)).toEqual([{ index: 0 }, { index: 1 }, { index: 2 }, { index: 3 }, { index: 4 }])
    expect(errors).toEqual([])
  })

  it('17: waits until the subscribe was accepted, not only sent', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe({ delay: 2_000 })
    const { channel } = room(rig)
    channel.whisper('typing', {})
    await advance(1_900)
    expect(whispered(rig)).toEqual([])
    await until(() => channel.status.get() === 'joined')
    await advance(1)
    expect(whispered(rig)).toEqual([{}])
  })

  it('17: goes out as `client-` event on its channel', async () => {
    const rig = await connected()
    room(rig).channel.whisper('typing', { name: 'Ada' })
    await advance(200)
    expect(rig.received('client-typing')).toEqual([
      { event: 'client-typing', channel: 'private-room', data: { name: 'Ada' } },
    ])
  })

  it('17: is one of 64 at most; what is above reaches error()', async () => {
    const rig = await connected()
    rig.auth.next({ grant: true, after: 1_000 })
    const { channel, errors } = room(rig)
    for (let index = 0; index < 70; index++) channel.whisper('typing', { index })
    await advance(100)
    expect(dropped(errors)).toBe(6)
    expect(errors[0]).toBeInstanceOf(EchoError)
    expect(errors[0]?.message).toContain('private-room')
    await advance(30_000)
    expect(whispered(rig).length + dropped(errors)).toBe(70)
    expect(channel.status.get()).toBe('joined')
  })

  it('17: waits 10 s at most; then it reaches error()', async () => {
    const rig = await connected()
    rig.auth.next({ grant: true, after: 9_000 }, { grant: true, after: 9_000 })
    const [fine, late] = [room(rig, 'fine'), room(rig, 'late')]
    late.channel.whisper('typing', {})
    rig.server.faults.disturbSubscribe({ delay: 0 })
    rig.server.faults.disturbSubscribe({ delay: 5_000 })
    fine.channel.whisper('typing', {})
    await advance(9_900)
    expect([fine.errors, late.errors]).toEqual([[], []])
    const sent = whispered(rig).length
    expect(sent).toBe(1)
    await advance(200)
    expect(dropped(fine.errors) + dropped(late.errors)).toBe(1)
    await advance(20_000)
    expect(whispered(rig)).toHaveLength(1)
  })

  it('17: on a channel that is refused reaches error()', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 403, after: 100 })
    const { channel, errors } = room(rig)
    channel.whisper('typing', {})
    await advance(15_000)
    expect(errors.map(({ code }) => code).sort()).toEqual(['auth-refused', 'whisper-dropped'])
  })
})

describe('a whisper while the connection is down', () => {
  it('17: waits, and is sent when the channel is back within 10 s', async () => {
    const rig = await connected()
    const { channel, errors } = room(rig)
    await advance(100)
    rig.server.drop()
    await advance(1)
    channel.whisper('typing', { late: true })
    await advance(5_000)
    expect(whispered(rig)).toEqual([{ late: true }])
    expect(errors).toEqual([])
  })

  it('17: that finds out that it is down waits for the next one', async () => {
    const rig = await connected()
    const { channel, errors } = room(rig)
    await advance(100)
    rig.server.offline = true
    await advance(31_000)
    sleep(3_600_000)
    rig.server.offline = false
    rig.server.drop()
    channel.whisper('typing', { late: true })
    expect(rig.echo.connectionStatus()).toBe('reconnecting')
    await advance(5_000)
    expect(whispered(rig)).toEqual([{ late: true }])
    expect(errors).toEqual([])
  })

  it('17: is dropped after 10 s, and not sent later', async () => {
    const rig = await connected()
    const { channel, errors } = room(rig)
    await advance(100)
    rig.server.faults.refuse(1_000)
    rig.server.drop()
    await advance(1)
    channel.whisper('typing', {})
    await advance(10_100)
    expect(dropped(errors)).toBe(1)
    rig.server.faults.clear()
    await advance(31_000)
    expect(channel.status.get()).toBe('joined')
    expect(whispered(rig)).toEqual([])
  })

  it('17: is dropped by disconnect(), without waiting', async () => {
    const rig = await connected()
    const { channel } = room(rig)
    await advance(100)
    rig.echo.disconnect()
    channel.whisper('typing', {})
    await advance(20_000)
    rig.echo.connect()
    await advance(1_000)
    expect(whispered(rig)).toEqual([])
  })
})

describe('a whisper after its channel was left', () => {
  it('17: is nothing', async () => {
    const rig = await connected()
    const { channel, errors } = room(rig)
    await advance(100)
    rig.echo.leave('room')
    channel.whisper('typing', {})
    await advance(15_000)
    expect(whispered(rig)).toEqual([])
    expect(errors).toEqual([])
  })

  it('17: nor is one that still waited', async () => {
    const rig = await connected()
    rig.auth.next({ grant: true, after: 500, deaf: true })
    const { channel } = room(rig)
    channel.whisper('typing', { old: true })
    await advance(10)
    rig.echo.leave('room')
    rig.echo.private('room')
    await advance(15_000)
    expect(whispered(rig)).toEqual([])
  })

  it('17: nor does it leave a timer behind', async () => {
    const rig = await connected()
    const before = vi.getTimerCount()
    rig.auth.next('never')
    room(rig).channel.whisper('typing', {})
    await advance(10)
    rig.echo.leave('room')
    await advance(300)
    expect(vi.getTimerCount()).toBe(before)
  })
})
