import { echo } from 'antiphon/svelte'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { Rig } from '../../support/rig'
import { configureEcho, paste } from './page'

fakeTime()

let rig: Rig

beforeEach(() => {
  rig = new Rig({ echo: { autoConnect: false } })
  vi.stubGlobal('WebSocket', rig.webSocket)
  vi.stubGlobal('fetch', rig.auth.fetch)
})

afterEach(() => {
  echo().disconnect()
})

it('follows one order', async () => {
  const { shown, warnings, remove } = paste('being packed')
  expect(warnings).toEqual([])
  expect(shown()).toBe('Order 1 is being packed. Connecting …')
  await advance(200)
  expect(shown()).toBe('Order 1 is being packed.')
  rig.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { date: '2026-11-29' })
  await advance(10)
  expect(shown()).toBe('Order 1 is on its way since 2026-11-29.')
  remove()
  await advance(300)
  expect(rig.server.channels()).toEqual([])
})

it('shows a room', async () => {
  configureEcho({ broadcaster: 'reverb' })
  const { shown, warnings, target, remove } = paste('is typing')
  expect(warnings).toEqual([])
  await advance(200)
  expect(shown()).toBe('you')
  rig.server.publish('presence-chat.1', 'App\\Events\\MessageSent', { text: 'hello' })
  target.querySelector('input')?.dispatchEvent(new Event('input', { bubbles: true }))
  await advance(100)
  expect(shown()).toBe('you hello')
  remove()
})

it('catches up on an order', async () => {
  configureEcho({ broadcaster: 'reverb' })
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) =>
    url.startsWith('/api/') ? Response.json({ status: `at ${url}` }) : rig.auth.fetch(url, init),
  )
  const { shown, warnings, remove } = paste('catchUp')
  expect(warnings).toEqual([])
  expect(shown()).toBe('Loading …')
  await advance(200)
  expect(shown()).toBe('Order 1: at /api/orders/1')
  rig.server.publish('private-orders.1', 'App\\Events\\OrderUpdated', { status: 'shipped' })
  await advance(10)
  expect(shown()).toBe('Order 1: shipped')
  rig.server.drop()
  await advance(10_000)
  expect(shown()).toBe('Order 1: at /api/orders/1')
  remove()
})
