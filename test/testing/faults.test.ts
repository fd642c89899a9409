import { PusherServer } from 'antiphon/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RawClient } from './raw-client'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const events = (client: RawClient) => client.heard().map(({ event }) => event)
const greeting = 'pusher:connection_established'
const success = 'pusher_internal:subscription_succeeded'

describe('a server on demand', () => {
  it('drops one client, or all of them', () => {
    const server = new PusherServer()
    const [one, two] = [new RawClient(server), new RawClient(server)]
    one.connection.drop()
    expect([one.end, two.end]).toEqual(['dropped', undefined])
    server.drop()
    expect(two.end).toBe('dropped')
    expect(server.connections.size).toBe(0)
  })

  it('closes one client, or all of them, with exactly this code, also where its kind would not', () => {
    const server = new PusherServer({ like: 'reverb' })
    const [one, two] = [new RawClient(server), new RawClient(server)]
    one.connection.close(4001, 'gone')
    server.closeAll(4200)
    expect([one.end, two.end]).toEqual([
      { code: 4001, reason: 'gone' },
      { code: 4200, reason: '' },
    ])
  })

  it('has nothing more to say to a client that it ended', () => {
    const server = new PusherServer()
    const [one, two] = [new RawClient(server), new RawClient(server)]
    for (const client of [one, two]) client.texts()
    one.connection.drop()
    one.connection.close(4000)
    two.connection.close(4000)
    two.connection.drop()
    for (const { connection } of [one, two]) connection.sendRaw('late')
    expect([one.ends, two.ends]).toEqual([['dropped'], [{ code: 4000, reason: '' }]])
    expect([one.texts(), two.texts()]).toEqual([[], []])
  })

  it('does not take the end of one client for that of the next with the same socket id', () => {
    const server = new PusherServer({ random: () => 0.5 })
    const one = new RawClient(server)
    one.connection.drop()
    const two = new RawClient(server)
    one.leave()
    expect(one.socketId).toBe(two.socketId)
    expect(server.connections.get(two.socketId)).toBe(two.connection)
  })

  it('refuses the next connections, with a code or without a word', () => {
    const server = new PusherServer()
    server.faults.refuse(1, 4100, 'full')
    server.faults.refuse(2)
    const ends = [1, 2, 3, 4].map(() => new RawClient(server)).map((client) => [client.end, events(client)])
    expect(ends).toEqual([
      [{ code: 4100, reason: 'full' }, []],
      ['dropped', []],
      ['dropped', []],
      [undefined, [greeting]],
    ])
  })

  it('greets with junk, with a ping first, or not at all', () => {
    const server = new PusherServer()
    server.faults.greeting = { junk: '<html>' }
    expect(new RawClient(server).texts()).toEqual(['<html>'])
    server.faults.greeting = 'ping-first'
    expect(events(new RawClient(server))).toEqual(['pusher:ping', greeting])
    server.faults.greeting = 'none'
    expect(events(new RawClient(server))).toEqual([])
  })

  it('sends any text to one client', () => {
    const client = new RawClient(new PusherServer())
    client.texts()
    client.connection.sendRaw('{"event":')
    expect(client.texts()).toEqual(['{"event":'])
  })

  it('is late with everything, in order, and then on time again', () => {
    const server = new PusherServer()
    const client = new RawClient(server)
    client.texts()
    server.faults.delay = 500
    client.connection.sendRaw('1')
    server.faults.delay = 0
    client.connection.sendRaw('2')
    client.connection.close(4200, 'late')
    vi.advanceTimersByTime(499)
    expect([client.texts(), client.end]).toEqual([[], undefined])
    vi.advanceTimersByTime(1)
    expect([client.texts(), client.end]).toEqual([['1', '2'], { code: 4200, reason: 'late' }])
    const next = new RawClient(server)
    expect(events(next)).toEqual([greeting])
  })

  it('ignores, delays or refuses the next subscribe', () => {
    const server = new PusherServer()
    const client = new RawClient(server)
    client.texts()
    server.faults.disturbSubscribe('ignore')
    server.faults.disturbSubscribe('refuse')
    server.faults.disturbSubscribe({ delay: 300 })
    client.subscribe('ignored').subscribe('refused').subscribe('late').subscribe('orders')
    expect(client.heard().map(({ event, channel }) => channel ?? event)).toEqual(['pusher:error', 'orders'])
    vi.advanceTimersByTime(300)
    expect(client.heard()).toMatchObject([{ event: success, channel: 'late' }])
    expect(server.channels().map(({ name }) => name)).toEqual(['orders', 'late'])
  })

  it('forgets a delayed subscribe of a client that is gone', () => {
    const server = new PusherServer()
    const client = new RawClient(server)
    server.faults.disturbSubscribe({ delay: 300 })
    client.subscribe('orders').leave()
    vi.advanceTimersByTime(300)
    expect(server.channels()).toEqual([])
  })

  it('withholds the pong', () => {
    const server = new PusherServer()
    const client = new RawClient(server)
    client.texts()
    server.faults.withholdPong = true
    client.send({ event: 'pusher:ping' })
    expect(events(client)).toEqual([])
  })

  it('swallows frames both ways while offline, and resets what it gave up meanwhile', () => {
    const server = new PusherServer()
    const [one, two] = [new RawClient(server).subscribe('orders'), new RawClient(server).subscribe('orders')]
    for (const client of [one, two]) client.texts()
    server.offline = true
    server.publish('orders', 'Shipped', {})
    one.subscribe('news')
    expect(server.channels().map(({ name }) => name)).toEqual(['orders'])
    two.leave()
    one.connection.drop()
    expect([events(one), one.end, server.connections.size]).toEqual([[], undefined, 1])
    server.offline = false
    one.send({ event: 'pusher:ping' })
    expect(one.end).toBe('dropped')
    server.publish('orders', 'Shipped', {})
    expect(events(two)).toEqual(['Shipped'])
  })

  it('swallows also what was late when it went offline', () => {
    const server = new PusherServer()
    const client = new RawClient(server)
    client.texts()
    server.faults.delay = 500
    client.connection.sendRaw('1')
    vi.advanceTimersByTime(400)
    server.offline = true
    vi.advanceTimersByTime(400)
    expect(client.texts()).toEqual([])
  })

  it('ends all misfortunes at once', () => {
    const server = new PusherServer()
    server.offline = true
    server.faults.refuse(5)
    server.faults.greeting = 'none'
    server.faults.disturbSubscribe('ignore', 5)
    server.faults.withholdPong = true
    server.faults.delay = 100
    server.faults.clear()
    const client = new RawClient(server).subscribe('orders').send({ event: 'pusher:ping' })
    expect(events(client)).toEqual([greeting, success, 'pusher:pong'])
  })
})
