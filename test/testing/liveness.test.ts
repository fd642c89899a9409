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

describe('a silent client', () => {
  it('of pusher is pinged after the interval and closed with 4201 after 30 s more', () => {
    const client = new RawClient(new PusherServer({ pingInterval: 50_000 }))
    client.texts()
    vi.advanceTimersByTime(49_999)
    expect(events(client)).toEqual([])
    vi.advanceTimersByTime(1)
    expect(events(client)).toEqual(['pusher:ping'])
    vi.advanceTimersByTime(29_999)
    expect(client.end).toBeUndefined()
    vi.advanceTimersByTime(1)
    expect(client.end).toEqual({ code: 4201, reason: 'Pong reply not received in time' })
  })

  it('of pusher stays as long as it sends anything at all', () => {
    const client = new RawClient(new PusherServer({ pingInterval: 50_000 }))
    client.texts()
    for (let minute = 0; minute < 10; minute++) {
      vi.advanceTimersByTime(40_000)
      client.send('junk')
      vi.advanceTimersByTime(20_000)
      client.send({ event: 'pusher:pong' })
    }
    vi.advanceTimersByTime(50_000)
    expect(events(client).filter((event) => event === 'pusher:ping')).toHaveLength(1)
    client.send({ event: 'pusher:pong' })
    vi.advanceTimersByTime(49_000)
    expect(client.end).toBeUndefined()
  })

  it('of reverb is noticed by the sweep of the minute, if it is subscribed to something', () => {
    const server = new PusherServer({ like: 'reverb', pingInterval: 20_000 })
    const idle = new RawClient(server)
    const client = new RawClient(server).subscribe('orders')
    client.texts()
    idle.texts()
    vi.advanceTimersByTime(60_000)
    expect(events(client)).toEqual(['pusher:ping'])
    vi.advanceTimersByTime(60_000)
    expect(events(client)).toEqual(['pusher:error'])
    expect(client.end).toBe('dropped')
    vi.advanceTimersByTime(600_000)
    expect(events(idle)).toEqual([])
    expect(idle.end).toBeUndefined()
  })

  it('of reverb is not asked while it is lively, and still watched when another has gone', () => {
    const server = new PusherServer({ like: 'reverb' })
    const client = new RawClient(server).subscribe('orders')
    new RawClient(server).leave()
    client.texts()
    vi.advanceTimersByTime(30_000)
    client.send({ event: 'pusher:pong' })
    vi.advanceTimersByTime(30_000)
    expect(events(client)).toEqual([])
    vi.advanceTimersByTime(60_000)
    expect(events(client)).toEqual(['pusher:ping'])
  })

  it('of soketi is closed with 4201 unless it pings', () => {
    const server = new PusherServer({ like: 'soketi' })
    const [silent, lively] = [new RawClient(server), new RawClient(server)]
    vi.advanceTimersByTime(100_000)
    lively.send({ event: 'pusher:ping' })
    vi.advanceTimersByTime(20_000)
    expect(silent.end).toEqual({ code: 4201, reason: '' })
    expect(lively.end).toBeUndefined()
  })

  it('is left alone where the interval is infinite', () => {
    for (const like of ['pusher', 'reverb', 'soketi'] as const) {
      new RawClient(new PusherServer({ like, pingInterval: Number.POSITIVE_INFINITY })).subscribe('orders')
      expect(vi.getTimerCount()).toBe(0)
    }
  })

  it('is cut at once by a server that closes, whatever was late or delayed', () => {
    const server = new PusherServer()
    const client = new RawClient(server)
    server.faults.disturbSubscribe({ delay: 500 })
    server.faults.delay = 500
    client.subscribe('orders').send({ event: 'pusher:ping' })
    server.close()
    expect([client.end, vi.getTimerCount()]).toEqual(['dropped', 0])
  })

  it('leaves no timer behind when it goes, nor does the server when it closes', () => {
    for (const like of ['pusher', 'reverb', 'soketi'] as const) {
      const server = new PusherServer({ like })
      const [one, two] = [new RawClient(server), new RawClient(server)]
      expect(vi.getTimerCount()).toBeGreaterThan(0)
      one.leave()
      two.leave()
      expect(vi.getTimerCount()).toBe(0)
      new RawClient(server)
      server.close()
      expect(vi.getTimerCount()).toBe(0)
    }
  })
})
