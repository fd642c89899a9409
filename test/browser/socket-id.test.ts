import { readFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type RunningServer, serve } from 'antiphon/server'
import { launch } from './chromium'
import { eventually } from './stage'
import { Visitor } from './visitor'

const root = join(import.meta.dirname, '../..')

/** As Laravel's installer leaves them: the import is hoisted, so Echo is there before the page has its axios. */
const modules: Record<string, string> = {
  './bootstrap': "import axios from 'axios'\nwindow.axios = axios\nimport './echo'",
  './echo': `import Echo from 'antiphon'
window.axiosWasThere = 'axios' in window
window.Echo = new Echo({ broadcaster: 'reverb', key: 'app-key', wsPort: location.port, forceTLS: false })`,
}

/** What the page's scripts make global. */
interface Globals {
  readonly Echo: any
  readonly axios: any
  readonly jQuery: any
  readonly Turbo: any
  readonly axiosWasThere: boolean
}

let browser: Browser
let files: Record<string, string>
let application: RunningServer
let stranger: RunningServer
let visitor: Visitor
/** The requests that the application and the stranger got, with the id that came along. */
let asked: string[]

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: "import './bootstrap'", resolveDir: root },
    alias: { antiphon: join(root, 'src/index.ts') },
    bundle: true,
    format: 'iife',
    write: false,
    plugins: [
      {
        name: 'modules',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^\.\// }, ({ path, importer }) =>
            importer === '<stdin>' || importer in modules ? { path, namespace: 'page' } : undefined,
          )
          onLoad({ filter: /.*/, namespace: 'page' }, ({ path }) => ({
            contents: modules[path] ?? '',
            resolveDir: root,
          }))
        },
      },
    ],
  })
  const packed = (path: string) => readFile(join(root, 'node_modules', path), 'utf8')
  files = {
    '/jquery.js': await packed('jquery/dist/jquery.min.js'),
    '/turbo.js': await packed('@hotwired/turbo/dist/turbo.es2017-umd.js'),
    '/app.js': outputFiles[0]?.text ?? '',
  }
  browser = await launch()
})
afterAll(() => browser.close())

beforeEach(async () => {
  asked = []
  application = await serve({ port: 0, fallback: answer('application') })
  stranger = await serve({ port: 0, fallback: answer('stranger') })
  visitor = await Visitor.arrive(browser)
})
afterEach(async () => {
  await visitor.leave()
  await application.close()
  await stranger.close()
})

const answer =
  (who: string): RequestListener =>
  ({ url = '', method, headers }, response) => {
    const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' }
    const script = files[url]
    if (method !== 'OPTIONS' && !script && url !== '/') asked.push(`${who} ${url} ${String(headers['x-socket-id'])}`)
    response.writeHead(200, { ...cors, 'Content-Type': script ? 'text/javascript' : 'text/html' })
    response.end(script ?? page)
  }

const page = `<!doctype html>
<title>An application</title>
<link rel="icon" href="data:,">
<script src="/jquery.js"></script>
<script src="/turbo.js"></script>
<script src="/app.js"></script>`

it('is on the requests of axios, jQuery and Turbo, in an application as Laravel’s installer leaves it', async () => {
  await visitor.page.goto(application.url)
  const id = await visitor.page.evaluate(async () => {
    const { Echo, axiosWasThere } = window as unknown as Globals
    if (axiosWasThere) throw new Error('This page does not show what it should.')
    await Echo.channel('news').ready()
    return Echo.socketId() as string
  })
  await visitor.page.evaluate(async (elsewhere) => {
    const { axios, jQuery, Turbo, Echo } = window as unknown as Globals
    await axios.post('/axios')
    await axios.get(`${elsewhere}/axios`)
    await jQuery.post('/jquery')
    await jQuery.get(`${elsewhere}/jquery`)
    await fetch('/fetch', { headers: Echo.socketHeaders() })
    Turbo.visit('/turbo')
  }, stranger.url)
  await eventually(() => asked).toEqual([
    `application /axios ${id}`,
    'stranger /axios undefined',
    `application /jquery ${id}`,
    'stranger /jquery undefined',
    `application /fetch ${id}`,
    `application /turbo ${id}`,
  ])
  expect(visitor.said).toEqual([])
})

it('is on none of them after disconnect()', async () => {
  await visitor.page.goto(application.url)
  await visitor.page.evaluate(async () => {
    const { axios, jQuery, Turbo, Echo } = window as unknown as Globals
    await Echo.channel('news').ready()
    Echo.disconnect()
    await axios.post('/axios')
    await jQuery.post('/jquery')
    Turbo.visit('/turbo')
  })
  await eventually(() => asked).toEqual(['axios', 'jquery', 'turbo'].map((name) => `application /${name} undefined`))
})
