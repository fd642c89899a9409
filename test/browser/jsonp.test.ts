import { readFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type RunningServer, serve } from 'antiphon/server'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { launch } from './chromium'
import { eventually } from './stage'
import { Visitor } from './visitor'

/** Requests to the auth endpoint, which is of another origin and knows no CORS; each is answered by its test. */
const asked: { readonly query: URLSearchParams; readonly response: ServerResponse }[] = []

let pages: RunningServer
let authorizations: Server
let browser: Browser

beforeAll(async () => {
  const script = await readFile('dist/echo.encrypted.global.js')
  pages = await serve({
    port: 0,
    like: 'reverb',
    fallback: ({ url }, response) =>
      url === '/echo.encrypted.global.js'
        ? response.setHeader('Content-Type', 'text/javascript').end(script)
        : response.setHeader('Content-Type', 'text/html').end(page),
  })
  authorizations = createServer(({ url = '' }, response) => {
    asked.push({ query: new URL(url, 'http://auth.test').searchParams, response })
  }).listen(0, '127.0.0.1')
  browser = await launch()
})
afterAll(async () => {
  await browser?.close()
  authorizations?.closeAllConnections()
  authorizations?.close()
  await pages?.close()
})
beforeEach(() => {
  asked.splice(0)
})

const page = `<!doctype html><title>JSONP</title><link rel="icon" href="data:,"><script src="/echo.encrypted.global.js"></script>`

async function open(): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser)
  await visitor.page.goto(`${pages.url}/`)
  await visitor.page.evaluate(
    (port) => {
      const { Echo } = window as any
      const echo = new Echo({
        broadcaster: 'reverb',
        key: 'app-key',
        wsPort: location.port,
        forceTLS: false,
        authTransport: 'jsonp',
        authEndpoint: `http://127.0.0.1:${port}/auth`,
        auth: { params: { 'a b': 'c&d' } },
        linger: 0,
      })
      const told: string[] = []
      Object.assign(window, { echo, told })
      echo.private('orders.1').error((error: any) => told.push(`${error.code} ${error.retryable}`))
    },
    (authorizations.address() as AddressInfo).port,
  )
  return visitor
}

/** Waits for that many requests, and gives the last one. */
async function request(count: number) {
  await eventually(() => asked.length).toBe(count)
  return asked[count - 1]!
}

function grant({ query, response }: (typeof asked)[number]): void {
  const granted = pages.server.authorize(query.get('socket_id') ?? '', query.get('channel_name') ?? '')
  response.setHeader('Content-Type', 'text/javascript').end(`${query.get('callback')}(${JSON.stringify(granted)})`)
}

const status = ({ page }: Visitor) =>
  page.evaluate(() => (window as any).echo.connector.channels['private-orders.1']?.status.get())

it('asks by a script element, again where it fails, and leaves nothing in the page', async () => {
  const visitor = await open()
  const first = await request(1)
  expect(Object.fromEntries(first.query)).toMatchObject({ channel_name: 'private-orders.1', 'a b': 'c&d' })
  first.response.writeHead(500).end()
  grant(await request(2))
  await eventually(() => status(visitor)).toBe('joined')
  const left = await visitor.page.evaluate(() => ({
    told: (window as any).told,
    scripts: document.scripts.length,
    callbacks: Object.keys(window).filter((name) => name.startsWith('antiphon')),
  }))
  expect(left).toEqual({ told: ['auth-failed true'], scripts: 1, callbacks: [] })
  expect(visitor.said.filter((line) => !line.includes('500'))).toEqual([])
  await visitor.leave()
})

it('does nothing where the answer comes after the channel was left', async () => {
  const visitor = await open()
  const asked = await request(1)
  await visitor.page.evaluate(() => (window as any).echo.leave('orders.1'))
  grant(asked)
  await eventually(() =>
    visitor.page.evaluate(() => Object.keys(window).filter((name) => name.startsWith('antiphon'))),
  ).toEqual([])
  expect(visitor.said).toEqual([])
  await visitor.leave()
})
