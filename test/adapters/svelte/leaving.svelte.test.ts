import { useEcho, usePresenceChannel } from 'antiphon/svelte'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected, type Rig } from '../../support/rig'
import { show } from './stage'

fakeTime()

let rig: Rig
const heard = vi.fn<(event: unknown) => void>()
const channels = () => rig.server.channels().map(({ name }) => name)
const ship = async () => {
  rig.server.publish('private-orders', 'App\\Events\\Shipped', {})
  await advance(10)
}

/** A component that hears of orders, and what its hook returned. */
function listen() {
  let orders!: ReturnType<typeof useEcho>
  const part = show(() => {
    orders = useEcho('orders', 'Shipped', heard)
    return () => orders.status
  }, rig.echo)
  return { part, orders }
}

beforeEach(async () => {
  heard.mockReset()
  rig = await connected()
})

describe('what a hook returns', () => {
  it('stops listening and listens again, once however often it is told, and detached', async () => {
    const { listen: start, stopListening } = listen().orders
    await advance(100)
    stopListening()
    stopListening()
    await ship()
    expect(heard).not.toHaveBeenCalled()
    expect(channels()).toEqual(['private-orders'])
    start()
    start()
    await ship()
    expect(heard).toHaveBeenCalledOnce()
  })

  it('leaves its channel and shows it; what another component holds stays', async () => {
    const [leaving, staying] = [listen(), listen()]
    await advance(100)
    leaving.orders.leaveChannel()
    await advance(300)
    expect(leaving.part.text).toBe('left')
    expect(staying.part.text).toBe('joined')
    await ship()
    expect(heard).toHaveBeenCalledOnce()
    staying.orders.leaveChannel()
    leaving.part.remove()
    await advance(300)
    expect(channels()).toEqual([])
  })

  it('leaves the channels of that name that the application holds', async () => {
    const { orders } = listen()
    rig.echo.channel('orders')
    rig.echo.private('other')
    await advance(100)
    orders.leave()
    await advance(300)
    expect(channels()).toEqual(['private-other'])
    const { orders: more } = listen()
    rig.echo.channel('orders')
    await advance(100)
    more.leaveChannel(true)
    await advance(300)
    expect(channels()).toEqual(['private-other'])
  })

  it('has a channel while its component is made, and the same one once it is mounted', async () => {
    const here = vi.fn<(users: unknown[]) => void>()
    let room!: ReturnType<typeof usePresenceChannel>
    let first: unknown
    const part = show(() => {
      room = usePresenceChannel('chat')
      first = room.channel().here(here)
      return () => ''
    }, rig.echo)
    await advance(100)
    expect(here.mock.calls[0]?.[0]).toEqual([{ name: 'Ada' }])
    expect(room.channel()).toBe(first)
    part.remove()
    await advance(300)
    expect(channels()).toEqual([])
  })

  it('holds nothing when its component throws while it is made', async () => {
    const make = () =>
      show(() => {
        useEcho('orders').channel()
        throw new Error('of the application')
      }, rig.echo)
    expect(make).toThrow('of the application')
    await advance(3000)
    expect(channels()).toEqual([])
  })

  it('has a channel that does nothing once its component is gone', async () => {
    const { part, orders } = listen()
    await advance(100)
    part.remove()
    await advance(300)
    const channel = orders.channel()
    expect(channel.listen('Shipped', heard)).toBe(channel)
    expect(channel.status.get()).toBe('left')
    for (const act of [orders.listen, orders.stopListening, orders.leaveChannel, orders.leave]) act()
    await advance(100)
    expect(channels()).toEqual([])
  })
})
