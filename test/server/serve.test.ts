import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { serve } from 'antiphon/server'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function start(options: Parameters<typeof serve>[0] = {}) {
  const server = await serve({ port: 0, ...options })
  closers.push(() => server.close())
  return server
}

function client(port: number, path = '/app/app-key?protocol=7'): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`)
  closers.push(() => socket.terminate())
  return socket
}

const nextFrame = async (socket: WebSocket) => JSON.parse(String((await once(socket, 'message'))[0]))
const closeCode = async (socket: WebSocket) => (await once(socket, 'close'))[0]

describe('serve', () => {
  it('takes a free port, says where it is, and greets there', async () => {
    const { port, host, url } = await start()
    expect([host, url]).toEqual(['127.0.0.1', `http://127.0.0.1:${port}`])
    expect((await nextFrame(client(port))).event).toBe('pusher:connection_established')
  })

  it('rejects where the port is taken', async () => {
    const { port } = await start()
    await expect(serve({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('ends sockets like a killed process, and resolves when all are gone', async () => {
    const server = await start()
    const socket = client(server.port)
    await nextFrame(socket)
    const code = closeCode(socket)
    await server.close()
    expect(await code).toBe(1006)
    await expect(fetch(`${server.url}/up`)).rejects.toThrow('fetch failed')
  })

  it('ends sockets in the orderly way of its kind when told so', async () => {
    const server = await start()
    const socket = client(server.port)
    await nextFrame(socket)
    const code = closeCode(socket)
    await server.close('stopped')
    expect(await code).toBe(4200)
  })

  it('can be started again on the port that it left', async () => {
    const first = await start()
    const socket = client(first.port)
    await nextFrame(socket)
    await first.close()
    const second = await start({ port: first.port })
    expect((await nextFrame(client(second.port))).event).toBe('pusher:connection_established')
  })

  it('sends what it said before it cut the connection', async () => {
    const { port } = await start({ like: 'reverb' })
    const socket = client(port, '/app/nobody')
    const code = closeCode(socket)
    expect((await nextFrame(socket)).event).toBe('pusher:error')
    expect(await code).toBe(1006)
  })

  it('sends all of what it said before it cut the connection, however much', async () => {
    const { server, port } = await start()
    const socket = client(port)
    await nextFrame(socket)
    const [message, code] = [once(socket, 'message'), closeCode(socket)]
    const [connection] = server.connections.values()
    connection?.sendRaw('x'.repeat(8_000_000))
    connection?.drop()
    expect(String((await message)[0])).toHaveLength(8_000_000)
    expect(await code).toBe(1006)
  })

  it('refuses connections before they open, and leaves them hanging while offline', async () => {
    const here = await start()
    const { server, port } = here
    server.faults.refuse()
    const refused = client(port)
    await once(refused, 'error')
    server.offline = true
    const [hanging, impatient] = [client(port), client(port)]
    await setTimeout(100)
    expect(hanging.readyState).toBe(WebSocket.CONNECTING)
    const { socket } = (impatient as unknown as { _req: { socket: Socket } })._req
    impatient.on('error', () => {})
    socket.resetAndDestroy()
    await setTimeout(50)
    server.offline = false
    expect((await nextFrame(client(port))).event).toBe('pusher:connection_established')
    // Closing the server does not wait for who hangs.
    const failed = once(hanging, 'error')
    await here.close()
    await failed
  })

  it('hands what is not of the protocol to the fallback', async () => {
    const { url } = await start({ fallback: (request, response) => response.end(`page ${request.url}`) })
    const read = async (path: string) => (await fetch(url + path)).text()
    expect(await read('/chat?a=1')).toBe('page /chat?a=1')
    expect(JSON.parse(await read('/up'))).toEqual({ health: 'OK' })
    expect((await fetch(`${url}/apps/app-id/channels`)).status).toBe(401)
    expect((await fetch(`${url}/app/app-key`)).status).toBe(426)
  })

  it('survives a caller that leaves in the middle of its request, and frames that are none', async () => {
    const { port, server } = await start()
    const caller = connect(port, '127.0.0.1')
    caller.write('POST /apps/app-id/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{')
    await once(caller, 'ready')
    caller.resetAndDestroy()
    const socket = client(port)
    await nextFrame(socket)
    const code = closeCode(socket)
    socket.on('error', () => {})
    // A frame with reserved bits: the WebSocket layer itself refuses it.
    ;(socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.from([0xff, 0xff, 0xff]))
    expect(await code).toBe(1002)
    expect((await nextFrame(client(port))).event).toBe('pusher:connection_established')
    expect(server.connections.size).toBe(1)
  })
})
