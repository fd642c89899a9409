import { getEventListeners } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { connected } from '../support/rig'

fakeTime()

describe('ready()', () => {
  it('resolves once the channel is joined, and at once where it is', async () => {
    const rig = await connected()
    const channel = rig.echo.private('orders')
    const settled = vi.fn()
    void channel.ready().then(settled)
    await advance(0)
    expect(settled).not.toHaveBeenCalled()
    await advance(100)
    expect(settled).toHaveBeenCalledTimes(1)
    await channel.ready()
    expect(rig.errors).toEqual([])
  })

  it('rejects with the signal’s reason, before and while it waits, and forgets the signal', async () => {
    const rig = await connected()
    rig.auth.reply = () => 'never'
    const channel = rig.echo.private('orders')
    const controller = new AbortController()
    const { signal } = controller
    const outcome = expect(channel.ready(signal)).rejects.toBe('unmounted')
    controller.abort('unmounted')
    await outcome
    expect(getEventListeners(signal, 'abort')).toEqual([])
    await expect(channel.ready(AbortSignal.abort('gone'))).rejects.toBe('gone')
  })

  it('leaves nothing on a signal that outlives it', async () => {
    const rig = await connected()
    const { signal } = new AbortController()
    const ready = rig.echo.private('orders').ready(signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await advance(100)
    await ready
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('rejects with what was refused; with what it says of a channel that was left', async () => {
    const rig = await connected()
    rig.auth.next({ status: 403 })
    const channel = rig.echo.private('orders')
    await advance(100)
    await expect(channel.ready()).rejects.toMatchObject({ code: 'auth-refused' })
    rig.echo.leave('orders')
    await expect(channel.ready()).rejects.toMatchObject({
      code: 'channel-left',
      message: 'private-orders was left.',
    })
  })
})
