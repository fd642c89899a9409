import { PusherServer } from 'antiphon/testing'
import { describe, expect, it } from 'vitest'
import { RawClient } from './raw-client'
import { hmac } from './transcript'

const signed = (options = {}) => new PusherServer({ sign: (text) => hmac('app-secret', text), ...options })

describe('a PusherServer', () => {
  it('greets with a socket id of two integers and the activity timeout', () => {
    const [greeting] = new RawClient(new PusherServer({ activityTimeout: 45 })).heard()
    expect(greeting?.event).toBe('pusher:connection_established')
    const data = JSON.parse(greeting?.data)
    expect(data.socket_id).toMatch(/^\d+\.\d+$/)
    expect(data.activity_timeout).toBe(45)
  })

  it('never gives two connections one socket id, whatever chance says', () => {
    const dice = [0.1, 0.1, 0.1, 0.1, 0.2, 0.2]
    const server = new PusherServer({ random: () => dice.shift() ?? 0.5 })
    expect(new RawClient(server).socketId).not.toBe(new RawClient(server).socketId)
  })

  it('takes the key from a path with any prefix, escaped or not', () => {
    const server = new PusherServer({ key: 'a key' })
    for (const path of ['/app/a%20key?protocol=7', '/ws/app/a%20key', '/app/a key'])
      expect(new RawClient(server, { path }).heard()[0]?.event).toBe('pusher:connection_established')
    expect(server.serves('/app/a%20key?protocol=7')).toBe(true)
    expect(server.serves('/apps/app/events')).toBe(false)
    expect(server.serves('/app/key/more')).toBe(false)
  })

  it('delivers an event to the subscribers of its channels and to nobody else', () => {
    const server = new PusherServer()
    const [one, two, three] = [new RawClient(server), new RawClient(server), new RawClient(server)]
    one.subscribe('orders').subscribe('news')
    two.subscribe('orders')
    for (const client of [one, two, three]) client.texts()
    server.publish(['orders', 'news'], 'Shipped', { id: 1 })
    const shipped = (channel: string) => ({ event: 'Shipped', data: '{"id":1}', channel })
    expect(one.heard()).toEqual([shipped('orders'), shipped('news')])
    expect(two.heard()).toEqual([shipped('orders')])
    expect(three.heard()).toEqual([])
    server.publish('orders', 'Shipped', 'text', { except: one.socketId })
    expect(one.heard()).toEqual([])
    expect(two.heard()).toEqual([{ event: 'Shipped', data: 'text', channel: 'orders' }])
  })

  it('does not answer an unsubscribe, and delivers nothing after it', () => {
    const server = new PusherServer()
    const client = new RawClient(server).subscribe('orders')
    client.texts()
    client.send({ event: 'pusher:unsubscribe', data: { channel: 'orders' } })
    server.publish('orders', 'Shipped', {})
    expect(client.heard()).toEqual([])
    expect(server.channels()).toEqual([])
  })

  it('keeps one member per user: told at the first socket and at the last', () => {
    const server = signed()
    const watcher = new RawClient(server).subscribe('presence-chat', { user_id: 'w' })
    watcher.texts()
    const ada = { user_id: 1, user_info: { name: 'Ada' } }
    const first = new RawClient(server).subscribe('presence-chat', ada)
    const added = { event: 'pusher_internal:member_added', data: JSON.stringify(ada), channel: 'presence-chat' }
    expect(watcher.heard()).toEqual([added])
    const success = first.heard().at(-1)
    expect(JSON.parse(success?.data)).toEqual({
      presence: { count: 2, ids: ['w', 1], hash: { w: null, 1: { name: 'Ada' } } },
    })
    const second = new RawClient(server).subscribe('presence-chat', { user_id: '1', user_info: { name: 'other' } })
    expect(JSON.parse(second.heard().at(-1)?.data).presence.hash[1]).toEqual({ name: 'Ada' })
    first.leave()
    expect(watcher.heard()).toEqual([])
    second.leave()
    expect(watcher.heard().map(({ event, data }) => [event, data])).toEqual([
      ['pusher_internal:member_removed', '{"user_id":"1"}'],
    ])
    expect(server.members('presence-chat')).toEqual([{ id: 'w', info: undefined }])
  })

  it('lets a member that subscribes again keep its place, unannounced', () => {
    const server = new PusherServer()
    const one = new RawClient(server).subscribe('presence-chat', { user_id: 1 })
    const two = new RawClient(server).subscribe('presence-chat', { user_id: 2 })
    two.texts()
    one.subscribe('presence-chat', { user_id: 1, user_info: 'new' })
    expect(two.heard()).toEqual([])
    expect(server.members('presence-chat')).toEqual([
      { id: 1, info: 'new' },
      { id: 2, info: undefined },
    ])
  })

  it('lets a socket become another user: one comes, the former goes', () => {
    for (const [like, events] of [
      ['pusher', ['member_removed', 'member_added']],
      ['soketi', ['member_removed', 'member_added']],
      ['reverb', ['member_added']],
    ] as const) {
      const server = new PusherServer({ like })
      const watcher = new RawClient(server).subscribe('presence-chat', { user_id: 1, user_info: 1 })
      const client = new RawClient(server).subscribe('presence-chat', { user_id: 2, user_info: 2 })
      watcher.texts()
      client.subscribe('presence-chat', { user_id: 3, user_info: 3 })
      expect(watcher.heard().map(({ event }) => event)).toEqual(events.map((event) => `pusher_internal:${event}`))
      expect(server.members('presence-chat').map(({ id }) => id)).toEqual([1, 3])
    }
  })

  it('takes hostile names for ordinary ones', () => {
    const server = new PusherServer()
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const client = new RawClient(server).subscribe(name).subscribe('presence-chat', { user_id: name, user_info: 1 })
      server.publish(name, name, {})
      const heard = client.heard()
      expect(heard.filter(({ channel }) => channel === name).map(({ event }) => event)).toEqual([
        'pusher_internal:subscription_succeeded',
        name,
      ])
      const list = heard.find(({ data }) => data?.includes('presence'))
      expect(JSON.parse(list?.data).presence.ids).toContain(name)
      expect(Object.entries(JSON.parse(list?.data).presence.hash)).toContainEqual([name, 1])
    }
    expect(server.channels().map(({ name }) => name)).toContain('__proto__')
  })

  it('refuses an auth that was made for another socket, channel, member, key or secret', () => {
    const server = signed()
    const client = new RawClient(server)
    const other = new RawClient(server)
    const member = { user_id: 1 }
    const good = server.authorize(client.socketId, 'presence-chat', member)
    const attempts = [
      { channel: 'private-a' },
      { channel: 'private-a', auth: '' },
      { channel: 'private-a', auth: server.authorize(other.socketId, 'private-a').auth },
      { channel: 'private-a', auth: server.authorize(client.socketId, 'private-b').auth },
      { channel: 'private-a', auth: `other-key:${hmac('app-secret', `${client.socketId}:private-a`)}` },
      { channel: 'private-a', auth: `app-key:${hmac('other-secret', `${client.socketId}:private-a`)}` },
      { channel: 'presence-chat', ...good, channel_data: '{"user_id":2}' },
      { channel: 'presence-chat', ...good, channel_data: '{"user_id": 1}' },
    ]
    client.texts()
    for (const data of attempts) {
      client.send({ event: 'pusher:subscribe', data })
      expect(client.heard().map(({ event }) => event)).toEqual(['pusher:error'])
    }
    expect(server.channels()).toEqual([])
    client.send({ event: 'pusher:subscribe', data: { channel: 'presence-chat', ...good } })
    expect(client.heard().map(({ event }) => event)).toEqual(['pusher_internal:subscription_succeeded'])
  })

  it('without a way to sign asks only that there is an auth', () => {
    const client = new RawClient(new PusherServer())
    client.texts()
    client.send({ event: 'pusher:subscribe', data: { channel: 'private-a' } }).subscribe('private-a')
    expect(client.heard().map(({ event }) => event)).toEqual(['pusher:error', 'pusher_internal:subscription_succeeded'])
  })

  it('survives every kind of junk, and answers what comes next', () => {
    for (const like of ['pusher', 'reverb', 'soketi'] as const) {
      const client = new RawClient(new PusherServer({ like }))
      const junk = ['', 'x', 'null', '5', '[]', '{}', '{"event":5}', '{"event":"pusher:subscribe","data":5}']
      for (const text of junk) client.send(text)
      client.send({ event: 'pusher:unsubscribe' }).send({ event: 'pusher:subscribe', data: { channel: ['a'] } })
      client.connection.receive(new Uint8Array([255, 0, 1]))
      client.texts()
      client.send({ event: 'pusher:ping' })
      expect(client.heard().map(({ event }) => event)).toEqual(['pusher:pong'])
      expect(client.end).toBeUndefined()
    }
  })

  it('keeps a log of what each connection said and heard', () => {
    const server = new PusherServer()
    const client = new RawClient(server).subscribe('orders').send('junk')
    expect(client.connection.received).toEqual([{ event: 'pusher:subscribe', data: { channel: 'orders' } }, 'junk'])
    expect(client.connection.sent.map((frame) => (frame as { event: string }).event)).toEqual([
      'pusher:connection_established',
      'pusher_internal:subscription_succeeded',
      'pusher:error',
    ])
    for (let i = 0; i < 1_100; i++) client.send(`junk ${i}`)
    expect(client.connection.received).toHaveLength(1_000)
    expect(client.connection.received.at(-1)).toBe('junk 1099')
  })

  it('ends the connections of a user in every tab', () => {
    const server = new PusherServer()
    const tabs = ['1', '1', '2'].map((id) => new RawClient(server).signin({ id }))
    expect(server.terminate(1)).toBe(true)
    expect(tabs.map(({ end }) => end)).toEqual([
      { code: 4009, reason: 'You got disconnected by the app' },
      { code: 4009, reason: 'You got disconnected by the app' },
      undefined,
    ])
    expect(server.connections.size).toBe(1)
  })

  it('ends everything like a killed process, or in an orderly way', () => {
    for (const [how, end] of [
      ['killed', 'dropped'],
      ['stopped', { code: 4200, reason: 'Please reconnect immediately' }],
    ] as const) {
      const server = new PusherServer()
      const client = new RawClient(server).subscribe('orders')
      server.close(how)
      expect(client.end).toEqual(end)
      expect(server.connections.size).toBe(0)
      expect(server.channels()).toEqual([])
    }
  })
})
