import { createServer, type Server, type Socket } from 'node:net'
import { ConnectionError, type EchoError } from 'antiphon'
import { io as io4 } from 'socket.io-client'
import io2 from 'socket.io-client-2'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { laravelEchoServer } from './socket-io/laravel-echo-server'
import { type ModernPlace, modernServer } from './socket-io/modern-server'
import { freePort } from './socket-io/place'
import { type Client, eventually, joined, Visitors } from './socket-io/visitors'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const visitors = new Visitors()

afterEach(() => visitors.leave())

const clients: readonly { name: string; client: Client }[] = [
  { name: '2.5', client: io2 },
  { name: '4.8', client: io4 },
]

describe.each(clients)('socket.io-client $name', ({ client }) => {
  let place: ModernPlace

  beforeEach(async () => {
    place = await modernServer()
  })

  afterEach(() => place.close())

  it('says that a server never answers, and goes on trying', async () => {
    const silent = await deaf()
    const echo = visitors.open(client, silent.url, { timeout: 100, transports: ['websocket'] })
    await eventually(() => expect(echo.connection.get().attempt).toBeGreaterThan(1))
    const { status, socketId, error } = echo.connection.get()
    expect([status, socketId]).toEqual(['connecting', undefined])
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ code: 'connection-timeout', message: 'The connection was lost (timeout).' })
    silent.close()
  })

  it('says that nobody is there, and joins when somebody is', async () => {
    await place.stop()
    const echo = visitors.open(client, place.url)
    const news = echo.channel('news')
    await eventually(() => expect(echo.connection.get().error?.code).toBe('connection-lost'))
    expect(echo.connectionStatus()).toBe('connecting')
    await place.start()
    await joined(news)
    expect(echo.connection.get()).toMatchObject({ status: 'connected', error: undefined, attempt: 0 })
  })

  it('has failed when socket.io gives up, its channels with it, and connect() starts afresh', async () => {
    await place.stop()
    const echo = visitors.open(client, place.url, { reconnectionAttempts: 2 })
    const errors: EchoError[] = []
    const news = echo.channel('news').error((error) => errors.push(error))
    await expect(news.ready()).rejects.toMatchObject({ code: 'connection-refused' })
    expect(echo.connection.get()).toMatchObject({ status: 'failed', error: { code: 'connection-refused' } })
    const late = echo.channel('late').error((error) => errors.push(error))
    await eventually(() => expect(errors).toHaveLength(2))
    await place.start()
    echo.connect()
    expect(echo.connectionStatus()).toBe('connecting')
    await eventually(() => expect([news.status.get(), late.status.get()]).toEqual(['joined', 'joined']))
  })

  it('has failed at once where socket.io is told not to reconnect', async () => {
    const echo = await visitors.connected(client, place.url, { reconnection: false })
    const news = echo.channel('news')
    await joined(news)
    await place.stop()
    await eventually(() => expect(echo.connectionStatus()).toBe('failed'))
    expect(news.status.get()).toBe('failed')
    await place.start()
    echo.connect()
    await eventually(() => expect(news.status.get()).toBe('joined'))
  })

  it('has failed when the server lets nobody in, with its reason', async () => {
    place.refusal = 'You are banned.'
    const echo = visitors.open(client, place.url)
    await eventually(() => expect(echo.connectionStatus()).toBe('failed'))
    expect(echo.connection.get().error?.message).toBe('The connection ended for good (You are banned.).')
    await eventually(async () => expect(await place.clients()).toBe(0))
    place.refusal = ''
    echo.connect()
    await joined(echo.channel('news'))
  })

  it('has failed when the server ends the connection, because socket.io does not come back by itself', async () => {
    const echo = await visitors.connected(client, place.url)
    const news = echo.channel('news')
    await joined(news)
    for (const socket of place.sockets.values()) socket.disconnect()
    await eventually(() => expect(echo.connectionStatus()).toBe('failed'))
    expect(echo.connection.get()).toMatchObject({ socketId: undefined, error: { code: 'connection-refused' } })
    expect(news.status.get()).toBe('failed')
    echo.connect()
    await eventually(() => expect(news.status.get()).toBe('joined'))
  })

  it('opens one connection, however often connect() is called', async () => {
    const echo = visitors.open(client, place.url)
    echo.connect()
    await eventually(() => expect(echo.connector.socket.io.engine).toBeTruthy())
    echo.connect()
    await eventually(() => expect(echo.connectionStatus()).toBe('connected'))
    echo.connect()
    await joined(echo.private('a'))
    expect([await place.clients(), place.sockets.size]).toEqual([1, 1])
  })

  it('opens none after a disconnect() that comes at once, nor one that comes while it connects', async () => {
    // A server takes a request that was broken off for a connection, for a while.
    const options = { transports: ['websocket'] }
    const echo = visitors.open(client, place.url, options)
    echo.channel('news')
    echo.disconnect()
    const second = visitors.open(client, place.url, options)
    await eventually(() => expect(second.connector.socket.io.engine).toBeTruthy())
    second.disconnect()
    await visitors.connected(client, place.url, options)
    expect([echo, second].map((one) => [one.connectionStatus(), one.connector.socket.connected])).toEqual([
      ['disconnected', false],
      ['disconnected', false],
    ])
    await eventually(async () => expect(await place.clients()).toBe(1))
    echo.connect()
    await joined(echo.channel('news'))
  })

  it('hears nothing of another namespace on the same connection', async () => {
    const echo = await visitors.connected(client, place.url)
    const heard: unknown[] = []
    await joined(echo.private('a').listen('.A', (payload) => heard.push(payload)))
    const elsewhere = echo.connector.socket.io.socket('/elsewhere')
    elsewhere.connect()
    elsewhere.on('A', (_channel: string, payload: unknown) => heard.push(['elsewhere', payload]))
    await eventually(() => expect(elsewhere.connected).toBe(true))
    place.emitElsewhere('A', 'private-a', 1)
    await eventually(() => expect(heard).toHaveLength(1))
    await place.publish('private-a', 'A', 2)
    await eventually(() => expect(heard).toEqual([['elsewhere', 1], 2]))
    elsewhere.disconnect()
  })

  it('lives on through what no server of this protocol sends', async () => {
    const echo = await visitors.connected(client, place.url)
    const heard: unknown[] = []
    const room = echo.join('room').here((users) => heard.push(users))
    const orders = echo.private('orders').listen('.A', (payload) => heard.push(payload))
    await joined(room, orders)
    heard.splice(0)
    const [socket] = place.sockets.values()
    const junk = [undefined, null, 5, 'text', [], {}, [null], { user_id: {} }, Buffer.from('x')]
    for (const value of junk) {
      for (const event of ['presence:subscribed', 'presence:joining', 'presence:leaving'])
        socket?.emit(event, 'presence-room', value)
      for (const event of ['presence:subscribed', 'subscription_error', 'error', 'A']) {
        socket?.emit(event, value, 'presence-room')
        socket?.emit(event, '__proto__', value)
      }
    }
    socket?.emit('A', 'private-orders', Buffer.from('bytes'))
    await eventually(() => expect(heard.map(String)).toEqual(['bytes']))
    expect([room.status.get(), room.presence.get().count, echo.connectionStatus()]).toEqual(['joined', 1, 'connected'])
  })
})

describe('socket.io-client 4.8', () => {
  it('never connects to a laravel-echo-server, which takes version 2, and has an error', async () => {
    const place = await laravelEchoServer()
    const echo = visitors.open(io4, place.url, { transports: ['websocket'] })
    const news = echo.channel('news')
    await eventually(() => expect(echo.connection.get().error?.message).toMatch('v2.x'))
    expect([echo.connectionStatus(), news.status.get()]).toEqual(['connecting', 'joining'])
    echo.disconnect()
    await place.close()
  })
})

/** A server that takes connections and says nothing. */
async function deaf(): Promise<{ url: string; close(): void }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
