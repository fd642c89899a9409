import Pusher from 'pusher'
import { WebSocket } from 'ws'
import { type Server, TargetError } from './target'

const patience = 15_000

/** The server's HTTP API, signed by Pusher's own SDK. */
export function apiOf({ api, id, key, secret }: Server): Pusher {
  const { protocol, hostname, port } = new URL(api)
  const useTLS = protocol === 'https:'
  return new Pusher({ appId: id, key, secret, host: hostname, useTLS, timeout: patience, ...(port && { port }) })
}

/** Finds out whether the server is there and knows the application; rejects with a `TargetError` that says what is wrong. */
export async function reachServer(server: Server): Promise<void> {
  for (const node of server.nodes) await greeted(node, server.key)
  const status = await apiOf(server)
    .get({ path: '/channels' })
    .then(
      () => 200,
      (error: unknown) => (error as { status?: number }).status,
    )
  if (status === undefined) throw new TargetError(`the server does not answer: ${server.api} (INTEROP_API)`)
  if (status === 401 || status === 403)
    throw new TargetError(`the server refuses the secret: ${server.api} (INTEROP_SECRET)`)
  if (status === 404) throw new TargetError(`the server knows no app ${server.id}: ${server.api} (INTEROP_APP_ID)`)
  if (status !== 200) throw new TargetError(`the server answers with status ${status}: ${server.api}`)
}

/** Finds out whether the application is there. */
export async function reachApplication(url: string): Promise<void> {
  const answer = await fetch(`${url}/csrf-token`, { signal: AbortSignal.timeout(patience) }).catch(() => undefined)
  if (!answer) throw new TargetError(`the application does not answer: ${url} (INTEROP_APPLICATION)`)
  if (!answer.ok)
    throw new TargetError(`this is not the application of test/interop/laravel: ${url} (INTEROP_APPLICATION)`)
}

function greeted(node: string, key: string): Promise<void> {
  const socket = new WebSocket(`${node.replace(/^http/, 'ws')}/app/${key}?protocol=7`, {
    origin: 'http://127.0.0.1',
    handshakeTimeout: patience,
  })
  const timer = setTimeout(() => socket.terminate(), patience)
  return new Promise<void>((resolve, reject) => {
    socket.once('error', () => reject(new TargetError(`the server does not answer: ${node} (INTEROP_SERVER)`)))
    socket.once('close', () => reject(new TargetError(`the server sends no greeting: ${node} (INTEROP_SERVER)`)))
    socket.once('message', (frame) => {
      const text = String(frame)
      if (text.includes('pusher:connection_established')) return resolve()
      const [, code = 'nothing known'] = /"code\\?":(\d+)/.exec(text) ?? []
      reject(new TargetError(`the server refuses the connection with ${code}: ${node} (INTEROP_KEY)`))
    })
  }).finally(() => {
    clearTimeout(timer)
    socket.terminate()
  })
}
