import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type RunningServer, serve } from 'antiphon/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, Stage } from './stage'
import type { Visitor } from './visitor'

const stage = new Stage()
const at = (path: string) => readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)))

const scripts: Record<string, string> = {
  echo: 'dist/echo.global.js',
  antiphon: 'dist/alpine.global.js',
  alpine: 'node_modules/alpinejs/dist/cdn.min.js',
  csp: 'node_modules/@alpinejs/csp/dist/cdn.min.js',
}

describe('a page of script tags with Alpine', () => {
  let running: RunningServer

  beforeAll(async () => {
    running = await serve({ port: 0, like: 'reverb', fallback: (...exchange) => void respond(...exchange) })
  })
  afterAll(() => running.close())

  it.each([
    ['the plugin before Alpine', ['antiphon', 'alpine'], ''],
    ['the plugin after Alpine', ['alpine', 'antiphon'], ''],
    ['the CSP build, under a policy that allows nothing unsafe', ['antiphon', 'csp'], 'strict'],
    ['the CSP build before the plugin', ['csp', 'antiphon'], 'strict'],
  ])('works with %s: who is here, what is said, and whoever goes is gone', async (_, order, policy) => {
    const [ada, grace] = [await open(order, policy, 'Ada'), await open(order, policy, 'Grace')]
    for (const visitor of [ada, grace]) await eventually(() => read(visitor, '#names')).toBe('Ada, Grace')
    running.server.publish('presence-chat', 'App\\Events\\MessageSent', { text: 'hello' })
    for (const visitor of [ada, grace]) await eventually(() => read(visitor, '#messages')).toBe('hello')
    await ada.page.getByRole('button', { name: 'Close' }).click()
    await eventually(() => read(grace, '#names')).toBe('Grace')
    await Promise.all([ada.leave(), grace.leave()])
    await eventually(() => running.server.channels()).toEqual([])
  })

  it.each([['alpine'], ['csp']])('has $echo in init(), with %s', async (build) => {
    const ada = await open(['antiphon', build], build === 'csp' ? 'strict' : '', 'Ada')
    await eventually(() => running.server.channels().map(({ name }) => name)).toContain('news')
    running.server.publish('news', 'App\\Events\\Published', { title: 'It works' })
    await eventually(() => read(ada, '#title')).toBe('It works')
    await ada.page.evaluate(() => document.querySelector('#title')?.remove())
    await eventually(() => running.server.channels().map(({ name }) => name)).not.toContain('news')
    await ada.leave()
    await eventually(() => running.server.channels()).toEqual([])
  })

  it('shows what the documentation begins with, pasted as it stands', async () => {
    const visitor = await stage.stranger()
    await visitor.page.goto(`${running.url}/docs`)
    await eventually(() => running.server.channels().map(({ name }) => name)).toEqual(['private-orders'])
    running.server.publish('private-orders', 'App\\Events\\OrderShipped', { id: 7 })
    await eventually(() => read(visitor, 'ul')).toBe('Order 7 is on its way')
  })

  it('reports a mistake as Alpine does, and the rest of the page lives on', async () => {
    stage.allow(/^Alpine Expression Error: x-echo: private needs a name or null/, /^AuthError|x-echo: private needs/)
    const ada = await open(['antiphon', 'alpine'], '', 'Ada', 'mistake')
    await eventually(() => read(ada, '#names')).toBe('Ada')
    expect(ada.said.join()).toContain('x-echo: private needs a name or null')
  })

  const read = ({ page }: Visitor, selector: string) => page.locator(selector).innerText()

  async function open(order: string[], policy: string, name: string, extra = ''): Promise<Visitor> {
    const visitor = await stage.stranger()
    await visitor.page.goto(`${running.url}/page?scripts=${order.join()}&policy=${policy}&name=${name}&extra=${extra}`)
    return visitor
  }

  async function respond(...[request, response]: Parameters<RequestListener>) {
    const url = new URL(request.url ?? '', running.url)
    const [, place, name = ''] = url.pathname.split('/')
    if (place === 'broadcasting') return void response.end(await authorization(request))
    if (url.searchParams.get('policy')) response.setHeader('Content-Security-Policy', policyOf(running.port))
    response.setHeader('Content-Type', place === 'scripts' ? 'text/javascript' : 'text/html')
    if (place === 'scripts') return void response.end(own[name] ?? (await at(scripts[name] ?? '')))
    response.end(place === 'docs' ? await documented(running.port) : page(url.searchParams))
  }

  async function authorization(request: IncomingMessage) {
    const form = new URLSearchParams(await text(request))
    const [socketId, channel] = [form.get('socket_id') ?? '', form.get('channel_name') ?? '']
    const name = String(request.headers['x-name'])
    const member = channel.startsWith('presence-') ? { user_id: name, user_info: { name } } : undefined
    return JSON.stringify(running.server.authorize(socketId, channel, member))
  }
})

const policyOf = (port: number) =>
  ["default-src 'none'", "script-src 'self'", `connect-src 'self' ws://127.0.0.1:${port}`, 'img-src data:'].join('; ')

/** The first page in docs/frameworks/alpine.md, with the packages from this machine. */
async function documented(port: number): Promise<string> {
  const [, html = ''] = /^```html\n(.*?)^```/ms.exec(String(await at('docs/frameworks/alpine.md'))) ?? []
  return html
    .replace('<!doctype html>', '<!doctype html><title>Orders</title><link rel="icon" href="data:,">')
    .replace('wsPort: 8080', `wsPort: ${port}`)
    .replace(
      /"https:\S+\/(echo|alpine)\.global\.js"/g,
      (_, name) => `"/scripts/${name === 'echo' ? name : 'antiphon'}"`,
    )
    .replace(/"https:\S+\/cdn\.min\.js"/, '"/scripts/alpine"')
}

const page = (search: URLSearchParams) => `<!doctype html>
<title>A room</title>
<link rel="icon" href="data:,">
${['echo', 'bootstrap', ...(search.get('scripts') ?? '').split(',')]
  .map((name) => `<script defer src="/scripts/${name}"></script>`)
  .join('\n')}
<main x-data="room">
  <section x-echo="{ presence: 'chat', here: fill, joining: add, leaving: drop, on: { MessageSent: hear } }">
    <p id="names" x-text="list"></p>
    <p id="messages" x-text="said"></p>
    <button @click="close">Close</button>
  </section>
</main>
${search.get('scripts')?.startsWith('antiphon') ? '<p id="title" x-data="news" x-text="title"></p>' : ''}
${search.get('extra') ? `<p x-data x-echo="{ private: 1 }"></p>` : ''}`

const own: Record<string, string> = {
  bootstrap: `
window.Echo = new Echo({
  broadcaster: 'reverb', key: 'app-key', wsHost: location.hostname, wsPort: location.port, forceTLS: false,
  auth: { headers: { 'X-Name': new URLSearchParams(location.search).get('name') } },
})
document.addEventListener('alpine:init', () => {
  Alpine.data('room', () => ({
    names: [],
    said: '',
    get list() { return [...this.names].sort().join(', ') },
    fill(users) { this.names = users.map((user) => user.name) },
    add({ name }) { this.names.push(name) },
    drop({ name }) { this.names = this.names.filter((other) => other !== name) },
    hear({ text }) { this.said = text },
    close() { document.querySelector('section').remove() },
  }))
  Alpine.data('news', () => ({
    title: '',
    init() { this.$echo.channel('news').listen('Published', ({ title }) => (this.title = title)) },
  }))
})
`,
}
