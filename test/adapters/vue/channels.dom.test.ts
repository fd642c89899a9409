import { useChannel, useEcho, useEchoEncrypted, useEchoPresence, useEchoPublic } from 'antiphon/vue'
import { describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import { advance, fakeTime } from '../../support/clock'
import { connected, type Rig } from '../../support/rig'
import { run } from './stage'

fakeTime()

const unsubscribes = (rig: Rig) => rig.received('pusher:unsubscribe').map(({ data }) => data.channel)
const ship = async (rig: Rig, order: string, id: number) => {
  rig.server.publish(`private-orders.${order}`, 'App\\Events\\OrderShipped', { id })
  await advance(10)
}

/** A rig, and a callback that keeps the ids it hears of. */
async function listener() {
  const rig = await connected()
  const ids: number[] = []
  return { rig, ids, heard: ({ id }: { id: number }) => ids.push(id) }
}

describe('useEcho', () => {
  it('hears events while its component is mounted, and leaves the channel with it', async () => {
    const { rig, ids, heard } = await listener()
    const page = run(rig, () => useEcho('orders.1', 'OrderShipped', heard))
    await advance(50)
    await ship(rig, '1', 7)
    page.unmount()
    await ship(rig, '1', 8)
    await advance(300)
    expect(ids).toEqual([7])
    expect(unsubscribes(rig)).toEqual(['private-orders.1'])
  })

  it.each([
    ['a string', 'orders.1'],
    ['a ref', ref('orders.1')],
    ['a getter', () => 'orders.1'],
  ])('takes %s for a name', async (_, name) => {
    const { rig, ids, heard } = await listener()
    run(rig, () => useEcho(name, 'OrderShipped', heard))
    await advance(50)
    await ship(rig, '1', 7)
    expect(ids).toEqual([7])
  })

  it('has no channel while the name is null', async () => {
    const { rig, ids, heard } = await listener()
    const name = ref<string | null>(null)
    const { result } = run(rig, () => useEcho(name, 'OrderShipped', heard))
    await advance(50)
    expect([rig.subscribes(), result.status.value]).toEqual([[], undefined])
    expect(() => result.channel()).toThrow(/^useEcho: there is no channel while its name is null/)
    name.value = 'orders.1'
    await advance(50)
    await ship(rig, '1', 7)
    expect([ids, result.status.value]).toEqual([[7], 'joined'])
    name.value = null
    await advance(300)
    await ship(rig, '1', 8)
    expect([ids, result.status.value]).toEqual([[7], undefined])
    expect(() => result.channel()).toThrow(/null/)
    expect(unsubscribes(rig)).toEqual(['private-orders.1'])
  })

  it('follows its name, in order, and asks for none that was not there at the end of a tick', async () => {
    const { rig, ids, heard } = await listener()
    const order = ref(1)
    const { result } = run(rig, () => useEcho(() => `orders.${order.value}`, 'OrderShipped', heard))
    await advance(50)
    for (order.value of [2, 3]);
    await nextTick()
    expect([result.status.value, result.channel()?.name]).toEqual(['joining', 'private-orders.3'])
    order.value = 4
    await advance(300)
    for (const each of ['1', '2', '3', '4']) await ship(rig, each, Number(each))
    expect(ids).toEqual([4])
    expect(rig.subscribes()).toEqual(['private-orders.1', 'private-orders.3', 'private-orders.4'])
    expect(unsubscribes(rig)).toEqual(['private-orders.1', 'private-orders.3'])
  })

  it('does not begin anew where its name is made of other things and is the same', async () => {
    const { rig } = await listener()
    const order = ref({ id: 1 })
    const { result } = run(rig, () => useEcho(() => `orders.${order.value.id}`))
    await advance(50)
    const before = result.channel()
    order.value = { id: 1 }
    await nextTick()
    expect(result.channel()).toBe(before)
  })

  it('shares the subscription of a channel with other components, however many come and go', async () => {
    const { rig, ids, heard } = await listener()
    const first = run(rig, () => useEcho('orders.1', 'OrderShipped', heard))
    const second = run(rig, () => useEcho('orders.1', 'OrderShipped', heard))
    await advance(50)
    first.unmount()
    await advance(300)
    await ship(rig, '1', 7)
    second.unmount()
    run(rig, () => useEcho('orders.1', 'OrderShipped', heard))
    await advance(300)
    await ship(rig, '1', 8)
    expect(ids).toEqual([7, 8])
    expect([rig.subscribes(), unsubscribes(rig)]).toEqual([['private-orders.1'], []])
    expect(rig.auth.requests).toHaveLength(1)
  })

  it('listens to several events, stops and goes on when it is told, twice as well as once', async () => {
    const { rig, ids, heard } = await listener()
    const { result } = run(rig, () => useEcho('orders.1', ['OrderShipped', '.order.lost'], heard))
    await advance(50)
    result.listen()
    await ship(rig, '1', 7)
    rig.server.publish('private-orders.1', 'order.lost', { id: 8 })
    await advance(10)
    const { stopListening, listen } = result
    stopListening()
    stopListening()
    await ship(rig, '1', 9)
    listen()
    listen()
    await ship(rig, '1', 10)
    expect(ids).toEqual([7, 8, 10])
    expect(rig.subscribes()).toEqual(['private-orders.1'])
  })

  it('listens to other events of the channel when they are others, and not anew when they are the same', async () => {
    const { rig, ids, heard } = await listener()
    const events = ref(['OrderShipped'])
    const { result } = run(rig, () => useEcho('orders.1', () => [...events.value], heard))
    await advance(50)
    const { channel } = result
    const before = channel()
    events.value = ['OrderShipped']
    await ship(rig, '1', 7)
    expect(channel()).toBe(before)
    events.value = ['.order.lost']
    await ship(rig, '1', 8)
    rig.server.publish('private-orders.1', 'order.lost', { id: 9 })
    await advance(300)
    expect([ids, result.status.value]).toEqual([[7, 9], 'joined'])
    expect([rig.subscribes(), unsubscribes(rig)]).toEqual([['private-orders.1'], []])
  })

  it('says what became of its channel', async () => {
    const { rig } = await listener()
    rig.auth.next({ status: 403 })
    const { result } = run(rig, () => useEcho('orders.1', 'OrderShipped'))
    expect([result.status.value, result.error.value]).toEqual(['joining', undefined])
    await advance(50)
    expect([result.status.value, result.error.value?.code]).toEqual(['failed', 'auth-refused'])
    result.channel().retry()
    await advance(50)
    expect([result.status.value, result.error.value]).toEqual(['joined', undefined])
  })

  it('goes on where another’s callback throws', async () => {
    const { rig, ids, heard } = await listener()
    const page = run(rig, () => {
      useEcho('orders.1', 'OrderShipped', () => {
        throw new Error('the component’s')
      })
      useEcho('orders.1', 'OrderShipped', heard)
    })
    await advance(50)
    await ship(rig, '1', 7)
    await ship(rig, '1', 8)
    expect(ids).toEqual([7, 8])
    expect(rig.errors).toEqual([new Error('the component’s'), new Error('the component’s')])
    expect(page.errors).toEqual([])
  })

  it('takes dependencies, and needs none', async () => {
    const { rig, ids, heard } = await listener()
    const dependency = ref(1)
    run(rig, () => useEcho('orders.1', 'OrderShipped', heard, [dependency]))
    await advance(50)
    dependency.value = 2
    await advance(300)
    await ship(rig, '1', 7)
    expect([ids, rig.subscribes()]).toEqual([[7], ['private-orders.1']])
  })

  it('has a sibling for each kind of channel', async () => {
    const rig = await connected()
    const heard = vi.fn()
    run(rig, () => {
      useEcho('a', 'Told', heard, [], 'public')
      useEchoPublic('b', 'Told', heard)
      useEchoPresence('c', 'Told', heard)
      useEchoEncrypted('d', 'Told', heard)
    })
    await advance(50)
    const names = ['a', 'b', 'presence-c', 'private-encrypted-d']
    expect(rig.subscribes().sort()).toEqual(names)
    for (const name of names) {
      const sealed = rig.auth.encryption.seal(name, { name })
      rig.server.publish(name, 'App\\Events\\Told', name.includes('encrypted') ? sealed : { name })
    }
    await advance(10)
    expect(heard.mock.calls.map(([told]) => told.name)).toEqual(names)
  })
})

describe('leaving', () => {
  it('by leave() ends what the component holds and the page’s own channels of that name', async () => {
    const { rig, ids, heard } = await listener()
    const { result } = run(rig, () => useEcho('orders.1', 'OrderShipped', heard))
    rig.echo.private('orders.1').listen('OrderShipped', heard)
    rig.echo.channel('orders.1')
    await advance(50)
    result.leave()
    result.leave()
    await advance(300)
    await ship(rig, '1', 7)
    expect(ids).toEqual([])
    expect(new Set(unsubscribes(rig))).toEqual(new Set(['orders.1', 'private-orders.1']))
    expect([result.status.value, result.channel().status.get()]).toEqual(['left', 'left'])
    expect(() => result.channel().listen('OrderShipped', heard)).not.toThrow()
  })

  it('by leaveChannel() ends what the component holds, and nothing that others do', async () => {
    const { rig, ids, heard } = await listener()
    const { result } = run(rig, () => useEcho('orders.1', 'OrderShipped', heard))
    run(rig, () => useEcho('orders.1', 'OrderShipped', heard))
    await advance(50)
    result.leaveChannel()
    await advance(300)
    await ship(rig, '1', 7)
    result.leaveChannel(true)
    await ship(rig, '1', 8)
    expect(ids).toEqual([7, 8])
    expect(unsubscribes(rig)).toEqual([])
  })

  it('lasts until the name is another one', async () => {
    const { rig, ids, heard } = await listener()
    const order = ref(1)
    const { result } = run(rig, () => useEcho(() => `orders.${order.value}`, 'OrderShipped', heard))
    await advance(50)
    result.leaveChannel()
    result.listen()
    await ship(rig, '1', 7)
    order.value = 2
    await advance(50)
    await ship(rig, '2', 8)
    expect(ids).toEqual([8])
  })
})

describe('useChannel', () => {
  it('holds a channel, whose listeners go with the component', async () => {
    const { rig, ids, heard } = await listener()
    const page = run(rig, () => {
      const { channel } = useChannel('orders.1')
      channel().listen('OrderShipped', heard)
    })
    rig.echo.private('orders.1')
    await advance(50)
    await ship(rig, '1', 7)
    page.unmount()
    await ship(rig, '1', 8)
    expect(ids).toEqual([7])
  })
})
