import { catchUp } from 'antiphon'
import { echo, useChannel, useEcho, useWhisper } from 'antiphon/vue'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { effectScope, nextTick, ref, watch, watchEffect } from 'vue'
import { advance, fakeTime } from '../../support/clock'
import { connected, Rig } from '../../support/rig'
import { RawClient } from '../../testing/raw-client'
import { configure, run } from './stage'

fakeTime()

const publish = async (rig: Rig, order: number, event: string) => {
  rig.server.publish(`private-orders.${order}`, event, { event })
  await advance(10)
}

/** An outage, and the time in which what was missed is loaded. */
const outage = async (rig: Rig) => {
  rig.server.drop()
  await advance(30_000)
}

describe('other events of the same channel', () => {
  /** A component that listens to what `events` says, and what it heard. */
  async function listener(first: string[] = ['.order.lost']) {
    const rig = await connected()
    const events = ref(first)
    const heard: string[] = []
    const { result } = run(rig, () => useEcho('orders.1', events, ({ event }: { event: string }) => heard.push(event)))
    await advance(50)
    return { rig, events, heard, result }
  }

  it('leave its status, its error and what else is registered there as they are', async () => {
    const { rig, events, result } = await listener()
    const mine = vi.fn()
    const load = vi.fn()
    result.channel().listen('.mine', mine)
    catchUp(result.channel(), load, { initial: true })
    result.channel().whisper('typing', { text: 'x'.repeat(20_000) })
    const said: unknown[] = []
    watch(result.status, (status) => said.push(status), { flush: 'sync' })
    const before = [result.channel(), result.error.value?.code]
    events.value = ['.order.found']
    await advance(300)
    expect([result.channel(), result.error.value?.code]).toEqual(before)
    expect([before[1], said, load.mock.calls.length]).toEqual(['whisper-dropped', [], 1])
    await publish(rig, 1, 'mine')
    expect(mine).toHaveBeenCalledTimes(1)
    await outage(rig)
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('take nothing of what waits while it catches up, but for those that are gone', async () => {
    const { rig, events, heard, result } = await listener(['.a', '.b'])
    let loaded = () => {}
    const load = () =>
      new Promise<void>((resolve) => {
        loaded = resolve
      })
    catchUp(result.channel(), load, { initial: true })
    await advance(10)
    for (const event of ['a', 'b']) await publish(rig, 1, event)
    events.value = ['.a', '.c']
    await nextTick()
    for (const event of ['a', 'b', 'c']) await publish(rig, 1, event)
    loaded()
    await advance(10)
    expect(heard).toEqual(['a', 'a', 'c'])
  })

  it('do not join again what was left', async () => {
    const { rig, events, result } = await listener()
    result.leaveChannel()
    events.value = ['.order.found']
    await advance(300)
    expect(result.status.value).toBe('left')
    expect(rig.server.channels()).toEqual([])
  })

  it('are told from one whose name has a comma, and heard where a list is changed in place', async () => {
    const { rig, events, heard } = await listener(['.a,.b'])
    events.value = ['.a', '.b']
    await nextTick()
    for (const event of ['a', 'b', 'a,.b']) await publish(rig, 1, event)
    events.value.push('.c')
    await nextTick()
    await publish(rig, 1, 'c')
    expect(heard).toEqual(['a', 'b', 'c'])
  })

  it('of whispers: nothing is shown that was whispered under another', async () => {
    const rig = await connected()
    const other = new RawClient(rig.server).subscribe('presence-room', { user_id: '7', user_info: {} })
    const event = ref('cursor')
    const { result } = run(rig, () => useWhisper('room', event))
    await advance(50)
    event.value = 'typing'
    await nextTick()
    other.whisper('presence-room', { name: 'Grace' })
    await advance(10)
    expect(result.latest.value).toEqual({ name: 'Grace' })
    event.value = 'cursor'
    await nextTick()
    expect([result.latest.value, result.from.value, result.status.value]).toEqual([undefined, undefined, 'joined'])
  })
})

describe('an effect that asks for the channel', () => {
  it('catches up with each that the name leads to, and once', async () => {
    const rig = await connected()
    const order = ref({ id: 1 })
    const loads: string[] = []
    run(rig, () => {
      const { channel } = useEcho(() => `orders.${order.value.id}`, 'OrderShipped')
      watchEffect((clean) => {
        const { name } = channel()
        clean(catchUp(channel(), () => loads.push(name), { initial: true }))
      })
    })
    await advance(300)
    await outage(rig)
    expect(loads).toEqual(['private-orders.1', 'private-orders.1'])
    order.value = { id: 2 }
    await advance(300)
    await outage(rig)
    expect(loads.slice(2)).toEqual(['private-orders.2', 'private-orders.2'])
  })

  it('catches up on the instance that is configured later', async () => {
    const before = new Rig({ echo: { autoConnect: false } })
    configure(before)
    onTestFinished(() => echo().disconnect())
    const load = vi.fn()
    run(undefined, () => {
      const { channel } = useEcho('orders.1')
      watchEffect((clean) => clean(catchUp(channel(), load, { initial: true })))
    })
    await advance(300)
    const after = new Rig({ echo: { autoConnect: false } })
    configure(after)
    await advance(300)
    expect(load).toHaveBeenCalledTimes(2)
    await outage(after)
    expect(load).toHaveBeenCalledTimes(3)
  })

  it.each(['pre', 'sync'] as const)('runs for nothing else: %s', async (flush) => {
    const rig = await connected()
    const order = ref({ id: 1 })
    const events = ref(['OrderShipped'])
    const names: string[] = []
    const { result } = run(rig, () => {
      const held = useEcho(() => `orders.${order.value.id}`, events)
      watchEffect(() => names.push(held.channel().name), { flush })
      return held
    })
    await advance(50)
    order.value = { id: 1 }
    events.value = ['OrderLost']
    await nextTick()
    await outage(rig)
    result.leaveChannel()
    await advance(300)
    expect(names).toEqual(['private-orders.1'])
    order.value = { id: 2 }
    await nextTick()
    // It was asked first, and has renewed what it holds: even then it follows no more than the channel.
    order.value = { id: 3 }
    expect(result.channel().name).toBe('private-orders.3')
    events.value = ['OrderShipped']
    await advance(50)
    expect(names).toEqual(['private-orders.1', 'private-orders.2', 'private-orders.3'])
  })

  it('follows no more than the channel even where it is the one that renews it', async () => {
    const rig = await connected()
    const order = ref({ id: 1 })
    const events = ref(['OrderShipped'])
    const again = ref(0)
    const names: string[] = []
    run(rig, () => {
      const { channel } = useEcho(() => `orders.${order.value.id}`, events)
      watchEffect(() => names.push(`${again.value} ${channel().name}`), { flush: 'sync' })
    })
    order.value = { id: 2 }
    again.value = 1
    await nextTick()
    events.value = ['OrderLost']
    order.value = { id: 2 }
    await advance(50)
    expect(names).toEqual(['0 private-orders.1', '1 private-orders.2'])
    expect(rig.subscribes()).toEqual(['private-orders.1', 'private-orders.2'])
  })
})

describe('a name that has just become another one', () => {
  it('is where is whispered at once', async () => {
    const rig = await connected()
    const room = ref<string | null>('a')
    const { result } = run(rig, () => useWhisper(room, 'typing'))
    await advance(50)
    room.value = 'b'
    result.send({ text: 'for b' })
    await advance(300)
    room.value = null
    expect(() => result.send({ text: 'for nobody' })).not.toThrow()
    await advance(300)
    room.value = 'c'
    result.send({ text: 'for c' })
    await advance(300)
    expect(rig.received('client-typing').map(({ channel, data }) => [channel, data.text])).toEqual([
      ['presence-b', 'for b'],
      ['presence-c', 'for c'],
    ])
    expect(rig.subscribes()).toEqual(['presence-a', 'presence-b', 'presence-c'])
  })

  it('is the channel’s at once, joined once, and no more where it is the one before again', async () => {
    const rig = await connected()
    const order = ref<any>(1)
    const { result } = run(rig, () => useChannel(() => order.value && `orders.${order.value}`))
    await advance(50)
    order.value = 2
    expect(result.channel().name).toBe('private-orders.2')
    order.value = 1
    await nextTick()
    expect([result.channel().name, result.status.value]).toEqual(['private-orders.1', 'joined'])
    order.value = null
    expect(() => result.channel()).toThrow(/^useChannel: there is no channel while its name is null/)
    expect(result.status.value).toBeUndefined()
  })

  it('is joined again where it was none for a moment, in which somebody asked', async () => {
    const rig = await connected()
    const name = ref<any>('orders.1')
    const { result } = run(rig, () => useChannel(name))
    await advance(50)
    name.value = undefined
    expect(() => result.channel()).toThrow(/^useChannel: a channel is a string/)
    name.value = 'orders.1'
    await advance(300)
    expect([result.status.value, result.channel().status.get()]).toEqual(['joined', 'joined'])
  })

  it('is not joined by what is over', async () => {
    const rig = await connected()
    const order = ref(1)
    const scope = effectScope()
    const page = run(rig, () => scope.run(() => useChannel(() => `orders.${order.value}`)))
    await advance(50)
    scope.stop()
    order.value = 2
    expect(page.result?.channel().status.get()).toBe('left')
    await advance(300)
    expect(rig.server.channels()).toEqual([])
  })
})
