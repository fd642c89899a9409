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

it("connects to a server with the README's first snippet as it stands", async () => {
  const code = snippets()[0]?.code.replaceAll('import.meta.env', 'env') ?? ''
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  })
  const modules: Record<string, unknown> = { antiphon, 'pusher-js': Pusher }
  compileFunction(outputText, ['require', 'exports', 'env'])((name: string) => modules[name], {}, env)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(server.connections.size).toBe(1)
  ;(window as unknown as { Echo: antiphon.Echo }).Echo.disconnect()
})
