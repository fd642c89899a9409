import { compileFunction } from 'node:vm'
import { inMemoryWebSocket, PusherServer } from 'antiphon/testing'
import * as antiphon from 'antiphon'
import Pusher from 'pusher-js'
import ts from 'typescript'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { snippets } from './snippets/markdown'

const env = {
  VITE_REVERB_APP_KEY: 'app-key',
  VITE_REVERB_HOST: 'localhost',
  VITE_REVERB_PORT: '8080',
  VITE_REVERB_SCHEME: 'http',
}

const modules: Record<string, unknown> = {
  antiphon: { ...antiphon, __esModule: true },
  'pusher-js': Pusher,
}

const server = new PusherServer()

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', inMemoryWebSocket(server))
  vi.stubGlobal('fetch', async (_: unknown, { body }: { body: BodyInit }) => {
    const asked = new URLSearchParams(String(body))
    return Response.json(server.authorize(asked.get('socket_id') ?? '', asked.get('channel_name') ?? ''))
  })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it("hears a private event through the README's first snippet, run as it stands", async () => {
  const code = snippets()[0]?.code.replaceAll('import.meta.env', 'env') ?? ''
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  })
  compileFunction(outputText, ['require', 'exports', 'env'])((name: string) => modules[name], {}, env)

  const { Echo: echo } = window as unknown as { Echo: antiphon.Echo }
  const heard = vi.fn<(event: unknown) => void>()
  echo.private('orders.1').listen('OrderShipped', heard)
  await vi.advanceTimersByTimeAsync(1_000)
  server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 1 })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(heard.mock.calls[0]?.[0]).toEqual({ id: 1 })
  echo.disconnect()
})
