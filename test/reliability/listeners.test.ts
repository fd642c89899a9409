import { getEventListeners } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

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

describe('a listener that changes listeners', () => {
  it('14: adds one, which hears the next event only', async () => {
    const { channel, publish } = await news()
    const late = vi.fn()
    channel.on('any', () => channel.on('any', late).listenToAll(late))
    await publish()
    expect(late).not.toHaveBeenCalled()
    await publish()
    expect(late).toHaveBeenCalledTimes(2)
  })

  it('14: adds itself anew each time, and the page lives', async () => {
    const { channel, publish } = await news()
    let calls = 0
    const again = () => {
      calls++
      channel.on('any', () => again())
    }
    again()
    await publish()
    await publish()
    expect(calls).toBe(4)
  })

  it('14: removes one, which is not called any more', async () => {
    const { channel, publish } = await news()
    const removed = vi.fn()
    channel.on('any', () => channel.stopListening('.any', removed).stopListeningToAll(removed))
    channel.on('any', removed).listenToAll(removed)
    await publish()
    expect(removed).not.toHaveBeenCalled()
  })

  it('14: removes one that was called already, and every other still runs', async () => {
    const { channel, publish } = await news()
    const calls: string[] = []
    const one = () => calls.push('one')
    channel
      .on('any', one)
      .on('any', () => {
        calls.push('two')
        channel.stopListening('.any', one)
      })
      .on('any', () => calls.push('three'))
      .on('any', () => calls.push('four'))
    await publish()
    expect(calls).toEqual(['one', 'two', 'three', 'four'])
    await publish()
    expect(calls.slice(4)).toEqual(['two', 'three', 'four'])
  })

  it('14: removes all', async () => {
    const { channel, publish } = await news()
    const removed = vi.fn()
    channel.on('any', () => channel.stopListening('.any')).on('any', removed)
    await publish()
    expect(removed).not.toHaveBeenCalled()
  })

  it('14: removes and adds the same one, which hears the next event', async () => {
    const { channel, publish } = await news()
    const moved = vi.fn()
    let first = true
    channel.on('any', () => {
      if (first) channel.stopListening('.any', moved).on('any', moved)
      first = false
    })
    channel.on('any', moved)
    await publish()
    const once = moved.mock.calls.length
    expect(once).toBeLessThanOrEqual(1)
    await publish()
    expect(moved.mock.calls.length).toBe(once + 1)
  })

  it('14: aborts the signal of another', async () => {
    const { channel, publish } = await news()
    const controller = new AbortController()
    const removed = vi.fn()
    channel.on('any', () => controller.abort()).on('any', removed, { signal: controller.signal })
    await publish()
    await publish()
    expect(removed).not.toHaveBeenCalled()
  })

  it('14: is there once, also when its event comes again while it runs', async () => {
    const { rig, channel, publish } = await news()
    const data = JSON.stringify({ event: 'any', channel: 'news', data: '{}' })
    const once = vi.fn(() => rig.socket.dispatchEvent(new MessageEvent('message', { data })))
    channel.on('any', once, { once: true })
    await publish()
    await publish()
    expect(once).toHaveBeenCalledTimes(1)
  })

  it('14: is there once, also when it throws', async () => {
    const { rig, channel, publish } = await news()
    const once = vi.fn(() => {
      throw new Error('boom')
    })
    channel.on('any', once, { once: true })
    await publish()
    await publish()
    expect(once).toHaveBeenCalledTimes(1)
    expect(rig.errors).toHaveLength(1)
  })

  it('14: leaves nothing on a signal that outlives it', async () => {
    const { rig, channel, publish } = await news()
    const { signal } = new AbortController()
    channel.on('any', () => {}, { signal }).on('other', () => {}, { signal })
    channel.on('any', () => {}, { signal, once: true })
    expect(getEventListeners(signal, 'abort')).toHaveLength(3)
    await publish()
    expect(getEventListeners(signal, 'abort')).toHaveLength(2)
    channel.stopListening('.any')
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    rig.echo.leave('news')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('14: given an aborted signal is not registered at all', async () => {
    const { channel, publish } = await news()
    const never = vi.fn()
    channel.on('any', never, { signal: AbortSignal.abort() }).subscribed(never, { signal: AbortSignal.abort() })
    await publish()
    expect(never).not.toHaveBeenCalled()
  })

  it('14: registered twice is called once', async () => {
    const { channel, publish } = await news()
    const heard = vi.fn()
    channel.on('any', heard).on('any', heard)
    await publish()
    expect(heard).toHaveBeenCalledTimes(1)
    channel.stopListening('.any', heard)
    await publish()
    expect(heard).toHaveBeenCalledTimes(1)
  })
})
