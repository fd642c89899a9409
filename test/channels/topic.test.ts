import { type ConnectionState, type Connector, createStore, Echo, type Signal } from 'antiphon'
import { describe, expect, it, vi } from 'vitest'
import { advance, chance, fakeTime, now } from '../support/clock'
import { connected } from '../support/rig'

fakeTime()

/** An Echo on a connector that says what the test says. */
function told() {
  const signals: ((signal: Signal) => void)[] = []
  const ended = vi.fn()
  const connector: Connector = {
    state: createStore({} as ConnectionState),
    connect() {},
    disconnect() {},
    subscribe: (_channel, receive) => {
      signals.push(receive)
      return { whisper: () => false, unsubscribe: ended }
    },
  }
  const echo = new Echo({ broadcaster: () => connector })
  return { echo, ended, signals, tell: (signal: Signal) => signals.at(-1)?.(signal) }
}

describe('the payload of an event', () => {
  it('is opened for listeners only, once for all of them', () => {
    const { echo, tell } = told()
    const data = vi.fn(() => ({ id: 1 }))
    const channel = echo.channel('news')
    channel.on('other', () => {})
    tell({ type: 'event', name: 'any', data })
    expect(data).not.toHaveBeenCalled()
    const heard = vi.fn()
    channel.on('any', heard).listenToAll((_, payload) => heard(payload))
    tell({ type: 'event', name: 'any', data, userId: '7' })
    expect(data).toHaveBeenCalledTimes(1)
    expect(heard.mock.calls).toEqual([[{ id: 1 }, { event: 'any', channel: 'news', userId: '7' }], [{ id: 1 }]])
  })

  it('of the protocol’s own events is none of the application’s', () => {
    const { echo, tell } = told()
    const [own, all] = [vi.fn(), vi.fn()]
    echo.channel('news').on('pusher:any', own).listenToAll(all)
    tell({ type: 'event', name: 'pusher:any', data: () => 1 })
    expect([own.mock.calls.length, all.mock.calls.length]).toEqual([1, 0])
  })
})

describe('a refusal', () => {
  it('is told to error() and under pusher-js’s name, and traced', async () => {
    const rig = await connected()
    rig.auth.next({ status: 403 })
    const [failed, told] = [vi.fn(), vi.fn()]
    const channel = rig.echo.private('orders').error(failed).on('pusher:subscription_error', told)
    await advance(100)
    const [[error]] = failed.mock.calls as [[Error]]
    expect(told.mock.calls).toEqual([[error, undefined]])
    expect(rig.trace).toContainEqual(
      expect.objectContaining({ about: 'channel', message: error.message, channel: channel.name }),
    )
  })

  it('is more than a problem, with which a channel lives on', () => {
    const { echo, tell } = told()
    const failed = vi.fn()
    const channel = echo.channel('news').error(failed)
    const error = new TypeError('later') as never
    tell({ type: 'problem', error })
    expect([channel.status.get(), failed.mock.calls]).toEqual(['joining', [[error, undefined]]])
  })

  it('is over once the channel is asked for again: the old subscription ends, and there is one', () => {
    const { echo, ended, signals, tell } = told()
    const channel = echo.channel('news')
    channel.retry()
    expect(signals).toHaveLength(1)
    tell({ type: 'failed', error: new TypeError('no') as never })
    channel.retry()
    expect([channel.status.get(), signals.length, ended.mock.calls.length]).toEqual(['joining', 2, 1])
    channel.retry()
    tell({ type: 'subscribed', confirmed: true })
    channel.retry()
    expect([channel.status.get(), signals.length]).toEqual(['joined', 2])
  })

  it('is no loss: what came before the first join is no gap', async () => {
    const { echo, tell } = told()
    const missed = vi.fn()
    const channel = echo.channel('news').missed(missed)
    tell({ type: 'failed', error: new TypeError('no') as never })
    tell({ type: 'interrupted' })
    expect(channel.status.get()).toBe('joining')
    tell({ type: 'subscribed', confirmed: true })
    await advance(5_000)
    expect(missed).not.toHaveBeenCalled()
  })
})

