import { type ConnectionState, type Connector, createStore, Echo, type Signal } from 'antiphon'
import { inMemoryWebSocket, PusherServer } from 'antiphon/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

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

  it('has nothing to leave of a name that nobody asked for', () => {
    const echo = connect()
    for (const name of ['nobody', 'hasOwnProperty', '__proto__', 'toString']) {
      echo.leave(name)
      echo.connector.leaveChannel(name)
    }
    expect(Object.keys(echo.connector.channels)).toEqual([])
  })

  it('signs in as Echo does', async () => {
    const echo = connect({
      userAuthentication: {
        customHandler: ({ socketId }: { socketId: string }, answer: (error: null, user: object) => void) =>
          answer(null, server.authenticate(socketId, { id: '1' })),
      },
    })
    const user = echo.connector.signin()
    await vi.dynamicImportSettled()
    await settle()
    expect(await user).toBe(await echo.signin())
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
