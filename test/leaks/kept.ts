import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Channel, Echo } from 'antiphon'
import { FakeSocket, frameText } from '../bench/fake-socket'

// What is kept of an Echo that was disconnected, of a channel that was left and of a lease that was released, as JSON.

const collect = (globalThis as unknown as { gc: () => void }).gc
const heard = () => undefined
// Fifty at a time listen to the same page and signal.
setMaxListeners(0)

/** The listeners of the page. Not Node's `EventTarget`, which keeps some that a signal has removed. */
const listeners = new Set<object>()
const target = {
  addEventListener(type: string, listener: unknown, { signal }: AddEventListenerOptions = {}) {
    const added = { type, listener }
    listeners.add(added)
    signal?.addEventListener('abort', () => listeners.delete(added), { once: true })
  },
}
const interceptors = new Set<unknown>()
Object.assign(globalThis, {
  ...target,
  document: { ...target, baseURI: 'http://app.test/', querySelector: () => null, cookie: '' },
  axios: {
    interceptors: {
      request: {
        use: (interceptor: unknown) => (interceptors.add(interceptor), interceptor),
        eject: (interceptor: unknown) => interceptors.delete(interceptor),
      },
    },
  },
})

/** Sockets that are open. */
const open = new Set<object>()
class Socket extends FakeSocket {
  constructor() {
    super()
    open.add(this)
  }

  override send(text: string): void {
    super.send(text)
    const channel = this.asked.pop()
    const presence = { ids: ['1'], hash: { 1: {} }, count: 1 }
    if (channel) setTimeout(() => this.hear(frameText('pusher_internal:subscription_succeeded', { presence }, channel)))
  }

  override close(): void {
    open.delete(this)
  }
}

const start = () =>
  new Echo({
    broadcaster: 'reverb',
    key: 'app-key',
    wsHost: 'ws.test',
    forceTLS: false,
    autoConnect: true,
    linger: 0,
    authEndpoint: 'http://app.test/broadcasting/auth',
    fetch: async () => new Response('{"auth":"app-key:signature","channel_data":"{\\"user_id\\":\\"1\\"}"}'),
    WebSocket: Socket as never,
  })

async function heap(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    await sleep(5)
    collect()
  }
  return process.memoryUsage().heapUsed
}

/** Bytes of heap that are kept of each, once `warm` of them were. */
async function keptOf(each: (index: number) => Promise<void>, count: number, warm = 800): Promise<number> {
  const work = async (from: number, to: number) => {
    for (let i = from; i < to; i += 50) await Promise.all(Array.from({ length: 50 }, (_, more) => each(i + more)))
    return heap()
  }
  const before = await work(0, warm)
  return ((await work(warm, warm + count)) - before) / count
}

async function useOne(): Promise<[echo: WeakRef<object>, channel: WeakRef<object>]> {
  const echo = start()
  const channels: Channel[] = [echo.channel('news'), echo.private('orders'), echo.join('room').here(heard)]
  for (const channel of channels) channel.listen('Event', heard).missed(heard).error(heard)
  echo.connection.subscribe(heard)
  await Promise.all(channels.map((channel) => channel.ready()))
  channels[1]?.whisper('typing', {})
  const lease = echo.lease('private', 'orders')
  lease.channel.status.subscribe(heard)
  echo.leave('orders')
  echo.disconnect()
  return [new WeakRef(echo), new WeakRef(channels[0]!)]
}

/** The application's own: it outlives every channel. */
const { signal } = new AbortController()

async function mount(echo: Echo, name: string, left: WeakRef<object>[] = []): Promise<void> {
  const lease = echo.lease('presence', name)
  const channel = echo.private(name)
  const component = { render: heard }
  for (const each of [lease.channel, channel] as Channel[]) {
    each.listen('Event', () => component.render(), { signal }).listenToAll(heard)
    each.status.subscribe(() => component.render())
  }
  lease.channel.presence.subscribe(heard)
  await Promise.all([lease.channel.ready(signal), channel.ready(signal)])
  channel.whisper('typing', {}, { throttle: 100 })
  lease.release()
  echo.leave(name)
  left.push(new WeakRef(component), new WeakRef(channel), new WeakRef(lease.channel))
}

async function alive(references: readonly WeakRef<object>[]): Promise<number> {
  await heap()
  return references.filter((reference) => reference.deref()).length
}

async function main(): Promise<void> {
  const instance = await keptOf(async () => void (await useOne()), 1_500)
  const echoes = (await Promise.all(Array.from({ length: 20 }, useOne))).flat()
  const nothing = {
    'objects of Echos': await alive(echoes),
    timers: process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length,
    listeners: listeners.size,
    interceptors: interceptors.size,
    sockets: open.size,
  }
  const echo = start()
  const left: WeakRef<object>[] = []
  await Promise.all(Array.from({ length: 20 }, (_, index) => mount(echo, `first.${index}`, left)))
  const ofChannels = await alive(left)
  const channel = await keptOf((index) => mount(echo, `orders.${index}`), 3_000)
  echo.disconnect()
  process.stdout.write(
    JSON.stringify({ instance, channel, nothing: { ...nothing, 'objects of channels': ofChannels } }),
  )
}

void main()
