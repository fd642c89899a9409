import { Echo, type EchoError, type EchoOptions, type TraceEntry } from 'antiphon'
import { io as io4 } from 'socket.io-client'
import io2 from 'socket.io-client-2'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { ScriptedClient } from './socket-io/scripted-client'

fakeTime()

afterEach(() => {
  vi.unstubAllGlobals()
})

const make = (options: object = {}) =>
  new Echo({ broadcaster: 'socket.io', host: 'http://app.test', ...options } as EchoOptions<'socket.io'>)

describe('the client', () => {
  const refused = (client: unknown) => {
    try {
      make({ client })
    } catch (error) {
      const { code, message } = error as EchoError
      return `${code}: ${message}`
    }
    return 'accepted'
  }

  const expected = 'invalid-option: Option client is not the function io of socket.io-client.'

  it('is missing, or no function: it says what was expected', () => {
    for (const client of [undefined, io4('http://app.test', { autoConnect: false }), {}, 'io'])
      expect(refused(client)).toBe(expected)
  })

  it('makes what lacks a method that is called', () => {
    const { socket } = new ScriptedClient()
    const lacking = [
      () => undefined,
      () => new EventTarget(),
      () => ({ ...socket, emit: undefined, connect: 'no' }),
      () => ({ ...socket, io: {} }),
    ]
    for (const client of lacking) expect(refused(client)).toBe(expected)
  })

  it('throws: its error is the cause', () => {
    const cause = new Error('no')
    const client = () => {
      throw cause
    }
    expect(() => make({ client })).toThrow(expect.objectContaining({ code: 'invalid-option', cause }))
  })

  it('may be the page’s own', () => {
    const page = new ScriptedClient()
    vi.stubGlobal('io', page.io)
    expect(make().connector.socket).toBe(page.socket)
    expect(make().connector.getSocketIO?.()).toBe(page.io)
  })
})

describe('the options', () => {
  it('go on to socket.io whole, but it does not connect by itself', () => {
    const client = new ScriptedClient()
    const given = {
      path: '/sockets',
      transports: ['websocket'],
      query: { v: 2 },
      auth: { headers: { 'X-Tenant': '7' } },
    }
    const echo = make({ client: client.io, ...given })
    expect(client.options).toEqual([expect.objectContaining({ ...given, host: 'http://app.test', autoConnect: false })])
    expect([client.socket.active, echo.connectionStatus()]).toEqual([false, 'disconnected'])
  })

  it.each([
    ['2.5', io2],
    ['4.8', io4],
  ])('may name a host without a scheme, or none, as socket.io-client %s has it', (_, client) => {
    new Page('http://shop.test:8000/')
    const uri = (host?: string) => make({ client, host, autoConnect: false }).connector.socket.io.uri
    expect([uri('app.test:6001'), uri('https://app.test'), uri(), uri('')]).toEqual([
      'http://app.test:6001',
      'https://app.test',
      'http://shop.test:8000',
      'http://shop.test:8000',
    ])
  })

  it('of other broadcasters are traced', () => {
    const entries: TraceEntry[] = []
    const client = new ScriptedClient()
    const trace = (entry: TraceEntry) => entries.push(entry)
    make({ client: client.io, trace })
    expect(entries).toEqual([])
    make({ client: client.io, trace, key: 'app-key' })
    expect(entries).toMatchObject([{ about: 'option' }])
  })
})

describe('importing and making it', () => {
  it('opens nothing where pages are rendered for others', async () => {
    const client = new ScriptedClient()
    const echo = make({ client: client.io })
    echo.private('orders')
    await vi.advanceTimersByTimeAsync(1000)
    expect([client.socket.active, client.emitted, vi.getTimerCount()]).toEqual([false, [], 0])
  })
})