describe('a gap', () => {
  it.each([
    [0, 0],
    [0.5, 1_000],
    [0.999, 1_998],
  ])('is told at %f of two seconds', async (random, after) => {
    const { echo, tell } = told()
    chance(random)
    const times: number[] = []
    echo.channel('news').missed(() => times.push(now()))
    for (const signal of [{ type: 'subscribed', confirmed: true }, { type: 'interrupted' }] as const) tell(signal)
    tell({ type: 'subscribed', confirmed: true })
    await advance(5_000)
    expect(times).toEqual([after])
  })

  it('ends no sooner than it began, where the clock was set back', async () => {
    const { echo, tell } = told()
    const missed = vi.fn()
    echo.channel('news').missed(missed)
    tell({ type: 'subscribed', confirmed: true })
    tell({ type: 'interrupted' })
    const from = Date.now()
    vi.setSystemTime(from - 60_000)
    tell({ type: 'subscribed', confirmed: true })
    await advance(5_000)
    expect(missed.mock.calls[0]?.[0]).toEqual({ from, to: from, reason: 'connection-lost' })
  })

  it('that nobody listened for is not told to who comes later', async () => {
    const { echo, tell } = told()
    const missed = vi.fn()
    const channel = echo.channel('news')
    tell({ type: 'subscribed', confirmed: true })
    tell({ type: 'interrupted' })
    tell({ type: 'subscribed', confirmed: true })
    channel.missed(missed)
    await advance(5_000)
    const lost = Date.now()
    tell({ type: 'interrupted' })
    tell({ type: 'subscribed', confirmed: true })
    await advance(5_000)
    expect(missed.mock.calls.map(([{ from }]) => from)).toEqual([lost])
  })
})

it('a listener that is just in time is not late, too', async () => {
  const { echo, tell } = told()
  const subscribed = vi.fn()
  echo.channel('news').subscribed(subscribed)
  tell({ type: 'subscribed', confirmed: true })
  await advance(10)
  expect(subscribed).toHaveBeenCalledTimes(1)
})

it('what lingers ends with disconnect(), what is held does not', () => {
  const { echo, ended } = told()
  const held = echo.channel('held')
  const { release } = echo.lease('public', 'news')
  release()
  expect(vi.getTimerCount()).toBe(1)
  echo.disconnect()
  expect([ended.mock.calls.length, vi.getTimerCount(), held.status.get()]).toEqual([1, 0, 'joining'])
})

it('who comes or goes before it is known who is here is not told of', () => {
  const { echo, tell } = told()
  const heard = vi.fn()
  const channel = echo.join('room').joining(heard).leaving(heard)
  const member = { id: '7', info: {} }
  for (const type of ['joined', 'left'] as const) expect(() => tell({ type, member })).not.toThrow()
  expect(heard).not.toHaveBeenCalled()
  expect(channel.presence.get().count).toBe(0)
  echo.channel('news')
  for (const type of ['joined', 'left'] as const) expect(() => tell({ type, member })).not.toThrow()
})

it('is joined with a list of members or without, whatever its kind', () => {
  const { echo, tell } = told()
  const here = vi.fn()
  const room = echo.join('room').here(here)
  expect(() => tell({ type: 'subscribed', confirmed: false })).not.toThrow()
  const news = echo.channel('news')
  expect(() => tell({ type: 'subscribed', confirmed: true, members: [{ id: '7', info: {} }] })).not.toThrow()
  expect([room.status.get(), news.status.get()]).toEqual(['joined', 'joined'])
  expect([here.mock.calls.length, room.presence.get().count]).toEqual([0, 0])
})

it('only a presence channel knows who is in it', () => {
  const { echo } = told()
  const channels = [echo.channel('a'), echo.private('a'), echo.join('a')]
  expect(channels.map((channel) => 'presence' in channel)).toEqual([false, false, true])
})

it('a lease ends with its block', async () => {
  const { echo, ended } = told()
  const lease = echo.lease('public', 'news')
  lease[Symbol.dispose]()
  expect(lease.channel.status.get()).toBe('left')
  await advance(249)
  expect(ended).not.toHaveBeenCalled()
  await advance(1)
  expect(ended).toHaveBeenCalledTimes(1)
})
