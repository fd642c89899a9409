import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ConnectionState, Connector, Signal } from '../src/contract'
import { Echo } from '../src/echo'
import { createStore } from '../src/base/store'
import { inMemoryWebSocket, PusherServer } from '../src/testing'

let server: PusherServer

beforeEach(() => {
  vi.useFakeTimers()
  server = new PusherServer()
})

afterEach(() => {
  server.close()
  vi.useRealTimers()
})

/** Time for frames to cross, and for promises. */
const settle = (ms = 50) => vi.advanceTimersByTimeAsync(ms)

const connect = (more: object = {}) =>
  new Echo({
    broadcaster: 'reverb',
    key: 'app-key',
    wsHost: 'localhost',
    WebSocket: inMemoryWebSocket(server),
    autoConnect: true,
    authorize: async ({ channel, socketId }) => server.authorize(socketId, channel, { user_id: 1 }),
    ...more,
  })

describe('echo.connector', () => {
  it('is the same view each time, on the same options', () => {
    const echo = connect()
    expect(echo.connector).toBe(echo.connector)
    expect(echo.connector.options).toBe(echo.options)
  })

  it('gives the channels of Echo under their older names', async () => {
    const echo = connect()
    const { connector } = echo
    expect(connector.channel('a')).toBe(echo.channel('a'))
    expect(connector.privateChannel('a')).toBe(echo.private('a'))
    expect(connector.presenceChannel('a')).toBe(echo.join('a'))
    const heard = vi.fn()
    expect(connector.listen('a', '.Event', heard)).toBe(echo.channel('a'))
    await settle()
    server.publish('a', 'Event', {})
    await settle()
    expect(heard).toHaveBeenCalledOnce()
    expect(() => connector.encryptedPrivateChannel('a')).toThrow(expect.objectContaining({ code: 'not-supported' }))
  })

  it('lists the channels by wire name until they are left', () => {
    const echo = connect()
    const { connector } = echo
    const channel = echo.private('a')
    echo.join('__proto__')
    echo.channel('__proto__')
    expect(Object.keys(connector.channels)).toEqual(['private-a', 'presence-__proto__', '__proto__'])
    expect(connector.channels['private-a']).toBe(channel)
    expect(connector.channels.toString).toBeUndefined()
    connector.leave('a')
    connector.leaveChannel('presence-__proto__')
    expect(Object.keys(connector.channels)).toEqual(['__proto__'])
    for (const wire of Object.keys(connector.channels)) echo.leave(wire)
    expect(connector.channels).toEqual({})
  })

  it('connects, disconnects, and knows the socket id', async () => {
    const { connector } = connect()
    await settle()
    expect(connector.connectionStatus()).toBe('connected')
    expect(connector.socketId()).toBe([...server.connections.keys()][0])
    connector.disconnect()
    expect(connector.connectionStatus()).toBe('disconnected')
    expect(connector.socketId()).toBeUndefined()
    connector.connect()
    await settle()
    expect(connector.connectionStatus()).toBe('connected')
  })

  it('tells of each status once, until it is undone', async () => {
    const { connector } = connect()
    const told: string[] = []
    const undo = connector.onConnectionChange((status) => told.push(status))
    await settle()
    server.drop()
    await settle(10_000)
    expect(told).toEqual(['connected', 'reconnecting', 'connected'])
    undo()
    connector.disconnect()
    expect(told).toHaveLength(3)
  })

  it('says that signin() is not there yet', () => {
    expect(() => connect().connector.signin()).toThrow(expect.objectContaining({ code: 'not-supported' }))
  })

  it('follows a subclass and a wrapped method', () => {
    const joined = vi.fn()
    class Mine extends Echo {
      override join(name: string): never {
        joined(name)
        return undefined as never
      }
    }
    new Mine({ broadcaster: 'null' }).connector.presenceChannel('room')
    expect(joined).toHaveBeenCalledWith('room')
  })

  it('carries a token written to its pusher to the next authorization', async () => {
    const requests: Headers[] = []
    const echo = connect({
      authorize: undefined,
      authEndpoint: 'http://app.test/auth',
      fetch: async (_url: string, { headers }: RequestInit) => {
        requests.push(new Headers(headers))
        return new Response('{"auth":"app-key:signature"}')
      },
    })
    echo.connector.pusher.config.auth = { headers: { Authorization: 'Bearer new' } }
    echo.private('a')
    await settle()
    expect(requests[0]?.get('Authorization')).toBe('Bearer new')
  })
})

describe('echo.connector.pusher', () => {
  it('is absent where there is none', () => {
    expect('pusher' in new Echo({ broadcaster: 'null' }).connector).toBe(false)
    expect('pusher' in new Echo({ broadcaster: () => custom() }).connector).toBe(false)
    expect('socket' in connect().connector).toBe(false)
  })

  it('is whatever a connector of the application brings, read when asked for', () => {
    const read = vi.fn(() => 'mine')
    const extras = {
      get pusher() {
        return read()
      },
    }
    const { connector } = new Echo({ broadcaster: () => Object.assign(custom(), { extras }) })
    expect(read).not.toHaveBeenCalled()
    expect(connector.pusher).toBe('mine')
  })

  it('leaves to a component what it leases', async () => {
    const echo = connect()
    const lease = echo.lease('private', 'a')
    echo.private('a')
    await settle()
    echo.connector.pusher.unsubscribe('private-a')
    await settle(1000)
    expect(lease.channel.status.get()).toBe('joined')
    expect(echo.connector.pusher.channel('private-a').subscribed).toBe(true)
  })
})

describe('the null broadcaster', () => {
  it('is disconnected for good, and its channels wait', async () => {
    const echo = new Echo({ broadcaster: 'null', autoConnect: true })
    echo.connect()
    expect(echo.connectionStatus()).toBe('disconnected')
    expect(echo.socketId()).toBeUndefined()
    expect(echo.socketHeaders()).toEqual({})
    const here = vi.fn()
    const room = echo.join('room').here(here).listen('Event', here)
    await settle(60_000)
    expect(here).not.toHaveBeenCalled()
    expect(room.status.get()).toBe('joining')
    echo.leave('room')
    echo.disconnect()
    expect(room.status.get()).toBe('left')
  })
})

function custom(): Connector {
  const state: ConnectionState = {
    status: 'disconnected',
    socketId: undefined,
    attempt: 0,
    retryAt: undefined,
    error: undefined,
    offline: false,
  }
  return {
    state: createStore(state),
    connect: () => {},
    disconnect: () => {},
    subscribe: (_channel: unknown, _receive: (signal: Signal) => void) => ({
      whisper: () => false,
      unsubscribe: () => {},
    }),
  }
}
