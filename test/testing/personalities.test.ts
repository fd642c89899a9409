import { type PersonalityName, PusherServer, type PusherServerOptions, type UpgradeRequest } from 'antiphon/testing'
import { describe, expect, it } from 'vitest'
import { RawClient } from './raw-client'

const names = ['pusher', 'reverb', 'soketi'] as const
type ByName<T> = Record<PersonalityName, T>

/** What a client hears after its greeting when it does this. */
function answers(like: PersonalityName, act: (client: RawClient, server: PusherServer) => void, options = {}) {
  const server = new PusherServer({ like, ...options })
  const client = new RawClient(server)
  client.texts()
  act(client, server)
  return client.heard()
}

describe.each(names)('like %s', (like) => {
  const expectAnswers = (
    act: (client: RawClient, server: PusherServer) => void,
    expected: ByName<readonly unknown[]>,
    options?: PusherServerOptions,
  ) => expect(answers(like, act, options)).toEqual(expected[like])

  it('answers a ping', () => {
    expectAnswers((client) => client.send({ event: 'pusher:ping', data: {} }), {
      pusher: [{ event: 'pusher:pong', data: {} }],
      reverb: [{ event: 'pusher:pong' }],
      soketi: [{ event: 'pusher:pong', data: {} }],
    })
  })

  it('confirms a subscription', () => {
    const success = { event: 'pusher_internal:subscription_succeeded', channel: 'orders' }
    expectAnswers((client) => client.subscribe('orders'), {
      pusher: [{ ...success, data: '{}' }],
      reverb: [{ ...success, data: '{}' }],
      soketi: [success],
    })
  })

  it('refuses a bad auth', () => {
    expectAnswers((client) => client.send({ event: 'pusher:subscribe', data: { channel: 'private-a' } }), {
      pusher: [
        {
          event: 'pusher:error',
          data: { code: null, message: 'Invalid signature: the auth was not made for this socket and channel' },
        },
      ],
      reverb: [{ event: 'pusher:error', data: '{"code":4009,"message":"Connection is unauthorized"}' }],
      soketi: [
        {
          event: 'pusher:subscription_error',
          channel: 'private-a',
          data: { type: 'AuthError', error: 'The connection is unauthorized.', status: 401 },
        },
      ],
    })
  })

  it('refuses a presence subscribe that names no user', () => {
    const expected: ByName<string> = {
      pusher: 'channel_data must include a user_id',
      reverb: '"count":0,"ids":[],"hash":[]',
      soketi: '"status":4302',
    }
    const heard = answers(like, (client) => client.subscribe('presence-chat'))
    expect(JSON.stringify(heard).replaceAll('\\', '')).toContain(expected[like])
  })

  it('answers what is no frame', () => {
    expectAnswers((client) => client.send('hello'), {
      pusher: [{ event: 'pusher:error', data: { code: 4200, message: 'Invalid message format' } }],
      reverb: [{ event: 'pusher:error', data: '{"code":4200,"message":"Invalid message format"}' }],
      soketi: [],
    })
  })

  it('knows private and presence channels by their names', () => {
    const needsAuth = (channel: string) =>
      answers(like, (client) => client.send({ event: 'pusher:subscribe', data: { channel } }))[0]?.event !==
      'pusher_internal:subscription_succeeded'
    const expected: ByName<readonly string[]> = {
      pusher: ['private-a', 'presence-a', 'private-encrypted-a'],
      reverb: ['private-a', 'presence-a', 'private-encrypted-a', 'privateer', 'presences'],
      soketi: ['private-a', 'presence-a', 'private-encrypted-a', 'my-private-a'],
    }
    const tried = ['private-a', 'presence-a', 'private-encrypted-a', 'privateer', 'presences', 'my-private-a', 'a']
    expect(tried.filter(needsAuth)).toEqual(expected[like])
  })

  it('limits the alphabet and the length of names', () => {
    const passes = (channel: string) =>
      answers(like, (client) => client.send({ event: 'pusher:subscribe', data: { channel } }))[0]?.event ===
      'pusher_internal:subscription_succeeded'
    const tried = ['a_=@,.;-Z9', '#a', 'a b', 'é', 'a'.repeat(164), 'a'.repeat(165), 'a'.repeat(201)]
    const expected: ByName<readonly number[]> = {
      pusher: [0, 1, 4],
      reverb: [0, 1, 2, 3, 4, 5, 6],
      soketi: [0, 1, 2, 3, 4, 5],
    }
    expect(tried.flatMap((name, index) => (passes(name) ? [index] : []))).toEqual(expected[like])
  })

  it('takes 1 and "1" for one member, or for two', () => {
    const server = new PusherServer({ like })
    for (const user_id of [1, '1']) new RawClient(server).subscribe('presence-chat', { user_id, user_info: {} })
    const expected: ByName<readonly unknown[]> = { pusher: [1], reverb: [1], soketi: [1, '1'] }
    expect(server.members('presence-chat').map(({ id }) => id)).toEqual(expected[like])
  })

  it('passes on data as it was published', () => {
    const expected: ByName<unknown> = { pusher: '{"a":1}', reverb: '{"a":1}', soketi: { a: 1 } }
    const heard = answers(like, (client, server) => {
      client.subscribe('orders')
      server.publish('orders', 'e', { a: 1 })
    })
    expect(heard.at(-1)?.data).toEqual(expected[like])
  })

  it.each<[string, UpgradeRequest, PusherServerOptions, ByName<readonly [frame: number | undefined, end: unknown]>]>([
    [
      'an unknown key',
      { path: '/app/nobody?protocol=7' },
      {},
      {
        pusher: [undefined, { code: 4001, reason: 'Application does not exist' }],
        reverb: [4001, 'dropped'],
        soketi: [4001, { code: 4001, reason: '' }],
      },
    ],
    [
      'one connection too many',
      {},
      { maxConnections: 0 },
      {
        pusher: [undefined, { code: 4004, reason: 'Application is over connection quota' }],
        reverb: [4004, undefined],
        soketi: [4100, { code: 4100, reason: '' }],
      },
    ],
    [
      'a foreign origin',
      { origin: 'https://evil.example' },
      { allowedOrigins: ['*.shop.example'] },
      {
        pusher: [undefined, { code: 4009, reason: 'Origin not allowed' }],
        reverb: [4009, undefined],
        soketi: [4009, { code: 4009, reason: '' }],
      },
    ],
  ])('turns away %s', (_what, request, options, expected) => {
    const client = new RawClient(new PusherServer({ like, ...options }), request)
    const [frame] = client.heard()
    const data = typeof frame?.data === 'string' ? JSON.parse(frame.data) : frame?.data
    expect([data?.code, client.end]).toEqual(expected[like])
  })

  it('lets in the hosts that it knows, a wildcard for any part', () => {
    const passes = (origin: string) =>
      new RawClient(new PusherServer({ like, allowedOrigins: ['shop.example', '*.shop.example'] }), {
        origin,
      }).heard()[0]?.event === 'pusher:connection_established'
    const origins = ['https://shop.example', 'http://a.shop.example:8080', 'https://shopxexample', 'no address', 'null']
    expect(origins.map(passes)).toEqual([true, true, false, false, false])
  })

  it('looks at the protocol number, or not', () => {
    const client = new RawClient(new PusherServer({ like }), { path: '/app/app-key?protocol=99' })
    const refused = { code: 4007, reason: 'Unsupported protocol version' }
    expect(client.end).toEqual({ pusher: refused, reverb: undefined, soketi: undefined }[like])
  })

  it('stops', () => {
    const server = new PusherServer({ like })
    const client = new RawClient(server)
    client.texts()
    server.close('stopped')
    const expected: ByName<unknown> = {
      pusher: { code: 4200, reason: 'Please reconnect immediately' },
      reverb: 'dropped',
      soketi: { code: 4200, reason: '' },
    }
    expect(client.end).toEqual(expected[like])
    expect(client.heard().length).toBe(like === 'soketi' ? 1 : 0)
  })
})

it('is none that nobody knows', () => {
  for (const like of ['ably', 'constructor', null, 7])
    expect(() => new PusherServer({ like: like as never })).toThrow(
      expect.objectContaining({
        code: 'invalid-option',
        message: `Option like is ${String(like)}, not pusher, reverb, soketi.`,
      }),
    )
})
