import { createHmac } from 'node:crypto'
import { PusherServer, type PusherServerOptions } from 'antiphon/testing'
import { describe, expect, it } from 'vitest'
import { RawClient } from './raw-client'

const sign = (message: string) => createHmac('sha256', 'app-secret').update(message).digest('hex')

function setUp(options: PusherServerOptions = {}) {
  const server = new PusherServer({ sign, ...options })
  const connect = () => {
    const client = new RawClient(server)
    client.texts()
    return client
  }
  return { server, connect }
}

const changes = (client: RawClient) =>
  client
    .heard()
    .filter(({ event }) => event === 'pusher_internal:watchlist_events')
    .flatMap(({ data }) => JSON.parse(data).events)

describe('a sign-in', () => {
  it('has the signature of the documentation', () => {
    const options = { key: '278d425bdf160c739803', secret: '7ad3773142a6692b25b8' }
    const server = new PusherServer({
      ...options,
      sign: (text) => createHmac('sha256', options.secret).update(text).digest('hex'),
    })
    expect(server.authenticate('1234.1234', { id: '12345' })).toEqual({
      auth: `${options.key}:4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba`,
      user_data: '{"id":"12345"}',
    })
  })

  it.each([
    ['pusher', { user_data: '{"id":"1","user_info":{"name":"Ada"}}' }],
    ['soketi', { auth: expect.any(String), user_data: '{"id":"1","user_info":{"name":"Ada"}}' }],
  ] as const)('is answered with the user, like %s', (like, data) => {
    const client = setUp({ like })
      .connect()
      .signin({ id: '1', user_info: { name: 'Ada' } })
    expect(client.heard()).toEqual([{ event: 'pusher:signin_success', data }])
  })

  it('means nothing to a reverb', () => {
    const { server, connect } = setUp({ like: 'reverb' })
    const client = connect().signin({ id: '1' })
    expect(client.heard()).toEqual([
      { event: 'pusher:error', data: '{"code":4200,"message":"Invalid message format"}' },
    ])
    server.publish('#server-to-user-1', 'e', {})
    expect(client.subscribe('#server-to-user-1').heard()).toMatchObject([{ channel: '#server-to-user-1' }])
  })

  it('is refused with another signature, for another socket or user, or without an id', () => {
    const { server, connect } = setUp()
    const other = connect()
    const client = connect()
    const { auth, user_data } = server.authenticate(client.socketId, { id: '1' })
    const idless = '{"id":""}'
    for (const data of [
      { auth: 'app-key:wrong', user_data },
      { auth: auth.slice(8), user_data },
      { auth, user_data: '{"id":"2"}' },
      server.authenticate(other.socketId, { id: '1' }),
      { auth: `app-key:${sign(`${client.socketId}::user::${idless}`)}`, user_data: idless },
    ])
      expect(client.send({ event: 'pusher:signin', data }).heard()).toMatchObject([
        { event: 'pusher:error', data: { code: 4009 } },
      ])
    expect(client.end).toBe(undefined)
    for (const data of [undefined, {}, { auth }, { user_data }, { auth: 1, user_data }, 'x'])
      expect(client.send({ event: 'pusher:signin', data }).heard()).toMatchObject([{ data: { code: 4200 } }])
  })

  it('that is refused ends the connection, like soketi', () => {
    const client = setUp({ like: 'soketi' })
      .connect()
      .send({ event: 'pusher:signin', data: { auth: 'app-key:wrong', user_data: '{"id":"1"}' } })
    expect(client.heard()).toMatchObject([{ event: 'pusher:error', data: { code: 4009 } }])
    expect(client.end).toEqual({ code: 4009, reason: '' })
  })

  it('opens the user’s own channel, and nobody else’s', () => {
    const { server, connect } = setUp()
    const client = connect().signin({ id: '1' })
    client.texts()
    expect(client.subscribe('#server-to-user-2').heard()).toMatchObject([{ event: 'pusher:error' }])
    expect(connect().subscribe('#server-to-user-1').heard()).toMatchObject([{ event: 'pusher:error' }])
    expect(client.subscribe('#server-to-user-1').heard()).toMatchObject([
      { event: 'pusher_internal:subscription_succeeded', channel: '#server-to-user-1' },
    ])
    server.publish('#server-to-user-1', 'e', { a: 1 })
    expect(client.heard()).toEqual([{ event: 'e', channel: '#server-to-user-1', data: '{"a":1}' }])
  })
})

describe('a watch list', () => {
  it('is told at sign-in, whoever is online or not', () => {
    const { connect } = setUp()
    connect().signin({ id: '2' })
    expect(changes(connect().signin({ id: '1', watchlist: ['2', '3', '4'] }))).toEqual([
      { name: 'online', user_ids: ['2'] },
      { name: 'offline', user_ids: ['3', '4'] },
    ])
  })

  it('tells of a user’s first connection and of the end of the last', () => {
    const { connect } = setUp()
    const watching = connect().signin({ id: '1', watchlist: ['2'] })
    watching.texts()
    const tabs = [connect().signin({ id: '2' }), connect().signin({ id: '2' })] as const
    connect().signin({ id: '3' })
    expect(changes(watching)).toEqual([{ name: 'online', user_ids: ['2'] }])
    tabs[0].leave()
    expect(watching.heard()).toEqual([])
    tabs[1].leave()
    expect(changes(watching)).toEqual([{ name: 'offline', user_ids: ['2'] }])
  })

  it('is refused above 100, and the user is signed in', () => {
    const { connect } = setUp()
    const watchlist = Array.from({ length: 101 }, (_, index) => `u${index}`)
    const client = connect().signin({ id: '1', watchlist })
    expect(client.heard()).toMatchObject([{ event: 'pusher:signin_success' }, { data: { code: 4302 } }])
    connect().signin({ id: 'u1' })
    expect(client.heard()).toEqual([])
  })

  it('is not told by a soketi, nor when everything ends together', () => {
    const { server, connect } = setUp()
    const one = connect().signin({ id: '1', watchlist: ['2'] })
    const two = connect().signin({ id: '2', watchlist: ['1'] })
    one.texts()
    two.texts()
    server.drop()
    expect([...one.heard(), ...two.heard()]).toEqual([])
    const soketi = setUp({ like: 'soketi' })
    soketi.connect().signin({ id: '2' })
    expect(changes(soketi.connect().signin({ id: '1', watchlist: ['2'] }))).toEqual([])
  })
})

describe('to end a user’s connections', () => {
  it.each(['pusher', 'soketi'] as const)('like %s, it counts who has signed in, not who is present', (like) => {
    const { server, connect } = setUp({ like })
    const present = connect().subscribe('presence-chat', { user_id: '1' })
    const [signedIn, other] = [connect().signin({ id: '1' }), connect().signin({ id: '2' })]
    expect(server.terminate('1')).toBe(true)
    expect([present.end, other.end]).toEqual([undefined, undefined])
    expect(signedIn.end).toMatchObject({ code: 4009 })
  })
})
