import { Echo, inspect } from 'antiphon'
import { configureEcho, echo, useEcho, useSocketId } from 'antiphon/svelte'
import { render } from 'svelte/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import Dashboard from './Dashboard.svelte'
import Part from './Part.svelte'
import { rendered } from './rendered'

const opened = vi.fn<() => void>()

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', opened)
  vi.stubGlobal('fetch', opened)
  configureEcho({ broadcaster: 'reverb', key: 'app-key', wsHost: 'ws.test' })
})

afterEach(() => {
  expect(opened).not.toHaveBeenCalled()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('on a server', () => {
  it('shows what a page begins with', () => {
    expect(render(Dashboard, { props: { id: 1 } }).body).toBe(rendered)
  })

  it('holds nothing once it is rendered, however often', async () => {
    for (let id = 0; id < 100; id++) expect(render(Dashboard, { props: { id } }).body).toBe(rendered)
    expect(inspect(echo()).channels).toHaveLength(100)
    await vi.runAllTimersAsync()
    expect(inspect(echo()).channels).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('holds nothing where a function reads outside of components', async () => {
    const orders = useEcho('orders', 'Shipped', () => {})
    expect([orders.status, useSocketId()()]).toEqual(['joining', undefined])
    expect(inspect(echo()).channels).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('has the Echo that a component above has set', () => {
    const own = new Echo({ broadcaster: 'reverb', key: 'own', wsHost: 'ws.test' })
    let used: unknown
    const make = () => {
      used = useEcho('orders').channel()
      return () => ''
    }
    expect(render(Part, { props: { echo: own, make } }).body).toContain('<p></p>')
    expect(used).toBeDefined()
    expect(inspect(own).channels.map(({ name }) => name)).toEqual(['private-orders'])
    expect(inspect(echo()).channels).toEqual([])
  })
})
