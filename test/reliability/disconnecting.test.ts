import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, Rig } from '../support/rig'

fakeTime()
let page: Page
beforeEach(() => {
  page = new Page()
})

const WebSocketClosed = 3

describe('disconnect', () => {
  it('12: leaves no timer, no socket and no listener, in any state', async () => {
    const moments: Record<string, (rig: Awaited<ReturnType<typeof connected>>) => Promise<void> | void> = {
      connected: () => {},
      'while it waits': ({ server }) => {
        server.faults.refuse(100)
        server.drop()
        return advance(60_000)
      },
      'while it connects': async ({ server }) => {
        server.offline = true
        server.drop()
      },
      'while it lingers': ({ echo }) => echo.leave('news'),
      'while it joins': ({ echo, auth }) => {
        auth.reply = () => 'never'
        for (let index = 0; index < 20; index++) echo.private(`orders.${index}`)
        return advance(100)
      },
      'after it left what was not answered': async ({ echo, server }) => {
        server.faults.disturbSubscribe('ignore')
        echo.private('orders')
        await advance(100)
        echo.leave('orders')
      },
      'after it left a channel that had missed something': async (rig) => {
        rig.echo.channel('news').missed(() => {})
        await rig.reconnect()
        rig.echo.leave('news')
        await advance(300)
      },
      'while it waits for the next try': ({ echo, auth }) => {
        auth.reply = () => ({ status: 503 })
        echo.private('orders')
        return advance(5_000)
      },
      'while it throttles': async ({ echo }) => {
        const room = echo.private('room')
        await advance(100)
        for (let index = 0; index < 30; index++)
          room.whisper('typing', { index }, { throttle: 500 }).whisper('x', { index })
      },
    }
    for (const arrange of Object.values(moments)) {
      const rig = await connected()
      rig.echo.channel('news')
      await advance(100)
      await arrange(rig)
      rig.echo.disconnect()
      await advance(10)
      rig.server.close()
      await advance(10)
      expect(vi.getTimerCount()).toBe(0)
      expect(page.listeners).toBe(0)
      expect(rig.auth.busy).toBe(0)
      expect(rig.sockets.every(({ readyState }) => readyState === WebSocketClosed)).toBe(true)
      expect(rig.echo.connectionStatus()).toBe('disconnected')
      expect(rig.echo.socketId()).toBeUndefined()
    }
  })

  it('12: and connect brings back the same channels with their listeners, but not those that were left', async () => {
    const rig = await connected()
    const heard = vi.fn()
    const channel = rig.echo.private('room').on('any', heard)
    rig.echo.channel('gone')
    await advance(100)
    rig.echo.leave('gone')
    rig.echo.disconnect()
    expect(channel.status.get()).toBe('joining')
    await advance(1_000)
    rig.echo.connect()
    await advance(1_000)
    expect(rig.echo.private('room')).toBe(channel)
    expect(rig.subscribes()).toEqual(['private-room'])
    rig.server.publish('private-room', 'any', {})
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('12: does not end a channel that was left and asked for again', async () => {
    const rig = await connected()
    rig.echo.private('room')
    await advance(100)
    rig.echo.leave('room')
    const heard = vi.fn()
    const channel = rig.echo.private('room').on('any', heard)
    rig.echo.disconnect()
    rig.echo.connect()
    await advance(1_000)
    rig.server.publish('private-room', 'any', {})
    await advance(10)
    expect(channel.status.get()).toBe('joined')
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('12: twice, or before it connected, is nothing', async () => {
    const rig = await connected()
    const changed = vi.fn()
    rig.echo.disconnect()
    rig.echo.connection.subscribe(changed)
    rig.echo.disconnect()
    const idle = new Rig({ echo: { autoConnect: false } })
    idle.echo.connection.subscribe(changed)
    idle.echo.disconnect()
    expect(changed).not.toHaveBeenCalled()
    expect(idle.sockets).toEqual([])
  })

  it('says to who asks for a channel after it that nothing will come, until somebody connects', async () => {
    const { echo } = await connected()
    const codes: string[] = []
    const hear = ({ code }: { code: string }) => codes.push(code)
    echo.disconnect()
    echo.channel('news').error(hear)
    echo.lease('public', 'news').channel.error(hear)
    await advance(0)
    expect(codes).toEqual(expect.arrayContaining(['disconnected']))
    codes.length = 0
    echo.connect()
    echo.channel('late').error(hear)
    await advance(100)
    expect(echo.channel('news').status.get()).toBe('joined')
    expect(codes).toEqual([])
  })

  it('says nothing of the kind before the first connection', async () => {
    const rig = new Rig({ echo: { autoConnect: false } })
    const errors: unknown[] = []
    rig.echo.channel('news').error((error: unknown) => errors.push(error))
    await advance(100)
    expect(errors).toEqual([])
  })
})
