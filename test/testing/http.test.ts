import { type PersonalityName, PusherHttp, PusherServer } from 'antiphon/testing'
import { describe, expect, it } from 'vitest'
import { RawClient } from './raw-client'
import { md5 } from './transcript'

/** A server without signatures and its HTTP API; reverb's answers are replayed from transcripts. */
function setUp(like: PersonalityName = 'pusher') {
  const server = new PusherServer({ like })
  const http = new PusherHttp(server, md5)
  const request = (method: string, path: string, body: unknown = '') =>
    http.answer({
      method,
      path: `/apps/app-id${path}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const post = (path: string, body: unknown) => request('POST', path, body)
  const get = (path: string) => {
    const { status, body, contentType } = request('GET', path)
    return [status, contentType === 'application/json' ? JSON.parse(body) : body]
  }
  return { server, http, post, get, client: new RawClient(server) }
}

const event = (changed = {}) => ({ name: 'e', data: '{}', channels: ['orders'], ...changed })

describe('the HTTP API', () => {
  it('publishes to one channel or to several, but for one socket', () => {
    const { server, client, post } = setUp()
    const other = new RawClient(server).subscribe('orders')
    client.subscribe('orders').subscribe('news')
    for (const each of [client, other]) each.texts()
    expect(post('/events', { name: 'e', data: '1', channel: 'news' })).toMatchObject({ status: 200, body: '{}' })
    post('/events', event({ channels: ['orders', 'news'], socket_id: other.socketId }))
    expect(client.heard().map(({ channel }) => channel)).toEqual(['news', 'orders', 'news'])
    expect(other.heard()).toEqual([])
  })

  it.each<[string, unknown, pusher: number, soketi: number]>([
    ['no JSON', '{', 400, 400],
    ['a list', '[]', 400, 400],
    ['no name', event({ name: undefined }), 400, 400],
    ['no channel', event({ channels: undefined }), 400, 400],
    ['data that is an object', event({ data: { a: 1 } }), 400, 200],
    ['101 channels', event({ channels: Array(101).fill('a') }), 400, 400],
    ['100 channels', event({ channels: Array(100).fill('a') }), 200, 200],
    ['a name of 201 characters', event({ name: 'n'.repeat(201) }), 400, 400],
    ['10,241 bytes of data', event({ data: 'x'.repeat(10_241) }), 413, 200],
    ['10,240 bytes of data', event({ data: 'x'.repeat(10_240) }), 200, 200],
  ])('answers an event with %s', (_what, body, pusher, soketi) => {
    expect([setUp('pusher'), setUp('soketi')].map(({ post }) => post('/events', body).status)).toEqual([pusher, soketi])
  })

  it('says in words what is wrong, soketi in JSON', () => {
    const body = event({ name: 5 })
    expect(setUp().post('/events', body)).toMatchObject({ body: 'The name field must be a string.' })
    expect(setUp('soketi').post('/events', body)).toMatchObject({
      body: '{"error":"The received data is incorrect","code":400}',
    })
  })

  it('publishes batches of up to ten, all or none', () => {
    const { client, post } = setUp()
    client.subscribe('orders')
    client.texts()
    const batch = (...names: unknown[]) => ({ batch: names.map((name) => ({ name, data: '{}', channel: 'orders' })) })
    expect(post('/batch_events', batch('one', 'two'))).toMatchObject({ status: 200, body: '{}' })
    expect(client.heard().map((frame) => frame.event)).toEqual(['one', 'two'])
    for (const body of [batch(...Array(11).fill('x')), batch('one', 2), { batch: 'x' }, { batch: [null] }, {}])
      expect(post('/batch_events', body).status).toBe(400)
    expect(client.heard()).toEqual([])
    expect(setUp('soketi').post('/batch_events', batch('one')).body).toBe('{"ok":true}')
  })

  it('tells counts that were asked for', () => {
    const { client, post, get } = setUp()
    client.subscribe('orders').subscribe('presence-chat', { user_id: 1 })
    const info = { channels: ['orders', 'presence-chat'], info: 'user_count,subscription_count' }
    expect(JSON.parse(post('/events', event(info)).body)).toEqual({
      channels: { orders: { subscription_count: 1 }, 'presence-chat': { user_count: 1 } },
    })
    const item = { name: 'e', data: '{}', channel: 'orders' }
    expect(JSON.parse(post('/batch_events', { batch: [{ ...item, info: 'subscription_count' }, item] }).body)).toEqual({
      batch: [{ subscription_count: 1 }, {}],
    })
    expect(get('/channels')).toEqual([200, { channels: { orders: {}, 'presence-chat': {} } }])
    expect(get('/channels?filter_by_prefix=presence-&info=user_count')).toEqual([
      200,
      { channels: { 'presence-chat': { user_count: 1 } } },
    ])
    expect(get('/channels/presence-chat?info=user_count')).toEqual([200, { occupied: true, user_count: 1 }])
    expect(get('/channels/nobody')).toEqual([200, { occupied: false }])
    expect(get('/channels/presence-chat/users')).toEqual([200, { users: [{ id: '1' }] }])
  })

  it('refuses, like pusher, to count the users of what has none', () => {
    const { get } = setUp()
    for (const path of ['/channels?info=user_count', '/channels/orders?info=user_count', '/channels/orders/users'])
      expect(get(path)[0]).toBe(400)
  })

  it('tells every count unasked, like soketi', () => {
    const { client, get } = setUp('soketi')
    client.subscribe('presence-chat', { user_id: 1 })
    const counts = { subscription_count: 1, occupied: true, user_count: 1 }
    expect(get('/channels')).toEqual([200, { channels: { 'presence-chat': counts } }])
    expect(get('/channels/presence-chat')).toEqual([200, counts])
    expect(get('/channels/presence-chat/users')).toEqual([200, { users: [{ id: 1 }] }])
    expect(get('/channels/presence-nobody/users')).toEqual([200, { users: [] }])
    expect(get('/channels/orders/users')[1]).toEqual({ error: 'The channel must be a presence channel.', code: 400 })
  })

  it('takes escaped names in paths', () => {
    const { client, get, post } = setUp('reverb')
    client.subscribe('presence-a b/é', { user_id: 'x y', user_info: 1 })
    expect(get(`/channels/${encodeURIComponent('presence-a b/é')}`)).toEqual([200, { occupied: true }])
    expect(get('/channels/%E0%A4%A')[0]).toBe(200)
    expect(post('/users/x%20y/terminate_connections', {}).status).toBe(200)
    expect(client.end).toBe('dropped')
  })

  it('knows its paths, methods and its application', () => {
    const answer = (method: string, path: string) => setUp().http.answer({ method, path, body: '' }).status
    expect(answer('GET', '/up')).toBe(200)
    expect(answer('GET', '/app/app-key?protocol=7')).toBe(426)
    expect(answer('GET', '/apps/app-id/connections')).toBe(404)
    expect(answer('GET', '/apps/app-id/events')).toBe(405)
    expect(answer('GET', '/apps/other/channels')).toBe(404)
    expect(answer('GET', '/apps/app-id')).toBe(404)
    expect(answer('GET', '/')).toBe(404)
  })

  it('takes no body over 10,000 bytes, like reverb', () => {
    const { post } = setUp('reverb')
    expect(post('/events', event({ data: 'x'.repeat(10_000) })).status).toBe(413)
  })
})
