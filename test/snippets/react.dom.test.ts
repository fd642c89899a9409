import { compileFunction } from 'node:vm'
import * as testingLibrary from '@testing-library/react'
import * as antiphon from 'antiphon'
import * as adapter from 'antiphon/react'
import * as testing from 'antiphon/testing'
import * as React from 'react'
import * as runtime from 'react/jsx-runtime'
import ts from 'typescript'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Rig } from '../support/rig'
import { snippets } from './markdown'

fakeTime()

const { act, cleanup, render } = testingLibrary
const pass = (milliseconds: number) => act(() => advance(milliseconds))
let rig: Rig

/** What Laravel's installer wrote, and Vite puts in place of `import.meta.env`. */
const env = { VITE_REVERB_APP_KEY: 'app-key', VITE_REVERB_HOST: 'ws.test', VITE_REVERB_SCHEME: 'http' }
const configureEcho = (options: antiphon.EchoOptions<'reverb'>) =>
  adapter.configureEcho(antiphon.fromEnv(env, 'reverb', options))

beforeEach(() => {
  rig = new Rig({ echo: { autoConnect: false } })
  vi.stubGlobal('WebSocket', rig.webSocket)
  vi.stubGlobal('fetch', rig.auth.fetch)
  configureEcho({ broadcaster: 'reverb' })
})

afterEach(() => {
  cleanup()
  adapter.echo().disconnect()
})

/** What the snippet that has this word exports, and the tests that it has. */
function paste(word: string) {
  const page = snippets().filter(({ where }) => where.startsWith('docs/frameworks/react.md'))
  const code = page.find((snippet) => snippet.code.includes(word))?.code ?? ''
  const { outputText } = ts.transpileModule(code.replace('import.meta.env', 'env'), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, jsx: ts.JsxEmit.ReactJSX },
  })
  const tests: (() => Promise<void>)[] = []
  const modules: Record<string, unknown> = {
    antiphon,
    react: React,
    'antiphon/react': { ...adapter, configureEcho },
    'antiphon/testing': testing,
    'react/jsx-runtime': runtime,
    '@testing-library/react': testingLibrary,
    vitest: { expect, it: (_: string, test: () => Promise<void>) => tests.push(test) },
  }
  const exported: Record<string, React.FunctionComponent<any>> = {}
  compileFunction(outputText, ['require', 'exports', 'env'])((name: string) => modules[name], exported, env)
  return { exported, tests }
}

/** Shows a component of a snippet; the text that it shows. */
async function show(component: React.FunctionComponent<any> | undefined, props: object = {}) {
  const { container } = render(React.createElement(component!, props))
  await pass(100)
  return () => container.textContent
}

const publish = async (wire: string, event: string, payload: object) => {
  rig.server.publish(wire, `App\\Events\\${event}`, payload)
  await pass(10)
}

it('shows the order: pasted as it stands', async () => {
  const text = await show(paste('OrderStatus').exported.OrderStatus, { id: 7 })
  expect(text()).toBe('Order 7 is being packed. ')
  await publish('private-orders.7', 'OrderShipped', { date: 'Monday' })
  expect(text()).toBe('Order 7 is on its way since Monday. ')
})

it('shows the chat', async () => {
  const text = await show(paste('useWhisper').exported.Chat, { room: 1 })
  await publish('presence-chat.1', 'MessageSent', { text: 'Hello' })
  rig.server.publish('presence-chat.1', 'client-typing', { name: 'Bob' })
  await pass(10)
  expect(text()).toBe('youHelloBob is typing …')
})

it('shows that the page is offline, and the scores after an outage', async () => {
  const scores = [1, 0]
  vi.stubGlobal('fetch', async () => Response.json(scores))
  const text = await show(paste('catchUp').exported.Scores)
  const status = await show(paste('useConnection').exported.Offline)
  await pass(3000)
  expect(text()).toBe('1 : 0')
  expect(status()).toBe('')
  scores[1] = 1
  await act(async () => rig.server.drop())
  await pass(1)
  expect(status()).toBe('Connecting …')
  await pass(10_000)
  expect(text()).toBe('1 : 1')
})

it('hands an Echo to what is inside', async () => {
  const { App } = paste('fromEnv').exported
  const Status = () => adapter.useConnectionStatus()
  const text = await show(() => React.createElement(App!, {}, React.createElement(Status)))
  expect(text()).toBe('connected')
})

it('is tested as the page says', async () => {
  vi.useRealTimers()
  const { tests } = paste('PusherServer')
  expect(tests).toHaveLength(1)
  await tests[0]!()
})
