import { inspect } from 'antiphon'
import {
  echo,
  echoPlugin,
  useChannel,
  useConnection,
  useConnectionStatus,
  useEcho,
  usePresence,
  useSocketId,
  useWhisper,
} from 'antiphon/vue'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import * as vue from 'vue'
import { createSSRApp, defineComponent, effectScope, h, ref, Suspense } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { advance, fakeTime } from '../../support/clock'
import { connected, Rig } from '../../support/rig'
import { configure, mountIn } from './stage'

fakeTime()

const heard = vi.fn()

/** Shows all that composables know. */
const Page = defineComponent(() => {
  const { status, error } = useEcho('orders.1', 'OrderShipped', heard)
  const { members, count, status: room } = usePresence('room')
  const { latest } = useWhisper('room', 'typing')
  const connection = useConnection()
  const values = [status, error, members, count, room, latest, useConnectionStatus(), useSocketId()]
  return () => h('p', JSON.stringify([...values.map((each) => each.value ?? null), connection.value.status]))
})

const rendered = JSON.stringify(['joining', null, [], 0, 'joining', null, 'connecting', null, 'connecting'])

/** What a server makes of an app whose Echo is this rig's, in a page. */
async function servedBy(rig: Rig, component = Page): Promise<HTMLElement> {
  const page = document.createElement('main')
  page.innerHTML = await renderToString(createSSRApp(component).use(echoPlugin, rig.echo))
  return page
}

describe('on a server', () => {
  it('nothing is connected, asked for or kept', async () => {
    const rig = new Rig({ echo: { autoConnect: false } })
    const page = await servedBy(rig)
    await advance(5_000)
    expect(page.textContent).toBe(rendered)
    expect([rig.sockets, rig.auth.requests, inspect(rig.echo).channels]).toEqual([[], [], []])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('nothing is joined even by an Echo that is connected, and what is rendered is the same', async () => {
    const rig = await connected()
    const page = await servedBy(rig)
    await advance(5_000)
    expect(page.textContent).toBe(rendered)
    expect([rig.subscribes(), inspect(rig.echo).channels]).toEqual([[], []])
  })

  it('the default instance serves as well, and is not followed', async () => {
    const rig = new Rig({ echo: { autoConnect: false } })
    configure(rig)
    onTestFinished(() => echo().disconnect())
    const html = await renderToString(createSSRApp(Page))
    expect(html).toBe(`<p>${rendered.replaceAll('"', '&quot;')}</p>`)
    expect(inspect(echo()).channels).toEqual([])
    const before = echo()
    configure(rig)
    await advance(300)
    expect(inspect(before).channels).toEqual([])
    expect(inspect(echo()).channels).toEqual([])
  })

  it('a channel is one that does nothing, and is left at once', async () => {
    const rig = new Rig({ echo: { autoConnect: false } })
    const Late = defineComponent(() => {
      const { channel, leave, leaveChannel } = useChannel('orders.1')
      const { send, listen, stopListening } = { ...useEcho('orders.1'), ...useWhisper('room', 'typing') }
      const name = channel().listen('OrderShipped', heard).name
      send({})
      for (const each of [listen, stopListening, leaveChannel, leave]) each()
      return () => h('p', name)
    })
    expect((await servedBy(rig, Late)).textContent).toBe('private-orders.1')
    await advance(5_000)
    expect([inspect(rig.echo).channels, vi.getTimerCount(), rig.trace]).toEqual([[], 0, []])
  })
})

describe('hydration', () => {
  it('begins with what the server rendered, and goes on from there', async () => {
    const served = await servedBy(new Rig({ echo: { autoConnect: false } }))
    const rig = await connected()
    rig.echo.private('orders.1')
    rig.echo.join('room')
    await advance(50)
    const page = mountIn(served, createSSRApp(Page), rig)
    expect([page.warnings, page.errors]).toEqual([[], []])
    await advance(50)
    expect(JSON.parse(page.text())).toEqual([
      'joined',
      null,
      [{ id: '1', info: { name: 'Ada' } }],
      1,
      'joined',
      null,
      'connected',
      rig.echo.socketId(),
      'connected',
    ])
    page.unmount()
    expect(inspect(rig.echo).channels.map(({ name, listeners }) => [name, listeners])).toEqual([
      ['private-orders.1', {}],
      ['presence-room', {}],
    ])
  })

  it('misses no event of a channel that is joined already', async () => {
    heard.mockClear()
    const served = await servedBy(new Rig({ echo: { autoConnect: false } }))
    const rig = await connected()
    rig.echo.private('orders.1')
    await advance(50)
    mountIn(served, createSSRApp(Page), rig)
    rig.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 7 })
    await advance(50)
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('waits for a component that is hydrated late', async () => {
    const Late = defineComponent({
      async setup() {
        const status = useConnectionStatus()
        const { channel } = useChannel('orders.1')
        await new Promise((resolve) => setTimeout(resolve, 100))
        return () => h('i', `${status.value} ${channel().name}`)
      },
    })
    const App = defineComponent(() => () => h(Suspense, () => h(Late)))
    const serving = servedBy(new Rig({ echo: { autoConnect: false } }), App)
    await advance(200)
    const served = await serving
    const rig = await connected()
    const page = mountIn(served, createSSRApp(App), rig)
    expect(page.text()).toBe('connecting private-orders.1')
    await advance(200)
    expect([page.text(), page.warnings, page.errors]).toEqual(['connected private-orders.1', [], []])
    expect(rig.subscribes()).toEqual(['private-orders.1'])
  })

  it.each([
    ['before', 0],
    ['after', 200],
  ])('shows what a store knows though the component that began it was put away %s', async (_, late) => {
    let store: ReturnType<typeof useConnectionStatus> | undefined
    const shown = ref(true)
    const Late = defineComponent({
      async setup() {
        // As the compiler writes an `await` of <script setup>.
        const [wait, restore] = (vue as any).withAsyncContext(() => new Promise((resolve) => setTimeout(resolve, late)))
        if (late) await wait
        restore()
        store = effectScope(true).run(() => useConnectionStatus())
        await new Promise((resolve) => setTimeout(resolve, 100))
        return () => h('i')
      },
    })
    const App = defineComponent(() => () => (shown.value ? h(Suspense, () => h(Late)) : h('b', store?.value)))
    const serving = servedBy(new Rig({ echo: { autoConnect: false } }), App)
    await advance(500)
    const served = await serving
    const rig = await connected()
    const page = mountIn(served, createSSRApp(App), rig)
    if (!late) expect(store?.value).toBe('connecting')
    shown.value = false
    await advance(500)
    expect([store?.value, page.errors]).toEqual(['connected', []])
    if (!late) expect(page.text()).toBe('connected')
  })
})
