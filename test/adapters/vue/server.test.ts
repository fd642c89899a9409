import { inspect } from 'antiphon'
import { configureEcho, echo, echoPlugin, useConnectionStatus, useEcho } from 'antiphon/vue'
import { describe, expect, it, vi } from 'vitest'
import { createSSRApp, defineComponent, effectScope, h, nextTick, ref } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { advance, fakeTime } from '../../support/clock'
import { connected, Rig } from '../../support/rig'

fakeTime()

const serve = () => configureEcho({ broadcaster: 'reverb', key: 'app-key', wsHost: 'ws.test' })

describe('in Node, where there is no page', () => {
  it('a component is rendered without a connection', async () => {
    serve()
    const app = createSSRApp(
      defineComponent(() => {
        const shown = [useEcho('orders.1').status, useConnectionStatus()]
        return () => h('p', shown.map(({ value }) => value).join())
      }),
    )
    expect(await renderToString(app)).toBe('<p>joining,connecting</p>')
    expect(inspect(echo()).channels).toEqual([])
  })

  it('a store that is made outside of components holds and follows nothing', async () => {
    serve()
    const name = ref('orders.1')
    const scope = effectScope(true)
    const { status } = scope.run(() => useEcho(name))!
    name.value = 'orders.2'
    await nextTick()
    serve()
    await nextTick()
    expect([status.value, inspect(echo()).channels]).toEqual(['joining', []])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a store of an Echo that is told to connect is as alive as in a page', async () => {
    const rig = await connected()
    const heard = vi.fn()
    const app = createSSRApp({}).use(echoPlugin, rig.echo)
    const scope = effectScope()
    const result = app.runWithContext(() => scope.run(() => useEcho('orders.1', 'OrderShipped', heard)))
    await advance(50)
    rig.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 7 })
    await advance(10)
    expect([result?.status.value, heard.mock.calls.length]).toEqual(['joined', 1])
    scope.stop()
    await advance(300)
    expect(inspect(rig.echo).channels).toEqual([])
  })

  it('rendering many pages leaves nothing of them behind', async () => {
    const rig = new Rig({ echo: { autoConnect: false } })
    const Orders = defineComponent(() => {
      const { status } = useEcho('orders.1')
      return () => h('p', status.value)
    })
    const page = () => createSSRApp(Orders).use(echoPlugin, rig.echo)
    for (let i = 0; i < 100; i++) await renderToString(page())
    expect([inspect(rig.echo).channels, vi.getTimerCount()]).toEqual([[], 0])
  })
})
