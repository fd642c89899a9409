import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Echo, type EchoOptions } from 'antiphon'
import { serve } from 'antiphon/server'
import { expect, vi } from 'vitest'
import { WebSocket } from 'ws'
import { advance, chance } from '../support/clock'
import { Rig } from '../support/rig'
import type { Causes } from './cause'

/** Lets a page connect to a port of this machine, in real time, until something has gone wrong: what, and where. */
async function mistake(port: number, options: Partial<EchoOptions<'reverb'>> = {}) {
  vi.useRealTimers()
  const addresses: string[] = []
  class Watched extends WebSocket {
    constructor(url: string) {
      super(url)
      addresses.push(url)
    }
  }
  const at = { wsHost: '127.0.0.1', wsPort: port, wssPort: port, forceTLS: false, autoConnect: true }
  const echo = new Echo({ broadcaster: 'reverb', key: 'app-key', ...at, WebSocket: Watched as never, ...options })
  const error = await vi.waitUntil(() => echo.connection.get().error, { timeout: 20_000 })
  echo.disconnect()
  return { error, address: addresses[0] }
}

/** A server that answers every upgrade with this HTTP status. */
async function answering(status: string): Promise<{ server: Server; port: number; asked: string[] }> {
  const asked: string[] = []
  const server = createServer()
  server.on('upgrade', ({ url = '' }, socket) => {
    asked.push(url)
    socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port, asked }
}

const lost = { code: 'connection-lost', closeCode: 1006 }

export const connecting: Causes = {
  'Nobody listens at that address': async () => {
    const { server, port } = await answering('200 OK')
    server.close()
    expect(await mistake(port)).toMatchObject({ error: lost })
  },

  'TLS is on, and the server speaks none': async () => {
    const running = await serve({ port: 0 })
    const { error, address } = await mistake(running.port, { forceTLS: undefined })
    expect([error, address]).toMatchObject([lost, expect.stringMatching(/^wss:/)])
    await running.close()
  },

  'A proxy does not pass on WebSockets': async () => {
    const { server, port } = await answering('200 OK')
    expect(await mistake(port)).toMatchObject({ error: lost })
    server.close()
  },

  'The path is another one': async () => {
    const { server, port, asked } = await answering('404 Not Found')
    expect(await mistake(port)).toMatchObject({ error: lost })
    await mistake(port, { wsPath: '/ws' })
    expect(asked).toEqual([expect.stringMatching(/^\/app\/app-key\?/), expect.stringMatching(/^\/ws\/app\/app-key\?/)])
    server.close()
  },

  'What listens there is no server of this protocol': async () => {
    const rig = new Rig()
    rig.server.faults.greeting = 'none'
    await advance(8_500)
    expect(rig.echo.connection.get().error).toMatchObject({ code: 'connection-timeout' })
  },

  'The server is full': async () => {
    chance(0)
    const rig = new Rig({ server: { maxConnections: 0 } })
    await advance(1_000)
    const { status, error, retryAt = 0 } = rig.echo.connection.get()
    expect([status, error]).toMatchObject(['connecting', { closeCode: 4004 }])
    expect(retryAt - Date.now()).toBeGreaterThan(8_000)
    // A Reverb leaves such a connection open: we close it.
    expect(rig.server.connections.size).toBe(0)
  },

  "The key is none of the server's": async () => {
    const rig = new Rig({ server: { key: 'another' } })
    await advance(60_000)
    expect(rig.echo.connection.get()).toMatchObject({ status: 'failed', error: { closeCode: 4001 } })
    expect(rig.attempts).toHaveLength(1)
  },

  "The page's origin is not allowed": async () => {
    const rig = new Rig({ server: { allowedOrigins: ['shop.test'] } })
    await advance(60_000)
    const { status, error } = rig.echo.connection.get()
    expect([status, error]).toMatchObject(['failed', { closeCode: 4009, message: expect.stringContaining('Origin') }])
    expect(rig.server.connections.size).toBe(0)
  },

  'autoConnect is off': async () => {
    const rig = new Rig({ echo: { autoConnect: false } })
    rig.echo.channel('news')
    await advance(60_000)
    expect([rig.echo.connectionStatus(), rig.attempts]).toEqual(['disconnected', []])
    rig.echo.connect()
    await advance(100)
    expect(rig.echo.connectionStatus()).toBe('connected')
  },

  'The broadcaster is null': async () => {
    const echo = new Echo({ broadcaster: 'null', autoConnect: true })
    const channel = echo.private('orders.1')
    await advance(60_000)
    expect([echo.connectionStatus(), channel.status.get()]).toEqual(['disconnected', 'joining'])
    echo.disconnect()
  },
}
