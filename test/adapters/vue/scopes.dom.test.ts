import { echo, useConnectionStatus, useEcho, usePresence } from 'antiphon/vue'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  createApp,
  defineComponent,
  effectScope,
  h,
  KeepAlive,
  nextTick,
  onMounted,
  reactive,
  ref,
  shallowRef,
} from 'vue'
import { advance, fakeTime } from '../../support/clock'
import { connected, Rig } from '../../support/rig'
import { configure, mount, run } from './stage'

fakeTime()

const publish = async (rig: Rig, order: number) => {
  rig.server.publish(`private-orders.${order}`, 'App\\Events\\OrderShipped', { id: order })
  await advance(10)
}

/** A server whose application is configured, and connected once somebody asks for its Echo. */
function configured(): Rig {
  const rig = new Rig({ echo: { autoConnect: false } })
  configure(rig)
  onTestFinished(() => echo().disconnect())
  return rig
}

describe('an effect scope outside of components', () => {
  it('holds a channel of the default instance until it is stopped', async () => {
    const rig = configured()
    const heard = vi.fn()
    const scope = effectScope()
    const order = ref(1)
    const { status } = scope.run(() => useEcho(() => `orders.${order.value}`, 'OrderShipped', heard))!
    await advance(50)
    expect(status.value).toBe('joined')
    order.value = 2
    await advance(50)
    await publish(rig, 1)
    await publish(rig, 2)
    scope.stop()
    await publish(rig, 2)
    expect(heard.mock.calls).toEqual([[{ id: 2 }, expect.anything()]])
    await advance(300)
    expect(rig.server.channels().map(({ name }) => name)).toEqual([])
  })

  // Vue 3.3 stops computed values with their scope: they stay what they were.
  it.skipIf(process.env.VUE === '3.3')('shows that its channel is left once it is stopped', async () => {
    configured()
    const scope = effectScope()
    const { status } = scope.run(() => useEcho('orders.1'))!
    await advance(50)
    expect(status.value).toBe('joined')
    scope.stop()
    expect(status.value).toBe('left')
  })

  it('finds an app’s Echo where the app lends its context', async () => {
    const rig = await connected()
    const app = createApp({ render: () => h('p') })
    mount({}, rig, app)
    const scope = effectScope()
    const status = app.runWithContext(() => scope.run(() => useConnectionStatus()))
    expect(status?.value).toBe('connected')
    scope.stop()
  })

  it('inside a component ends when it says, not when the component does', async () => {
    const rig = await connected()
    const heard = vi.fn()
    const scope = effectScope(true)
    const page = run(rig, () => scope.run(() => useEcho('orders.1', 'OrderShipped', heard)))
    await advance(50)
    page.unmount()
    await publish(rig, 1)
    scope.stop()
    await publish(rig, 1)
    expect(heard).toHaveBeenCalledTimes(1)
  })
})

describe('a component that is mounted', () => {
  it('may still begin to hear', async () => {
    const rig = await connected()
    const { result } = run(rig, () => {
      const order = shallowRef<ReturnType<typeof useEcho>>()
      onMounted(() => (order.value = useEcho('orders.1')))
      return order
    })
    await advance(50)
    expect(result.value?.status.value).toBe('joined')
  })
})

describe('the default instance', () => {
  it('when it is configured again leaves no composable behind', async () => {
    const before = configured()
    const heard = vi.fn()
    const { result } = run(undefined, () => ({
      status: useConnectionStatus(),
      order: useEcho('orders.1', 'OrderShipped', heard),
      room: usePresence('room'),
    }))
    await advance(50)
    const { status, order, room } = result
    const old = echo()
    const after = configured()
    await nextTick()
    expect([old.connectionStatus(), status.value, order.status.value]).toEqual([
      'disconnected',
      'connecting',
      'joining',
    ])
    await advance(300)
    expect([status.value, order.status.value, room.count.value]).toEqual(['connected', 'joined', 1])
    await publish(after, 1)
    await publish(before, 1)
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('yields to the one that the app was given', async () => {
    configured()
    const rig = await connected()
    const { result } = run(rig, () => useEcho('orders.1'))
    expect(result.status.value).toBe('joining')
    await advance(50)
    expect(rig.subscribes()).toEqual(['private-orders.1'])
  })
})

describe('KeepAlive', () => {
  it('lets a component hear while it is put away, as its watchers do', async () => {
    const rig = await connected()
    const shown = ref(true)
    const order = ref(1)
    const ids = ref<number[]>([])
    const Orders = defineComponent(() => {
      const { status } = useEcho(
        () => `orders.${order.value}`,
        'OrderShipped',
        ({ id }: { id: number }) => ids.value.push(id),
      )
      return () => h('p', `${status.value}: ${ids.value.join()}`)
    })
    const page = mount(
      defineComponent(() => () => h(KeepAlive, () => (shown.value ? h(Orders) : h('i', 'away')))),
      rig,
    )
    await advance(50)
    shown.value = false
    await advance(300)
    await publish(rig, 1)
    order.value = 2
    await advance(300)
    await publish(rig, 2)
    expect([page.text(), ids.value]).toEqual(['away', [1, 2]])
    shown.value = true
    await nextTick()
    expect(page.text()).toBe('joined: 1,2')
    expect(rig.subscribes()).toEqual(['private-orders.1', 'private-orders.2'])
    page.unmount()
    await advance(300)
    expect(rig.server.channels().map(({ name }) => name)).toEqual([])
  })
})

describe('reactive()', () => {
  it('leaves an Echo and its channels as they are', async () => {
    const rig = await connected()
    const heard = vi.fn()
    const state = reactive({
      echo: rig.echo,
      channel: rig.echo.private('orders.1'),
      lease: rig.echo.lease('presence', 'a'),
    })
    expect([state.echo, state.channel, state.lease.channel]).toEqual([
      rig.echo,
      rig.echo.private('orders.1'),
      expect.anything(),
    ])
    state.channel.listen('OrderShipped', heard)
    state.lease.channel.here(heard)
    await advance(50)
    await publish(rig, 1)
    expect([state.echo.socketId(), state.channel.status.get()]).toEqual([rig.echo.socketId(), 'joined'])
    expect(heard).toHaveBeenCalledTimes(2)
    state.lease.release()
    state.echo.leave('orders.1')
    expect(state.channel.status.get()).toBe('left')
  })

  it('may hold what a composable returns', async () => {
    const rig = await connected()
    const { result } = run(rig, () => reactive({ ...useEcho('orders.1') }))
    await advance(50)
    expect([result.status, result.channel().name]).toEqual(['joined', 'private-orders.1'])
  })
})
