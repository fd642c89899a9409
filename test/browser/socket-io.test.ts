import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { laravelEchoServer } from '../connectors/socket-io/laravel-echo-server'
import type { Place } from '../connectors/socket-io/place'
import { launch } from './chromium'

let browser: Browser
let place: Place
let page: Page

beforeAll(async () => {
  browser = await launch()
  place = await laravelEchoServer()
  page = await browser.newPage()
})

afterAll(async () => {
  await browser?.close()
  await place?.close()
})

it('works in a page with two script tags: laravel-echo-server’s own client, and ours', async () => {
  const errors: unknown[] = []
  page.on('pageerror', (error) => errors.push(error))
  const { outputFiles } = await build({
    ...{ entryPoints: ['src/script.ts'], outdir: 'bundle', write: false },
    ...{ bundle: true, minify: true, format: 'iife', target: 'es2022' },
  })
  await page.goto(place.url)
  await page.addScriptTag({ url: `${place.url}/socket.io/socket.io.js` })
  await page.addScriptTag({ content: outputFiles[0]!.text })
  await page.evaluate(`
    document.cookie = 'XSRF-TOKEN=from-laravel'
    var told = []
    var echo = new Echo({ broadcaster: 'socket.io', host: location.host, bearerToken: 'Ada' })
    echo.connector.socket.on('connect', () => told.push(echo.socketId() === echo.connector.socket.id))
    echo.join('room').here((users) => told.push(users)).listen('Said', (event) => told.push(event))
  `)
  await page.waitForFunction('told.length === 2')
  await place.publish('presence-room', 'App\\Events\\Said', { text: 'hello' })
  await page.waitForFunction('told.length === 3')
  expect(await page.evaluate('told')).toEqual([true, [{ name: 'Ada' }], { text: 'hello' }])
  const [question] = place.application.questions
  expect(question?.headers).toMatchObject({
    authorization: 'Bearer Ada',
    cookie: 'XSRF-TOKEN=from-laravel',
    'x-requested-with': 'XMLHttpRequest',
    'x-xsrf-token': 'from-laravel',
  })
  await page.evaluate('echo.disconnect()')
  await expect.poll(() => place.clients(), { timeout: 20_000 }).toBe(0)
  expect(errors).toEqual([])
})
