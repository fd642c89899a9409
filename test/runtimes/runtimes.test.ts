import { createContext, runInContext } from 'node:vm'
import { Echo } from 'antiphon'
import { build } from 'esbuild'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { eventually, Stage } from './stage'

const stage = new Stage()

/** The library as one script that makes `Echo` global. */
let script = ''
beforeAll(async () => {
  const built = await build({
    entryPoints: ['src/script.ts'],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  })
  script = built.outputFiles[0]?.text ?? ''
})

/** What came up that nobody caught. */
const uncaught: unknown[] = []
const echoes: Echo[] = []
afterEach(() => {
  for (const echo of echoes.splice(0)) echo.disconnect()
  expect(uncaught.splice(0)).toEqual([])
})

const timers = { setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask }
const network = { AbortController, AbortSignal, fetch, FormData, Headers, Request, Response, WebSocket }
const web = { ...timers, ...network, Event, EventTarget, TextDecoder, TextEncoder, URL, URLSearchParams }

/** React Native has parts only of `URL` and `URLSearchParams`, and its signals know no reason. */
class PartOfURL {
  get origin(): never {
    throw new Error('URL.origin is not implemented')
  }
}
class PartOfURLSearchParams {
  append() {
    throw new Error('URLSearchParams.append is not implemented')
  }
}

interface Runtime {
  readonly name: string
  readonly connectsByItself: boolean
  /** Its `Echo`; options hold what there is to inject. */
  readonly load: () => { readonly Echo: typeof Echo; readonly options: object }
}

const inContext =
  (globals: object, shape: (context: any) => void = () => {}) =>
  () => {
    const context = createContext({ ...globals, reportError: (error: unknown) => uncaught.push(error) })
    shape(context)
    runInContext(script, context)
    return { Echo: context.Echo as typeof Echo, options: {} }
  }

const runtimes: readonly Runtime[] = [
  { name: 'Node, with the WebSocket of ws', connectsByItself: false, load: () => ({ Echo, options: { WebSocket } }) },
  {
    name: 'a server that renders pages, with nothing but web globals',
    connectsByItself: false,
    load: inContext({ ...web, navigator: { userAgent: 'Deno/2', hardwareConcurrency: 4 } }),
  },
  {
    name: 'a worker of Deno, which has a location, and events of its own',
    connectsByItself: true,
    load: inContext({ ...web, location: new URL('file:///app/worker.js'), navigator: { onLine: true } }, (context) => {
      const events = new EventTarget()
      for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent'] as const)
        context[name] = events[name].bind(events)
      context.self = context
    }),
  },
  {
    name: 'React Native, with a window but no page',
    connectsByItself: true,
    load: inContext(
      { ...web, URL: PartOfURL, URLSearchParams: PartOfURLSearchParams, navigator: { product: 'ReactNative' } },
      (context) => Object.assign(context, { window: context, self: context, global: context }),
    ),
  },
]

describe.each(runtimes)('in $name', ({ load, connectsByItself }) => {
  const start = (more: object = {}) => {
    const { Echo, options } = load()
    const echo = new Echo({ ...stage.options, ...options, ...more })
    echoes.push(echo)
    return echo
  }

  it(`${connectsByItself ? 'connects by itself' : 'does not connect by itself'}`, () => {
    expect(start().connectionStatus()).toBe(connectsByItself ? 'connecting' : 'disconnected')
    expect(start({ autoConnect: !connectsByItself }).connectionStatus()).toBe(
      connectsByItself ? 'disconnected' : 'connecting',
    )
  })

  it('asks for private channels with the token, and with nothing of a page', async () => {
    const echo = start({ autoConnect: true, auth: { params: { 'a b': 'c&d' } } })
    await echo.private('orders.1').ready()
    const [headers] = stage.asked
    expect(headers).toMatchObject({ authorization: 'Bearer token', accept: 'application/json' })
    for (const name of ['x-csrf-token', 'x-xsrf-token', 'x-requested-with']) expect(headers).not.toHaveProperty(name)
  })

  it('hears events, knows who is there, and whispers', async () => {
    const echo = start({ autoConnect: true })
    const heard: unknown[] = []
    echo.private('orders.1').listen('OrderShipped', (event) => heard.push(event))
    const room = echo.join('room')
    room.listenForWhisper('typing', (whisper) => heard.push(whisper))
    const other = start({ autoConnect: true }).join('room')
    await Promise.all([echo.private('orders.1').ready(), room.ready(), other.ready()])
    expect(room.presence.get().members).toMatchObject([{ id: '1', info: { name: 'Ada' } }])
    stage.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 1 })
    await eventually(() => expect(heard).toEqual([{ id: 1 }]))
    other.whisper('typing', { name: 'Ada' })
    await eventually(() => expect(heard).toEqual([{ id: 1 }, { name: 'Ada' }]))
  })

  it('comes back after the connection is lost, and knows that something may be missed', async () => {
    const echo = start({ autoConnect: true })
    const channel = echo.private('orders.1')
    await channel.ready()
    const gaps: unknown[] = []
    channel.missed((gap) => gaps.push(gap))
    const before = echo.socketId()
    stage.server.drop()
    await eventually(() => expect(gaps).toMatchObject([{ reason: 'connection-lost' }]))
    expect(echo.socketId()).not.toBe(before)
  })

  it('disconnects, and connects again', async () => {
    const echo = start({ autoConnect: true })
    const channel = echo.private('orders.1')
    await channel.ready()
    echo.disconnect()
    expect([echo.connectionStatus(), echo.socketId()]).toEqual(['disconnected', undefined])
    echo.connect()
    await channel.ready()
    expect(echo.connectionStatus()).toBe('connected')
  })
})
