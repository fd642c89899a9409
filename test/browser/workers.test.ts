import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { type RunningServer, serve } from 'antiphon/server'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launch } from './chromium'
import { eventually } from './stage'
import { Visitor } from './visitor'

/** Starts the worker that its address names, and keeps what that says; the same status in a row once. */
const page = `<!doctype html>
<title>A page with a worker</title>
<link rel="icon" href="data:,">
<script>
  window.said = { status: [], joined: [], here: [], event: [], missed: [] }
  const hear = ({ data: [what, value] }) => what === 'status' && said.status.at(-1) === value || said[what].push(value)
  const path = location.search.slice(1)
  if (path === '/service-worker.js') {
    navigator.serviceWorker.onmessage = hear
    navigator.serviceWorker.register(path)
    window.end = async () => (await navigator.serviceWorker.ready).active.postMessage('end')
  } else {
    const worker = new Worker(path, path === '/module-worker.js' ? { type: 'module' } : {})
    worker.onmessage = hear
    window.end = () => worker.postMessage('end')
  }
</script>`

/** What each worker does, with its own ways to get `Echo` and to tell the page. */
const worker = (load: string, send: string) => `
${load}
const tell = async (...said) => ${send}
const echo = new Echo({
  broadcaster: 'reverb',
  key: 'app-key',
  wsPort: location.port,
  forceTLS: false,
  reconnect: { min: 50, max: 500 },
})
echo.connection.subscribe(({ status }) => tell('status', status))
echo.private('orders.1')
  .subscribed(() => tell('joined', 'private-orders.1'))
  .missed(({ reason }) => tell('missed', reason))
  .listen('OrderShipped', (event) => tell('event', event))
echo.join('room').here((users) => tell('here', users))
onmessage = () => echo.disconnect()
`

const scripts = {
  '/worker.js': worker("importScripts('/dist/echo.global.js')", 'postMessage(said)'),
  '/module-worker.js': worker("import Echo from '/dist/index.js'", 'postMessage(said)'),
  '/service-worker.js': worker(
    "importScripts('/dist/echo.global.js')",
    '{ for (const page of await clients.matchAll({ includeUncontrolled: true })) page.postMessage(said) }',
  ),
}

let application: RunningServer
let browser: Browser

/** The authorizations since the test began. */
const asked: IncomingMessage[] = []

beforeAll(async () => {
  application = await serve({ port: 0, like: 'reverb', fallback: (...exchange) => void respond(...exchange) })
  browser = await launch()
})
beforeEach(() => {
  asked.splice(0)
})
afterAll(async () => {
  await browser?.close()
  await application?.close()
})

describe.each(Object.keys(scripts))('in %s', (path) => {
  it('connects by itself, joins with the cookies of the page, hears events, and comes back after a loss', async () => {
    const visitor = await Visitor.arrive(browser)
    await visitor.page.goto(`${application.url}/?${path}`)
    const said = (what: string) => visitor.page.evaluate((what) => (window as any).said[what], what)

    await eventually(() => said('status')).toEqual(['connected'])
    await eventually(() => said('joined')).toEqual(['private-orders.1'])
    await eventually(() => said('here')).toEqual([[{ name: 'Ada' }]])
    for (const { headers } of asked) {
      expect(headers).toMatchObject({ cookie: 'session=ada', 'x-requested-with': 'XMLHttpRequest' })
      expect(headers).not.toHaveProperty('x-xsrf-token')
    }
    expect(asked).toHaveLength(2)

    application.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 1 })
    await eventually(() => said('event')).toEqual([{ id: 1 }])

    application.server.drop()
    await eventually(() => said('missed')).toEqual(['connection-lost'])
    expect(await said('status')).toEqual(['connected', 'reconnecting', 'connected'])
    application.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 2 })
    await eventually(() => said('event')).toEqual([{ id: 1 }, { id: 2 }])

    await visitor.page.evaluate(() => (window as any).end())
    await eventually(() => said('status')).toEqual(['connected', 'reconnecting', 'connected', 'disconnected'])
    await eventually(() => application.server.connections.size).toBe(0)
    expect(visitor.said).toEqual([])
    await visitor.leave()
  })
})

async function respond(...[request, response]: Parameters<RequestListener>) {
  const [type, content] = await answer(request, request.url?.split('?')[0] ?? '')
  const headers = { 'Content-Type': type, 'Set-Cookie': 'session=ada; Path=/; SameSite=Strict' }
  response.writeHead(content ? 200 : 404, headers).end(content)
}

async function answer(request: IncomingMessage, path: string): Promise<readonly [type: string, content: string]> {
  if (path === '/') return ['text/html', page]
  if (path === '/broadcasting/auth') return ['application/json', await authorization(request)]
  if (/^\/dist\/[\w.-]+$/.test(path))
    return ['text/javascript', await readFile(new URL(`../..${path}`, import.meta.url), 'utf8')]
  return ['text/javascript', scripts[path as keyof typeof scripts] ?? '']
}

async function authorization(request: IncomingMessage): Promise<string> {
  asked.push(request)
  const form = new URLSearchParams(await text(request))
  const [socketId, channel] = [form.get('socket_id') ?? '', form.get('channel_name') ?? '']
  const user = channel.startsWith('presence-') ? { user_id: '1', user_info: { name: 'Ada' } } : undefined
  return JSON.stringify(application.server.authorize(socketId, channel, user))
}
