import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, serve } from 'antiphon/server'
import { eventually, Stage } from './stage'

const stage = new Stage()
const at = (path: string) => readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)))

/** What the script tags and the bootstrap make global. */
interface Globals {
  readonly Echo: any
  readonly Pusher: any
  readonly names: string[]
  readonly states: string[]
}

describe('the script tag', () => {
  it('makes `Echo` the class itself', async () => {
    const visitor = await stage.stranger()
    await visitor.page.goto(stage.url)
    await visitor.page.getByLabel('Your name').waitFor()
    const seen = await visitor.page.evaluate(() => {
      const { Echo } = window as unknown as Globals
      const echo = new Echo({ broadcaster: 'null' })
      return { isClass: echo instanceof Echo, isBare: !('default' in Echo), status: echo.connectionStatus() }
    })
    expect(seen).toEqual({ isClass: true, isBare: true, status: 'disconnected' })
  })
})

describe('the bootstrap of a real application', () => {
  let application: RunningServer

  beforeAll(async () => {
    application = await serve({ port: 0, like: 'reverb', fallback: (...exchange) => void respond(...exchange) })
  })
  afterAll(() => application.close())

  it('works with pusher-js and, unchanged, without it; and both pages see each other', async () => {
    const ada = await open('/with-pusher-js', 'Ada')
    await eventually(() => globals(ada).then(({ names }) => names)).toEqual(['Ada'])
    const grace = await open('/without', 'Grace')
    for (const visitor of [ada, grace])
      await eventually(() => globals(visitor).then(({ names }) => names.sort())).toEqual(['Ada', 'Grace'])
    expect(await globals(ada)).toMatchObject({ isPusher: true, states: ['connected'], isSameSocket: true })
    expect(await globals(grace)).toMatchObject({ isPusher: false, states: ['connected'], isSameSocket: true })
    await ada.leave()
    await eventually(() => globals(grace).then(({ names }) => names)).toEqual(['Grace'])
  })

  async function open(path: string, name: string) {
    const visitor = await stage.stranger()
    await visitor.page.goto(`${application.url}${path}?name=${name}`)
    return visitor
  }

  const globals = ({ page }: Awaited<ReturnType<typeof open>>) =>
    page.evaluate(() => {
      const { Echo, Pusher, names, states } = window as unknown as Globals
      const client = Echo.connector.pusher
      const isSameSocket = client.connection.socket_id === Echo.socketId()
      return { names: [...names], states, isSameSocket, isPusher: Pusher !== undefined && client instanceof Pusher }
    })

  async function respond(...[request, response]: Parameters<RequestListener>) {
    const path = request.url?.split('?')[0] ?? ''
    const answer = path === '/broadcasting/auth' ? authorization(request) : files[path]?.()
    const [type, content] = (await answer) ?? ['text/plain', '']
    response.writeHead(content ? 200 : 404, { 'Content-Type': type }).end(content)
  }

  async function authorization(request: IncomingMessage) {
    const form = new URLSearchParams(await text(request))
    const [socketId, channel] = [form.get('socket_id') ?? '', form.get('channel_name') ?? '']
    const name = String(request.headers['x-name'])
    const granted = application.server.authorize(socketId, channel, { user_id: name, user_info: { name } })
    return ['application/json', JSON.stringify(granted)] as const
  }
})

const page = (scripts: string) => `<!doctype html>
<title>An application</title>
<link rel="icon" href="data:,">
${scripts}
<script src="/echo.global.js"></script>
<script src="/bootstrap.js"></script>`

/** As Laravel's installer wrote it, with a page that pushes to the array that `here()` gave it. */
const bootstrap = `
window.Echo = new Echo({
  broadcaster: 'reverb',
  key: 'app-key',
  wsHost: location.hostname,
  wsPort: location.port,
  wssPort: location.port,
  forceTLS: false,
  enabledTransports: ['ws', 'wss'],
  auth: { headers: { 'X-Name': new URLSearchParams(location.search).get('name') } },
})
window.names = []
window.states = []
window.Echo.connector.pusher.connection.bind('connected', () => states.push('connected'))
window.Echo.join('room')
  .here((users) => (names = users.map((user) => user.name)))
  .joining((user) => names.push(user.name))
  .leaving((user) => (names = names.filter((name) => name !== user.name)))
`

const files: Record<string, () => Promise<readonly [type: string, content: string | Buffer]>> = {
  '/with-pusher-js': async () => ['text/html', page('<script src="/pusher.min.js"></script>')],
  '/without': async () => ['text/html', page('')],
  '/bootstrap.js': async () => ['text/javascript', bootstrap],
  '/pusher.min.js': async () => ['text/javascript', await at('node_modules/pusher-js/dist/web/pusher.min.js')],
  '/echo.global.js': async () => ['text/javascript', await at('dist/echo.global.js')],
}
