import { inspect } from 'antiphon'
import { echoPlugin, useEcho, usePresence } from 'antiphon/vue'
import { createPinia, defineStore } from 'pinia'
import { describe, expect, it } from 'vitest'
import { createApp, createSSRApp, defineComponent, h, ref } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { advance, fakeTime } from '../../support/clock'
import { connected, Rig } from '../../support/rig'
import { mount, mountIn } from './stage'

fakeTime()

const useOrders = defineStore('orders', () => {
  const shipped = ref<number[]>([])
  const { status } = useEcho('orders.1', 'OrderShipped', ({ id }: { id: number }) => shipped.value.push(id))
  return { ...usePresence('room'), shipped, status }
})

const Orders = defineComponent(() => {
  const orders = useOrders()
  return () => h('p', `${orders.status}: ${orders.shipped.join()}`)
})

/** A page whose two parts use the store, and of which one is shown. */
function twoParts() {
  const shown = ref('first')
  const component = defineComponent(() => () => h(Orders, { key: shown.value }))
  return { shown, component }
}

describe('a Pinia store', () => {
  it('hears for as long as it lives, whichever component began it', async () => {
    const rig = await connected()
    const pinia = createPinia()
    const { shown, component } = twoParts()
    const page = mount(component, rig, createApp(component).use(pinia))
    await advance(50)
    shown.value = 'second'
    await advance(300)
    rig.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 7 })
    await advance(10)
    expect(page.text()).toBe('joined: 7')
    expect(rig.subscribes().sort()).toEqual(['presence-room', 'private-orders.1'])
    useOrders(pinia).$dispose()
    await advance(300)
    expect(inspect(rig.echo).channels).toEqual([])
  })

  it('may be begun outside of components', async () => {
    const rig = await connected()
    const pinia = createPinia()
    createApp(Orders).use(echoPlugin, rig.echo).use(pinia)
    const orders = useOrders(pinia)
    await advance(50)
    expect([orders.status, orders.count]).toEqual(['joined', 1])
    orders.$dispose()
  })

  it('has what is shown as getters, so that nothing of it is sent with a rendered page', async () => {
    const rig = new Rig({ echo: { autoConnect: false } })
    const pinia = createPinia()
    const html = await renderToString(createSSRApp(Orders).use(pinia).use(echoPlugin, rig.echo))
    expect([html, pinia.state.value]).toEqual(['<p>joining: </p>', { orders: { shipped: [] } }])
    expect(inspect(rig.echo).channels).toEqual([])
  })

  it('goes on in a page that is hydrated when the component is gone that began it', async () => {
    const { shown, component } = twoParts()
    const server = new Rig({ echo: { autoConnect: false } })
    const served = document.createElement('main')
    served.innerHTML = await renderToString(createSSRApp(component).use(createPinia()).use(echoPlugin, server.echo))
    const rig = await connected()
    const page = mountIn(served, createSSRApp(component).use(createPinia()), rig)
    expect([page.text(), page.warnings]).toEqual(['joining: ', []])
    shown.value = 'second'
    await advance(50)
    expect(page.text()).toBe('joined: ')
    rig.auth.reply = ({ channel }) => (channel === 'private-orders.1' ? { status: 403 } : 'grant')
    await rig.reconnect()
    expect(page.text()).toBe('failed: ')
  })
})
