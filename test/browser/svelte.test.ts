import { execFile } from 'node:child_process'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { type RunningServer, serve } from 'antiphon/server'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { install, pack, root, scratch } from '../package/consumer'
import { launch } from './chromium'
import { eventually } from './stage'
import { Visitor } from './visitor'

const project = scratch()
let browser: Browser
let application: RunningServer
let visitors: Visitor[] = []

beforeAll(async () => {
  application = await serve({ port: 0, fallback: (...exchange) => void respond(...exchange) })
  await build()
  browser = await launch()
}, 180_000)

afterEach(async () => {
  const gone = visitors
  visitors = []
  await Promise.all(gone.map((visitor) => visitor.leave()))
  for (const { said, contacted } of gone) {
    expect(said).toEqual([])
    expect(contacted.filter((url) => new URL(url).hostname !== '127.0.0.1')).toEqual([])
  }
})

afterAll(async () => {
  await browser?.close()
  await application?.close()
  rmSync(project, { recursive: true })
})

/** Builds a stranger's project, in which the package is installed as it is released. */
async function build(): Promise<void> {
  install(project, pack(root, project), ['svelte', 'vite', '@sveltejs/vite-plugin-svelte'])
  cpSync(join(import.meta.dirname, 'svelte'), project, { recursive: true })
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  // As Laravel's installer leaves it.
  writeFileSync(
    join(project, '.env'),
    `VITE_REVERB_APP_KEY=app-key
VITE_REVERB_HOST=127.0.0.1
VITE_REVERB_PORT=${application.port}
VITE_REVERB_SCHEME=http`,
  )
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)('node', [vite, 'build'], { cwd: project, env })
}

async function respond(...[request, response]: Parameters<RequestListener>): Promise<void> {
  const [path = ''] = request.url?.split('?') ?? []
  if (path === '/broadcasting/auth') return void response.end(await authorize(request))
  const script = /^\/assets\/[\w.-]+\.js$/.test(path)
  response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html')
  response.end(await readFile(join(project, 'dist', script ? path : 'index.html')))
}

async function authorize(request: IncomingMessage): Promise<string> {
  const form = new URLSearchParams(await text(request))
  const [socketId, channel] = [form.get('socket_id') ?? '', form.get('channel_name') ?? '']
  const name = new URL(request.headers.referer ?? '').searchParams.get('name')
  const member = channel.startsWith('presence-') ? { user_id: `${name}`, user_info: { name } } : undefined
  return JSON.stringify(application.server.authorize(socketId, channel, member))
}

/** Somebody who has opened the page. */
async function visit(name: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser)
  visitors.push(visitor)
  await visitor.page.goto(`${application.url}/?name=${name}`)
  return visitor
}

const channels = () =>
  application.server
    .channels()
    .map(({ name }) => name)
    .sort()

it('connects where the variables of Vite say', async () => {
  const ada = await visit('ada')
  await eventually(() => ada.text('connection')).toMatch(/^connected \d+\.\d+$/)
  const [socket] = ada.contacted.filter((url) => url.startsWith('ws'))
  expect(socket).toMatch(`ws://127.0.0.1:${application.port}/app/app-key?`)
})

it('hears, and follows the state that a channel’s name is made of', async () => {
  const ada = await visit('ada')
  await eventually(() => ada.text('orders')).toBe('joined:')
  application.server.publish('private-orders.kitchen', 'App\\Events\\Shipped', { id: 1 })
  await eventually(() => ada.text('orders')).toBe('joined: 1')
  await ada.click('Go')
  await eventually(() => ada.text('name')).toBe('hall')
  await eventually(channels).toEqual(['presence-hall', 'private-orders.hall'])
  application.server.publish('private-orders.kitchen', 'App\\Events\\Shipped', { id: 2 })
  application.server.publish('private-orders.hall', 'App\\Events\\Shipped', { id: 3 })
  await eventually(() => ada.text('orders')).toBe('joined: 1,3')
  await ada.click('Door')
  await eventually(channels).toEqual([])
  await ada.click('Door')
  await eventually(channels).toEqual(['presence-hall', 'private-orders.hall'])
})

it('shows each other who is in a room, and who waves', async () => {
  const [ada, grace] = [await visit('ada'), await visit('grace')]
  await eventually(() => ada.text('members')).toBe('ada,grace')
  await eventually(() => grace.text('members')).toBe('ada,grace')
  await grace.click('Wave')
  await eventually(() => ada.text('waving')).toBe('gladly grace')
  await grace.click('Go')
  await eventually(() => ada.text('members')).toBe('ada')
  await eventually(() => grace.text('members')).toBe('grace')
})

it('connects again, and everybody is back', async () => {
  const [ada, grace] = [await visit('ada'), await visit('grace')]
  await eventually(() => ada.text('members')).toBe('ada,grace')
  const before = await ada.text('connection')
  application.server.drop()
  await eventually(() => ada.text('connection')).not.toBe(before)
  await eventually(() => ada.text('connection')).toMatch(/^connected/)
  await eventually(() => grace.text('connection')).toMatch(/^connected/)
  await eventually(() => ada.text('members')).toBe('ada,grace')
  application.server.publish('private-orders.kitchen', 'App\\Events\\Shipped', { id: 1 })
  await eventually(() => ada.text('orders')).toBe('joined: 1')
})
