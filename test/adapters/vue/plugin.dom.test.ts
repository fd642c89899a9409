import { useEcho, usePresence, useSocketId } from 'antiphon/vue'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, type Ref } from 'vue'
import { advance, fakeTime } from '../../support/clock'
import { connected } from '../../support/rig'
import { mount, run } from './stage'

fakeTime()

describe('the plugin', () => {
  it('gives components of the options API their Echo', async () => {
    const rig = await connected()
    const Orders = defineComponent({
      data: () => ({ ids: [] as number[] }),
      created() {
        this.$echo.private('orders.1').listen('OrderShipped', this.add)
      },
      unmounted() {
        this.$echo.leave('orders.1')
      },
      methods: {
        add({ id }: { id: number }) {
          this.ids.push(id)
        },
      },
      render() {
        return h('p', this.ids.join())
      },
    })
    const page = mount(Orders, rig)
    await advance(50)
    rig.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 7 })
    await advance(10)
    expect(page.text()).toBe('7')
    page.unmount()
    await advance(300)
    expect(rig.received('pusher:unsubscribe')).toHaveLength(1)
  })

  it('gives each app its own', async () => {
    const [ada, bea] = [await connected(), await connected()]
    const ids = [ada, bea].map((rig) => run(rig, () => useSocketId()).result.value)
    expect(ids).toEqual([ada.echo.socketId(), bea.echo.socketId()])
  })
})

describe('what a composable returns', () => {
  it('may be spread into what setup() returns', async () => {
    const rig = await connected()
    const Room = defineComponent({
      setup: () => ({ ...usePresence('room') }),
      render() {
        return h('p', `${this.status}: ${this.members.map(({ info }) => info.name).join()}`)
      },
    })
    const page = mount(Room, rig)
    expect(page.text()).toBe('joining: ')
    await advance(50)
    expect(page.text()).toBe('joined: Ada')
  })

  it('shows in every component that uses it, and cannot be written', async () => {
    const rig = await connected()
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { status } = run(rig, () => useEcho('orders.1')).result
    ;(status as Ref<unknown>).value = 'joined'
    await nextTick()
    expect(status.value).toBe('joining')
    expect(warned).toHaveBeenCalledTimes(1)
  })
})
