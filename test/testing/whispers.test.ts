import { type ClientEvents, type PersonalityName, PusherServer } from 'antiphon/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RawClient } from './raw-client'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const member = (user_id: string) => ({ user_id, user_info: {} })

/** What a sender and another subscriber hear of a whisper: a code, data, or nothing. */
function outcome(like: PersonalityName, clientEvents: ClientEvents | undefined, channel: string, subscribed: boolean) {
  const server = new PusherServer({ like, clientEvents })
  const sender = new RawClient(server)
  const other = new RawClient(server).subscribe(channel, channel.startsWith('pres') ? member('2') : undefined)
  if (subscribed) sender.subscribe(channel, channel.startsWith('pres') ? member('1') : undefined)
  for (const client of [sender, other]) client.texts()
  sender.whisper(channel, { a: 1 })
  const error = sender.heard()[0]?.data
  const code = (typeof error === 'string' ? JSON.parse(error) : error)?.code
  const [relayed] = other.heard()
  return code ?? (relayed ? { data: relayed.data, user_id: relayed.user_id } : 'nothing')
}

describe('a client event', () => {
  const anonymous = { data: { a: 1 }, user_id: undefined }
  const known = { data: { a: 1 }, user_id: '1' }

  it.each<[PersonalityName, ClientEvents | undefined, string, boolean, unknown]>([
    ['pusher', undefined, 'private-a', true, anonymous],
    ['pusher', undefined, 'presence-a', true, known],
    ['pusher', undefined, 'a', true, 4301],
    ['pusher', undefined, 'private-a', false, 4301],
    ['pusher', 'none', 'private-a', true, 4301],
    ['reverb', undefined, 'private-a', true, anonymous],
    ['reverb', undefined, 'presence-a', true, known],
    ['reverb', undefined, 'a', true, anonymous],
    ['reverb', undefined, 'private-a', false, 4009],
    ['reverb', 'all', 'private-a', false, anonymous],
    ['reverb', 'none', 'private-a', true, 4301],
    ['soketi', undefined, 'private-a', true, anonymous],
    ['soketi', undefined, 'presence-a', true, known],
    ['soketi', undefined, 'a', true, anonymous],
    ['soketi', undefined, 'private-a', false, 'nothing'],
    ['soketi', 'none', 'private-a', true, 4301],
  ])('like %s, rule %s, on %s, subscribed %s: %o', (like, rule, channel, subscribed, expected) => {
    expect(outcome(like, rule, channel, subscribed)).toEqual(expected)
  })

  it('never comes back to its sender, and nobody can forge its user id', () => {
    const server = new PusherServer()
    const [one, two] = ['1', '2'].map((id) => new RawClient(server).subscribe('presence-a', member(id)))
    for (const client of [one, two]) client?.texts()
    one?.send({ event: 'client-x', channel: 'presence-a', data: 'text', user_id: 'forged' })
    expect(one?.heard()).toEqual([])
    expect(two?.heard()).toEqual([{ event: 'client-x', channel: 'presence-a', data: 'text', user_id: '1' }])
  })

  it('of another name than client- is refused by pusher', () => {
    const client = new RawClient(new PusherServer()).subscribe('private-a')
    client.texts()
    client.whisper('private-a', {}, 'pusher_internal:member_added')
    expect(client.heard()[0]?.data.code).toBe(4200)
  })

  it('passes ten times a second, by default of pusher', () => {
    const server = new PusherServer()
    const sender = new RawClient(server).subscribe('private-a')
    const other = new RawClient(server).subscribe('private-a')
    for (const client of [sender, other]) client.texts()
    for (let i = 0; i < 12; i++) sender.whisper('private-a', i)
    expect(other.heard().map(({ data }) => data)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(sender.heard().map(({ data }) => data.code)).toEqual([4301, 4301])
    vi.advanceTimersByTime(1_000)
    sender.whisper('private-a', 'again')
    expect(other.heard()).toHaveLength(1)
  })
})

describe('limits', () => {
  it('close with 1009 what is larger than the server takes, counted in bytes', () => {
    for (const like of ['pusher', 'reverb', 'soketi'] as const) {
      const server = new PusherServer({ like, maxMessageSize: 40 })
      const fits = new RawClient(server).send('é'.repeat(20))
      expect(fits.end).toBeUndefined()
      const large = new RawClient(server).send('é'.repeat(21))
      expect(large.end).toEqual({ code: 1009, reason: 'Maximum message size exceeded' })
    }
  })

  it('refuse more subscribes a minute than allowed, and say so', () => {
    const client = new RawClient(new PusherServer({ like: 'reverb', subscriptionsPerMinute: 2 }))
    client.texts()
    for (const channel of ['a', 'b', 'c']) client.subscribe(channel)
    expect(client.heard().at(-1)).toEqual({
      event: 'pusher:error',
      data: '{"code":4301,"message":"Rate limit exceeded"}',
    })
    vi.advanceTimersByTime(60_000)
    client.subscribe('c')
    expect(client.heard().at(-1)?.event).toBe('pusher_internal:subscription_succeeded')
  })
})
