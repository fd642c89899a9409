// @vitest-environment node
import { Echo } from 'antiphon'
import {
  configureEcho,
  EchoProvider,
  useConnection,
  useEcho,
  usePresence,
  useSocketId,
  useWhisper,
} from 'antiphon/react'
import { createElement as element, type FunctionComponent } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const opened = vi.fn<() => void>()

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', opened)
  vi.stubGlobal('fetch', opened)
})

afterEach(() => {
  expect(opened).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const Page: FunctionComponent<{ readonly id: number | null }> = ({ id }) => {
  const { status } = useEcho(id === null ? null : `orders.${id}`, 'Shipped', () => {})
  const { count } = usePresence('chat.1')
  const { latest } = useWhisper('chat.1', 'typing')
  return element('p', {}, [status, count, latest, useConnection().status, useSocketId()].map(String).join(' '))
}

it('connects to nothing while a page is rendered on a server', () => {
  const echo = new Echo({ broadcaster: 'reverb', key: 'app-key', wsHost: 'ws.test' })
  const page = (id: number | null) => renderToString(element(EchoProvider, { echo }, element(Page, { id })))
  expect(page(1)).toBe('<p>joining 0 undefined connecting undefined</p>')
  expect(page(null)).toBe('<p>undefined 0 undefined connecting undefined</p>')
})

// In this order: what is configured once stays so.
it.each([
  ['where nothing was configured', () => {}],
  ['where nothing of the environment is known', () => configureEcho({ broadcaster: 'reverb' })],
  ['where there is no page whose host it could take', () => configureEcho({ broadcaster: 'reverb', key: 'app-key' })],
  ['where nothing is missing', () => configureEcho({ broadcaster: 'reverb', key: 'app-key', wsHost: 'ws.test' })],
])('needs no instance there: %s', (_, configure) => {
  configure()
  expect(renderToString(element(Page, { id: 1 }))).toBe('<p>joining 0 undefined connecting undefined</p>')
})
