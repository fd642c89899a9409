import type { Greeting } from 'antiphon/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { advance, chance, fakeTime, now, until } from '../support/clock'
import { Page } from '../support/page'
import { connected, Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

const WebSocketState = { connecting: 0, open: 1 }

describe('a server that does not take us in', () => {
  it('1: is `connecting` until it did once, `reconnecting` afterwards', async () => {
    const rig = new Rig()
    rig.server.faults.refuse(2)
    await advance(1)
    expect(rig.echo.connectionStatus()).toBe('connecting')
    await advance(30_000)
    expect(rig.echo.connectionStatus()).toBe('connected')
    rig.server.faults.refuse(2)
    rig.server.drop()
    await advance(1)
    expect(rig.echo.connectionStatus()).toBe('reconnecting')
  })

  const refusals: Record<string, (rig: Rig) => void> = {
    'refuses at once': ({ server }) => server.faults.refuse(10_000),
    'closes without a code': ({ server }) => server.faults.refuse(10_000, 1006),
    'closes with 1011': ({ server }) => server.faults.refuse(10_000, 1011),
    'closes with 4200': ({ server }) => server.faults.refuse(10_000, 4200),
    'closes with 4100': ({ server }) => server.faults.refuse(10_000, 4100),
    'closes with a code nobody knows': ({ server }) => server.faults.refuse(10_000, 4777),
    'greets with junk': ({ server }) => {
      server.faults.greeting = { junk: '<html>busy</html>' }
    },
  }
  for (const [what, arrange] of Object.entries(refusals))
    it(`2: that ${what} sees at most 5 attempts in the first 3 s, 600 ms apart, and ever fewer`, async () => {
      const rig = new Rig()
      chance(0)
      arrange(rig)
      await advance(60_000)
      const { attempts } = rig
      expect(attempts.filter((at) => at < 3_000).length).toBeLessThanOrEqual(5)
      expect(attempts.length).toBeGreaterThan(3)
      for (const [index, at] of attempts.slice(1).entries())
        expect(at - (attempts[index] as number)).toBeGreaterThanOrEqual(600)
      expect(rig.server.connections.size).toBeLessThanOrEqual(1)
      rig.server.faults.clear()
      await advance(20_000)
      expect(rig.echo.connectionStatus()).toBe('connected')
    })

  it('2: that says 4200 for a minute is asked ever more slowly all the same', async () => {
    const rig = new Rig()
    chance(0.999)
    rig.server.faults.refuse(1_000, 4200)
    await advance(120_000)
    const [last = 0, latest = 0] = rig.attempts.slice(-2)
    expect(latest - last).toBeGreaterThan(10_000)
  })

  it('2: that takes us in and drops us at once is braked too, for it never was up for 5 s', async () => {
    const rig = await connected()
    chance(0.999)
    const waits: number[] = []
    for (let round = 0; round < 12; round++) {
      const lost = now()
      rig.server.drop()
      await advance(1)
      await rig.back()
      waits.push(now() - lost)
    }
    expect(waits.at(-1)).toBeGreaterThan(8_000)
  })

  it('2: is one backoff for all ways to fail', async () => {
    const rig = await connected()
    rig.server.drop()
    const lost = now()
    chance(0.999)
    for (let round = 0; now() - lost < 60_000; round++) {
      rig.server.faults.clear()
      if (round % 3 === 0) rig.server.faults.refuse(1)
      if (round % 3 === 1) rig.server.faults.refuse(1, 1011)
      if (round % 3 === 2) rig.server.faults.greeting = { junk: '{}' }
      const before = rig.attempts.length
      await until(() => rig.attempts.length > before)
      await advance(50)
    }
    rig.server.faults.clear()
    rig.server.faults.refuse(10)
    const before = rig.attempts.length
    await advance(65_000)
    const [first = 0, second = 0] = rig.attempts.slice(before)
    expect(second - first).toBeGreaterThan(29_000)
  })

  it('2: that never answers is given up after 8 s', async () => {
    const rig = new Rig()
    chance(0.5)
    rig.server.offline = true
    const [first] = rig.sockets
    await advance(7_900)
    expect(first?.readyState).toBe(WebSocketState.connecting)
    await advance(200)
    expect(first?.readyState).toBeGreaterThan(WebSocketState.open)
    expect(rig.echo.connection.get().error).toMatchObject({ code: 'connection-timeout' })
    rig.server.offline = false
    await advance(3_000)
    expect(rig.echo.connectionStatus()).toBe('connected')
  })

  it('2: that never greets is given up 8 s after the attempt began, and the socket is closed', async () => {
    const rig = new Rig()
    rig.server.faults.greeting = 'none'
    await advance(7_900)
    expect(rig.socket.readyState).toBe(WebSocketState.open)
    chance(0.999)
    await advance(200)
    expect(rig.echo.connection.get().error).toMatchObject({ code: 'connection-timeout' })
    expect(rig.sockets[0]?.readyState).toBeGreaterThan(WebSocketState.open)
    expect(rig.server.connections.size).toBe(0)
    await advance(5_000)
    expect(rig.attempts.length).toBe(2)
  })

  it('2: that greets late, but within 8 s, is fine', async () => {
    const rig = new Rig()
    rig.server.faults.delay = 7_500
    await advance(7_600)
    expect(rig.echo.connectionStatus()).toBe('connected')
    expect(rig.attempts).toEqual([0])
  })

  it('2: may ping before it greets, and is answered', async () => {
    const rig = new Rig()
    rig.server.faults.greeting = 'ping-first'
    await advance(100)
    expect(rig.echo.connectionStatus()).toBe('connected')
    expect(rig.attempts).toEqual([0])
    expect(rig.received('pusher:pong')).toHaveLength(1)
  })

  const greetings: Record<string, unknown> = {
    'no frame': '<html>',
    'an empty text': '',
    'a number': '5',
    null: 'null',
    'a list': '[]',
    'no event': '{}',
    'no data': { event: 'pusher:connection_established' },
    'data that is no JSON': { event: 'pusher:connection_established', data: '{"socket_id"' },
    'data that is null': { event: 'pusher:connection_established', data: 'null' },
    'no socket id': { event: 'pusher:connection_established', data: '{"activity_timeout":30}' },
    'a socket id that is a number': {
      event: 'pusher:connection_established',
      data: '{"socket_id":1.1,"activity_timeout":30}',
    },
  }
  for (const [what, greeting] of Object.entries(greetings))
    it(`2: that greets with ${what} is tried again within 11 s`, async () => {
      const rig = new Rig()
      const junk = typeof greeting === 'string' ? greeting : JSON.stringify(greeting)
      rig.server.faults.greeting = { junk } satisfies Greeting
      await advance(50)
      expect(rig.echo.connectionStatus()).not.toBe('connected')
      rig.server.faults.clear()
      await advance(11_000)
      expect(rig.echo.connectionStatus()).toBe('connected')
      expect(rig.server.connections.size).toBe(1)
    })

  it('2: is connected to once, however often `connect()` is called', async () => {
    const rig = await connected()
    rig.echo.connect()
    rig.echo.connect()
    await advance(1_000)
    rig.server.drop()
    await advance(1)
    rig.echo.connect()
    rig.echo.connect()
    await advance(5_000)
    expect(rig.attempts).toHaveLength(2)
    expect(rig.server.connections.size).toBe(1)
  })
})
