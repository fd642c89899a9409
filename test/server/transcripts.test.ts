import { type IncomingMessage, request as httpRequest } from 'node:http'
import { describe, it } from 'vitest'
import { WebSocket } from 'ws'
import { command } from '../../src/server/command'
import { replay } from '../testing/replay'
import { type Answer, scenarios } from '../testing/transcript'
import { flagsOf } from '../testing/transcript-server'

/** Two minutes of real time; it is replayed in memory. */
const isSlow = new Set(scenarios.filter(({ slow }) => slow).map(({ name }) => name))

describe.concurrent('antiphon serve --like reverb answers as the real one did', () => {
  for (const scenario of scenarios.filter(({ name }) => !isSlow.has(name))) {
    it(scenario.name, { timeout: 20_000 }, async () => {
      const running = await started([...flagsOf(scenario.app), '--port', '0'])
      const clients = new Map<string, WebSocket>()
      await replay(scenario, async (arrive) => ({
        open: (client, path, origin) => {
          const socket = new WebSocket(`ws://127.0.0.1:${running.port}${path}`, origin === undefined ? {} : { origin })
          clients.set(client, socket)
          socket.on('message', (data) => arrive(client, { frame: String(data) }))
          socket.on('close', (code, reason) => {
            if (clients.get(client) === socket) arrive(client, { closed: { code, reason: String(reason) } })
          })
          socket.on('unexpected-response', (_request, response) => {
            clients.delete(client)
            void read(response).then((refused) => arrive(client, { refused }))
          })
        },
        send: (client, text, binary) => clients.get(client)?.send(text, { binary }),
        close: (client, code, reason) => clients.get(client)?.close(code, reason),
        drop: (client) => {
          const socket = clients.get(client)
          clients.delete(client)
          socket?.terminate()
        },
        request: (method, path, body) => ask(running.port, method, path, body),
        stop: (signal) => void running.close(signal === 'SIGKILL' ? 'killed' : 'stopped'),
        wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      }))
      for (const socket of clients.values()) socket.terminate()
      await running.close()
    })
  }
})

async function started(args: string[]) {
  const lines: string[] = []
  const running = await command(args, { log: (line) => lines.push(line), error: (line) => lines.push(line) })
  if (typeof running === 'number') throw new Error(lines.join('\n'))
  return running
}

function ask(port: number, method: string, path: string, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', method, path }, (response) => resolve(read(response)))
    request.on('error', reject)
    if (body !== undefined) request.setHeader('Content-Length', Buffer.byteLength(body))
    request.end(body)
  })
}

async function read(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString()
  return { status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? null, body }
}
