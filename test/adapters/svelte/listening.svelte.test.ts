import { useEcho } from 'antiphon/svelte'
import { flushSync } from 'svelte'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected, type Rig } from '../../support/rig'
import { show } from './stage'

fakeTime()

let rig: Rig
const heard = vi.fn<(event: { id: number }) => void>()
const ids = () => heard.mock.calls.map(([{ id }]) => id)
const ship = async (channel: string, id: number, event = 'Shipped') => {
  rig.server.publish(channel, `App\\Events\\${event}`, { id })
  await advance(10)
}
const channels = () => rig.server.channels().map(({ name }) => name)

beforeEach(async () => {
  heard.mockReset()
  rig = await connected()
})

describe('useEcho', () => {
  it('hears the events of a private channel while its component lives', async () => {
    const part = show(() => {
      const orders = useEcho('orders.1', 'Shipped', heard)
      return () => orders.status
    }, rig.echo)
    expect(part.text).toBe('joining')
    await advance(100)
    expect(part.text).toBe('joined')
    await ship('private-orders.1', 1)
    expect(heard.mock.calls).toEqual([[{ id: 1 }, { channel: 'private-orders.1', event: 'App\\Events\\Shipped' }]])
    part.remove()
    await ship('private-orders.1', 2)
    expect(ids()).toEqual([1])
    await advance(300)
    expect(channels()).toEqual([])
  })

  it('needs nobody who reads what it returns', async () => {
    show(() => {
      useEcho('orders.1', ['Shipped', 'Lost'], heard)
      return () => ''
    }, rig.echo)
    await advance(100)
    await ship('private-orders.1', 1)
    await ship('private-orders.1', 2, 'Lost')
    expect(ids()).toEqual([1, 2])
  })

  it.each([
    ['public', 'orders'],
    ['private', 'private-orders'],
    ['presence', 'presence-orders'],
  ] as const)('takes a visibility: %s', async (visibility, wire) => {
    show(() => {
      useEcho('orders', 'Shipped', heard, [], visibility)
      return () => ''
    }, rig.echo)
    await advance(100)
    await ship(wire, 1)
    expect(ids()).toEqual([1])
  })

  it('follows the name of its channel, in order, and leaves the one before', async () => {
    let id = $state(1)
    const part = show(() => {
      const orders = useEcho(() => `orders.${id}`, 'Shipped', heard)
      return () => `${id} ${orders.status}`
    }, rig.echo)
    await advance(100)
    id = 2
    flushSync()
    expect(part.text).toBe('2 joining')
    id = 3
    flushSync()
    expect(part.text).toBe('3 joining')
    await advance(100)
    expect(part.text).toBe('3 joined')
    await ship('private-orders.1', 1)
    await ship('private-orders.2', 2)
    await ship('private-orders.3', 3)
    expect(ids()).toEqual([3])
    await advance(300)
    expect(channels()).toEqual(['private-orders.3'])
  })

  it('has no channel while the name is null', async () => {
    let name = $state<string | null>(null)
    const part = show(() => {
      const orders = useEcho(() => name, 'Shipped', heard)
      return () => orders.status && `${orders.status} ${orders.channel().name}`
    }, rig.echo)
    await advance(100)
    expect(part.text).toBe('')
    expect(channels()).toEqual([])
    name = 'orders.1'
    flushSync()
    await advance(100)
    expect(part.text).toBe('joined private-orders.1')
    name = null
    flushSync()
    expect(part.text).toBe('')
    await ship('private-orders.1', 1)
    await advance(300)
    expect(ids()).toEqual([])
    expect(channels()).toEqual([])
  })

  it('follows the names of its events without asking the server again', async () => {
    let events = $state<string | string[]>('Shipped')
    show(() => {
      useEcho('orders.1', () => events, heard)
      return () => ''
    }, rig.echo)
    await advance(100)
    events = ['Lost']
    flushSync()
    await ship('private-orders.1', 1)
    await ship('private-orders.1', 2, 'Lost')
    expect(ids()).toEqual([2])
    await advance(300)
    expect(rig.subscribes()).toEqual(['private-orders.1'])
    expect(rig.received('pusher:unsubscribe')).toEqual([])
  })

  it('tells one event with a comma from two', async () => {
    let events = $state(['Shipped,Lost'])
    show(() => {
      useEcho('orders.1', () => events, heard)
      return () => ''
    }, rig.echo)
    await advance(100)
    events = ['Shipped', 'Lost']
    flushSync()
    await ship('private-orders.1', 1)
    await ship('private-orders.1', 2, 'Lost')
    expect(ids()).toEqual([1, 2])
  })

  it('registers nothing anew for what reads the same, nor for dependencies', async () => {
    let other = $state(0)
    const part = show(() => {
      const { channel, ...rest } = useEcho(
        () => `orders.${other && 0}`,
        () => [other ? 'Shipped' : 'Shipped'],
        heard,
        [() => other],
      )
      const first = channel()
      return () => `${channel() === first} ${Object.keys(rest).length > 0}`
    }, rig.echo)
    await advance(100)
    other = 1
    flushSync()
    expect(part.text).toBe('true true')
    await ship('private-orders.0', 1)
    expect(ids()).toEqual([1])
    expect(rig.subscribes()).toEqual(['private-orders.0'])
  })

  it('calls the function that an object holds now', async () => {
    const later = vi.fn<(event: { id: number }) => void>()
    const callback = { current: heard }
    show(() => {
      useEcho('orders.1', 'Shipped', callback)
      return () => ''
    }, rig.echo)
    await advance(100)
    await ship('private-orders.1', 1)
    callback.current = later
    await ship('private-orders.1', 2)
    expect(ids()).toEqual([1])
    expect(later.mock.calls.map(([{ id }]) => id)).toEqual([2])
  })

  it('shares its channel with other components: the server hears of the last one that goes', async () => {
    const make = () => {
      useEcho('orders.1', 'Shipped', heard)
      return () => ''
    }
    const [first, second] = [show(make, rig.echo), show(make, rig.echo)]
    await advance(100)
    expect(rig.subscribes()).toEqual(['private-orders.1'])
    first.remove()
    await advance(300)
    await ship('private-orders.1', 1)
    expect(ids()).toEqual([1])
    second.remove()
    await advance(300)
    expect(channels()).toEqual([])
  })

  it('costs no frame when its component is replaced by another', async () => {
    const make = () => {
      useEcho('orders.1', 'Shipped', heard)
      return () => ''
    }
    const first = show(make, rig.echo)
    await advance(100)
    first.remove()
    show(make, rig.echo)
    await advance(300)
    expect(rig.received().filter(({ event }) => event !== 'pusher:pong')).toHaveLength(1)
    expect(rig.auth.requests).toHaveLength(1)
  })

  it('takes nobody down when its callback throws', async () => {
    const error = new Error('of the application')
    show(() => {
      useEcho('orders.1', 'Shipped', () => {
        throw error
      })
      useEcho('orders.1', 'Shipped', heard)
      return () => ''
    }, rig.echo)
    await advance(100)
    await ship('private-orders.1', 1)
    expect(ids()).toEqual([1])
    expect(rig.errors).toEqual([error])
  })

  it('shows why its channel was refused, and forgets it once it is joined', async () => {
    rig.auth.next({ status: 403 })
    let orders: any
    const part = show(() => {
      orders = useEcho('orders.1', 'Shipped', heard)
      return () => `${orders.status} ${orders.error?.code}`
    }, rig.echo)
    await advance(100)
    expect(part.text).toBe('failed auth-refused')
    orders.channel().retry()
    await advance(100)
    expect(part.text).toBe('joined undefined')
  })
})
