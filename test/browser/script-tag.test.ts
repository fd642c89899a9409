import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { eventually, Stage } from './stage'

const stage = new Stage()
const pusher = fileURLToPath(new URL('../../node_modules/pusher-js/dist/web/pusher.min.js', import.meta.url))

/** What the script tags make global. */
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

  it('works beside pusher-js and the bootstrap of a real application', async () => {
    const token = await signIn('Linus')
    const { key, wsPort } = await json('/state', { headers: { Authorization: `Bearer ${token}` } })
    const visitor = await stage.stranger()
    const serve = (path: string, contentType: string, body: string) =>
      visitor.page.route(`${stage.url}${path}`, (route) => route.fulfill({ contentType, body }))
    await serve('/legacy', 'text/html', legacyPage)
    await serve('/pusher.min.js', 'text/javascript', await readFile(pusher, 'utf8'))
    await serve('/bootstrap.js', 'text/javascript', bootstrap({ key, wsPort, token }))
    const ada = await stage.visit('Ada')
    await visitor.page.goto(`${stage.url}/legacy`)

    const names = () => visitor.page.evaluate(() => (window as unknown as Globals).names)
    await eventually(names).toEqual(['Ada', 'Linus'])
    await eventually(() => ada.members()).toEqual(['Ada', 'Linus'])
    const seen = await visitor.page.evaluate(() => {
      const { Echo, Pusher, states } = window as unknown as Globals
      const { pusher: client } = Echo.connector
      return { unmodified: client instanceof Pusher, states, socketId: Echo.socketId() === client.connection.socket_id }
    })
    expect(seen).toEqual({ unmodified: true, states: ['connected'], socketId: true })
    await ada.leave()
    await eventually(names).toEqual(['Linus'])
  })
})

const legacyPage = `<!doctype html>
<title>An application</title>
<link rel="icon" href="data:,">
<script src="/pusher.min.js"></script>
<script src="/echo.global.js"></script>
<script src="/bootstrap.js"></script>`

/** As Laravel's installer wrote it, with a page that pushes to the array that \`here()\` gave it. */
const bootstrap = ({ key, wsPort, token }: { key: string; wsPort: number; token: string }) => `
window.Pusher = Pusher
window.Echo = new Echo({
  broadcaster: 'reverb',
  key: '${key}',
  wsHost: '127.0.0.1',
  wsPort: '${wsPort}',
  wssPort: '${wsPort}',
  forceTLS: false,
  enabledTransports: ['ws', 'wss'],
  auth: { headers: { Authorization: 'Bearer ${token}' } },
})
window.names = []
window.states = []
window.Echo.connector.pusher.connection.bind('connected', () => states.push('connected'))
window.Echo.join('room')
  .here((users) => (names = users.map((user) => user.name)))
  .joining((user) => names.push(user.name))
  .leaving((user) => (names = names.filter((name) => name !== user.name)))
`

async function signIn(name: string): Promise<string> {
  const headers = { 'Content-Type': 'application/json' }
  return (await json('/session', { method: 'POST', headers, body: JSON.stringify({ name }) })).token
}

async function json(path: string, init: RequestInit): Promise<any> {
  return (await fetch(stage.url + path, init)).json()
}
