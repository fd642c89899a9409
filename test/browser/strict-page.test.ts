import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type RunningServer, serve } from 'antiphon/server'
import Rest from 'pusher'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, Stage } from './stage'
import type { Visitor } from './visitor'

/** What the page's own script makes global. */
interface Globals {
  readonly heard: [where: string, payload: unknown][]
  readonly errors: [code: string, cause: string][]
  readonly violations: string[]
}

const stage = new Stage()
const at = (path: string) => readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)))

describe('a page whose policy allows nothing unsafe and demands Trusted Types', () => {
  let running: RunningServer
  let application: Rest

  beforeAll(async () => {
    running = await serve({ port: 0, like: 'reverb', fallback: (...exchange) => void respond(...exchange) })
    application = new Rest({
      appId: 'app-id',
      key: 'app-key',
      secret: 'app-secret',
      host: '127.0.0.1',
      port: String(running.port),
      encryptionMasterKeyBase64: Buffer.alloc(32, 7).toString('base64'),
    })
  })
  afterAll(() => running.close())

  it('works with echo.encrypted.global.js: every kind of channel, encrypted ones too', async () => {
    const visitor = await open('echo.encrypted.global.js')
    await eventually(() => joined()).toEqual(['news', 'presence-room', 'private-encrypted-pay', 'private-orders'])
    await application.trigger('news', 'Published', { id: 1 })
    await application.trigger('private-orders', 'Shipped', { id: 2 })
    await application.trigger('private-encrypted-pay', 'Paid', { amount: 5, to: 'Zoë' })
    await eventually(() => globals(visitor).then(({ heard }) => heard)).toEqual([
      ['room', ['Ada']],
      ['news', { id: 1 }],
      ['orders', { id: 2 }],
      ['pay', { amount: 5, to: 'Zoë' }],
    ])
    expect(await globals(visitor)).toMatchObject({ errors: [], violations: [] })
    expect(visitor.received.join()).not.toContain('Zoë')
    const loaded = visitor.contacted.map((url) => new URL(url).pathname).filter((path) => path.startsWith('/scripts/'))
    expect(loaded).toEqual(['/scripts/echo.encrypted.global.js', '/scripts/application.js'])
  })

  it('works with echo.global.js, which says where encrypted channels are to be had', async () => {
    const visitor = await open('echo.global.js')
    await eventually(() => joined()).toEqual(['news', 'presence-room', 'private-orders'])
    await application.trigger('private-orders', 'Shipped', { id: 2 })
    await eventually(() => globals(visitor).then(({ heard }) => heard)).toEqual([
      ['room', ['Ada']],
      ['orders', { id: 2 }],
    ])
    const { errors, violations } = await globals(visitor)
    expect(errors).toEqual([['encryption-unavailable', expect.stringContaining('load echo.encrypted.global.js')]])
    expect(violations).toEqual([])
  })

  it('is as strict as it says', async () => {
    stage.allow(/Content Security Policy|TrustedHTML/)
    const visitor = await open('echo.global.js', 'unsafe.js')
    await eventually(() => globals(visitor).then(({ violations }) => violations.sort())).toEqual([
      'require-trusted-types-for',
      'style-src-attr',
    ])
  })

  const joined = () =>
    running.server
      .channels()
      .map(({ name }) => name)
      .sort()

  async function open(...scripts: string[]): Promise<Visitor> {
    const visitor = await stage.stranger()
    await visitor.page.goto(`${running.url}/page/${scripts.join('/')}`)
    return visitor
  }

  const globals = ({ page }: Visitor) =>
    page.evaluate(() => {
      const { heard, errors, violations } = window as unknown as Globals
      return { heard, errors, violations }
    })

  async function respond(...[request, response]: Parameters<RequestListener>) {
    const [, place, ...names] = request.url?.split('/') ?? []
    const [name = ''] = names
    if (place === 'broadcasting') return void response.end(await authorization(request))
    if (place === 'page') response.setHeader('Content-Security-Policy', policy(running.port))
    response.setHeader('Content-Type', place === 'page' ? 'text/html' : 'text/javascript')
    response.end(place === 'page' ? page(names) : (scripts[name] ?? (await at(`dist/${name}`))))
  }

  async function authorization(request: IncomingMessage) {
    const form = new URLSearchParams(await text(request))
    const [socketId, channel] = [form.get('socket_id') ?? '', form.get('channel_name') ?? '']
    const ada = channel.startsWith('presence-') ? { user_id: '1', user_info: { name: 'Ada' } } : undefined
    return JSON.stringify(application.authorizeChannel(socketId, channel, ada))
  }
})

const policy = (port: number) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `connect-src 'self' ws://127.0.0.1:${port}`,
    'img-src data:',
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')

const page = ([library, ...others]: string[]) => `<!doctype html>
<title>An application</title>
<link rel="icon" href="data:,">
${[library, 'application.js', ...others].map((name) => `<script src="/scripts/${name}"></script>`).join('\n')}`

const scripts: Record<string, string> = {
  'application.js': `
const heard = [], errors = [], violations = []
document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
Object.assign(window, { heard, errors, violations })
const echo = new Echo({
  broadcaster: 'reverb', key: 'app-key', wsHost: location.hostname, wsPort: location.port, forceTLS: false,
})
echo.channel('news').on('Published', (payload) => heard.push(['news', payload]))
echo.private('orders').on('Shipped', (payload) => heard.push(['orders', payload]))
echo.join('room').here((users) => heard.push(['room', users.map(({ name }) => name)]))
echo.encryptedPrivate('pay')
  .on('Paid', (payload) => heard.push(['pay', payload]))
  .error(({ code, cause }) => errors.push([code, cause.message]))
`,
  'unsafe.js': `
document.head.setAttribute('style', 'color: red')
try { document.head.innerHTML = 'x' } catch {}
`,
}
