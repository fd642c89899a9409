import { type Channel, catchUp, type Load } from 'antiphon'
import { configureEcho, echo, useEcho, useEchoPublic } from 'antiphon/svelte'
import { flushSync } from 'svelte'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected, type Rig } from '../../support/rig'
import { show } from './stage'

fakeTime()

let rig: Rig
const load = vi.fn<Load>()
const caughtUp: Channel[] = []
let id = $state<number | null>(1)

/** A component that catches up on its orders, as the page on Svelte says. */
const orders = () => {
  const order = useEcho(
    () => (id === null ? null : `orders.${id}`),
    'Shipped',
    () => {},
  )
  $effect(() => {
    if (id === null) return
    const channel = order.channel()
    caughtUp.push(channel)
    return catchUp(channel, load, { initial: true })
  })
  return () => order.status
}

beforeEach(async () => {
  load.mockReset()
  caughtUp.length = 0
  id = 1
  rig = await connected()
})

const names = () => caughtUp.map(({ name }) => name)

describe('an effect that catches up', () => {
  it('runs once for a channel, whatever becomes of its status', async () => {
    const part = show(orders, rig.echo)
    expect(part.text).toBe('joining')
    await advance(100)
    expect(part.text).toBe('joined')
    expect(load).toHaveBeenCalledOnce()
    rig.server.drop()
    await advance(1)
    expect(part.text).not.toBe('joined')
    await advance(10_000)
    expect(part.text).toBe('joined')
    expect(load).toHaveBeenCalledTimes(2)
    expect(load.mock.calls[1]?.[0]).toMatchObject({ from: expect.any(Number) })
    expect(names()).toEqual(['private-orders.1'])
  })

  it('goes with the name, and waits while there is none', async () => {
    show(orders, rig.echo)
    await advance(100)
    id = 2
    flushSync()
    await advance(100)
    expect(load).toHaveBeenCalledTimes(2)
    expect(caughtUp.at(-1)?.status.get()).toBe('joined')
    id = null
    flushSync()
    await advance(100)
    expect(load).toHaveBeenCalledTimes(2)
    id = 3
    flushSync()
    await advance(100)
    expect(load).toHaveBeenCalledTimes(3)
    expect(caughtUp.at(-1)).toMatchObject({ name: 'private-orders.3' })
    expect(rig.server.channels().map(({ name }) => name)).toContain('private-orders.3')
  })

  it('keeps what waits when other events are listened to, but for those that are gone', async () => {
    let events = $state(['A', 'B'])
    let loaded = () => {}
    load.mockImplementation(
      () =>
        new Promise<void>((resolve) => {
          loaded = resolve
        }),
    )
    const heard: unknown[] = []
    const publish = async (event: string, payload: number) => {
      rig.server.publish('news', `App\\Events\\${event}`, payload)
      await advance(10)
    }
    show(() => {
      const news = useEchoPublic(
        'news',
        () => events,
        (payload: unknown) => heard.push(payload),
      )
      $effect(() => catchUp(news.channel(), load, { initial: true }))
      return () => ''
    }, rig.echo)
    await advance(100)
    await publish('A', 1)
    await publish('B', 2)
    events = ['A', 'C']
    flushSync()
    await publish('A', 3)
    await publish('B', 4)
    await publish('C', 5)
    loaded()
    await advance(10)
    expect(heard).toEqual([1, 3, 5])
  })

  it('goes on with another default instance', async () => {
    const options = { ...rig.echo.options, broadcaster: 'reverb' } as Parameters<typeof configureEcho<'reverb'>>[0]
    rig.echo.disconnect()
    configureEcho(options)
    show(orders)
    await advance(100)
    expect(load).toHaveBeenCalledOnce()
    configureEcho(options)
    flushSync()
    await advance(100)
    expect(load).toHaveBeenCalledTimes(2)
    expect(names()).toEqual(['private-orders.1', 'private-orders.1'])
    expect(caughtUp[1]).not.toBe(caughtUp[0])
    echo().disconnect()
  })
})
