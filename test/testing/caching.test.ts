import { PusherHttp, PusherServer, type PusherServerOptions } from 'antiphon/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RawClient } from './raw-client'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** What a new subscriber hears after its success. */
function after(server: PusherServer, channel: string): unknown[] {
  const client = new RawClient(server)
  client.texts()
  client.subscribe(channel, channel.includes('presence-') ? { user_id: '9' } : undefined)
  const [success, ...rest] = client.heard()
  expect(success).toMatchObject({ event: 'pusher_internal:subscription_succeeded' })
  client.leave()
  return rest
}

const miss = (channel: string) => ({ event: 'pusher:cache_miss', channel })

describe('a cache channel like pusher', () => {
  it.each(['cache-x', 'private-cache-x', 'private-encrypted-cache-x', 'presence-cache-x'])('is %s', (channel) => {
    const server = new PusherServer()
    expect(after(server, channel)).toEqual([miss(channel)])
    server.publish(channel, 'one', 1)
    server.publish(channel, 'two', { n: 2 })
    expect(after(server, channel)).toEqual([{ event: 'two', channel, data: '{"n":2}' }])
  })

  it.each(['cached', 'my-cache-x', 'private-x', 'cache'])('is not %s', (channel) => {
    const server = new PusherServer()
    server.publish(channel, 'one', 1)
    expect(after(server, channel)).toEqual([])
  })

  it('keeps its event for half an hour, also while nobody is there', async () => {
    const server = new PusherServer()
    server.publish('cache-x', 'one', 1)
    await vi.advanceTimersByTimeAsync(1_799_999)
    expect(after(server, 'cache-x')).toEqual([{ event: 'one', channel: 'cache-x', data: '1' }])
    await vi.advanceTimersByTimeAsync(1)
    expect(after(server, 'cache-x')).toEqual([miss('cache-x')])
  })

  it('keeps no whisper and no departure', () => {
    const server = new PusherServer()
    const [one, two] = ['1', '2'].map((user_id) => new RawClient(server).subscribe('presence-cache-x', { user_id }))
    one?.whisper('presence-cache-x', { a: 1 })
    two?.leave()
    expect(after(server, 'presence-cache-x')).toEqual([miss('presence-cache-x')])
  })
})

describe('a cache channel like soketi', () => {
  it('has it anywhere in its name, and for an hour', async () => {
    const server = new PusherServer({ like: 'soketi' })
    server.publish('my-cache-x', 'one', { n: 1 })
    await vi.advanceTimersByTimeAsync(3_599_999)
    expect(after(server, 'my-cache-x')).toEqual([{ event: 'one', channel: 'my-cache-x', data: { n: 1 } }])
    await vi.advanceTimersByTimeAsync(1)
    expect(after(server, 'my-cache-x')).toEqual([miss('my-cache-x')])
  })
})

describe('the HTTP API', () => {
  const read = (options: PusherServerOptions) => {
    const server = new PusherServer(options)
    new RawClient(server).subscribe('cache-x')
    server.publish('cache-x', 'one', { n: 1 })
    const http = new PusherHttp(server, () => '')
    return http.answer({ method: 'GET', path: '/apps/app-id/channels/cache-x?info=cache', body: '' }).body
  }

  it('tells what is cached, if asked, in the words of each server', async () => {
    expect(read({ like: 'pusher' })).toBe('{"occupied":true,"cache":{"data":"{\\"n\\":1}","ttl":1800}}')
    expect(read({ like: 'reverb' })).toContain(
      '"cache":{"event":"one","data":"{\\u0022n\\u0022:1}","channel":"cache-x"}',
    )
    expect(read({ like: 'soketi' })).toBe('{"occupied":true,"subscription_count":1}')
  })
})

describe('how many are subscribed', () => {
  const heard = (client: RawClient) =>
    client.heard().flatMap(({ event, data }) => (event.endsWith(':subscription_count') ? [JSON.parse(data)] : []))

  it('is told on every change, with the setting on, but on presence channels', () => {
    const server = new PusherServer({ subscriptionCounts: true })
    const [one, two] = [new RawClient(server), new RawClient(server)]
    expect(heard(one.subscribe('news'))).toEqual([{ subscription_count: 1 }])
    expect(heard(two.subscribe('news'))).toEqual([{ subscription_count: 2 }])
    expect(heard(one)).toEqual([{ subscription_count: 2 }])
    expect(heard(two.subscribe('news'))).toEqual([])
    two.leave()
    expect(heard(one)).toEqual([{ subscription_count: 1 }])
    expect(heard(one.subscribe('presence-chat', { user_id: '1' }))).toEqual([])
  })

  it('is told by no server without it, and by no reverb or soketi', () => {
    for (const options of [
      {},
      { like: 'reverb', subscriptionCounts: true },
      { like: 'soketi', subscriptionCounts: true },
    ] as const)
      expect(heard(new RawClient(new PusherServer(options)).subscribe('news'))).toEqual([])
  })
})
