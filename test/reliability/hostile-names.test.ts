import { inspect } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'
import { RawClient } from '../testing/raw-client'

fakeTime()
beforeEach(() => {
  new Page()
})

const names = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'prototype',
  '__defineGetter__',
  'length',
  'name',
  'null',
  'undefined',
]

describe.each(names)('the name %s', (name) => {
  it('23: is ordinary as a channel of every kind', async () => {
    const rig = await connected()
    const heard = vi.fn()
    const channels = [rig.echo.channel(name), rig.echo.private(name), rig.echo.join(name)]
    for (const channel of channels) channel.on('any', heard)
    await advance(100)
    expect(channels.map(({ status }) => status.get())).toEqual(['joined', 'joined', 'joined'])
    expect([rig.echo.channel(name), rig.echo.private(name), rig.echo.join(name)]).toEqual(channels)
    for (const channel of channels) rig.server.publish(channel.name, 'any', {})
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(3)
    expect(inspect(rig.echo).channels).toHaveLength(3)
    await rig.reconnect()
    expect(channels.map(({ status }) => status.get())).toEqual(['joined', 'joined', 'joined'])
    rig.echo.leave(name)
    await advance(1_000)
    expect(rig.server.channels()).toEqual([])
  })

  it('23: is ordinary as a channel that nobody asked for', async () => {
    const rig = await connected()
    rig.connection.send({ event: 'any', channel: name, data: '{}' })
    rig.connection.send({ event: 'pusher_internal:subscription_succeeded', channel: name, data: '{}' })
    await advance(10)
    expect(rig.echo.connectionStatus()).toBe('connected')
    expect(rig.errors).toEqual([])
  })

  it('23: is ordinary as an event, a whisper and a notification', async () => {
    const rig = await connected()
    const [heard, all, whispered, notified] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()]
    const channel = rig.echo.join('room').listenToAll(all)
    await advance(100)
    rig.server.publish('presence-room', name, { unheard: true })
    await advance(10)
    expect(all).toHaveBeenCalledTimes(1)
    channel
      .on(name, heard)
      .listen(`.${name}`, heard)
      .listenForWhisper(name, whispered)
      .notification(name as never, notified)
    rig.server.publish('presence-room', name, {})
    const other = new RawClient(rig.server).subscribe('presence-room', { user_id: name, user_info: {} })
    other.whisper('presence-room', {}, `client-${name}`)
    const notification = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'
    rig.server.publish('presence-room', notification, { type: name })
    rig.server.publish('presence-room', notification, { type: 'other' })
    await advance(10)
    expect(heard.mock.calls.length).toBeGreaterThanOrEqual(1)
    expect(all).toHaveBeenCalledWith(`.${name}`, expect.anything())
    expect(whispered).toHaveBeenCalledTimes(1)
    expect(whispered.mock.calls[0]?.[1]).toMatchObject({ userId: name })
    expect(notified).toHaveBeenCalledTimes(1)
    channel.whisper(name, { a: 1 }, { throttle: 100 })
    await advance(200)
    expect(rig.received(`client-${name}`)).toHaveLength(1)
    channel.stopListening(`.${name}`)
    rig.server.publish('presence-room', name, {})
    const before = heard.mock.calls.length
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(before)
  })

  it('23: is ordinary as a member', async () => {
    const rig = await connected()
    const said: unknown[] = []
    const other = new RawClient(rig.server).subscribe('presence-room', { user_id: name, user_info: { name } })
    const channel = rig.echo
      .join('room')
      .here((users) => said.push(users))
      .joining((user) => said.push(['joining', user]))
      .leaving((user) => said.push(['leaving', user]))
    await advance(100)
    expect(said).toEqual([[{ name }, { name: 'Ada' }]])
    expect(channel.presence.get().members.map(({ id }) => id)).toEqual([name, '1'])
    other.leave()
    await advance(10)
    new RawClient(rig.server).subscribe('presence-room', { user_id: name, user_info: { name } })
    await advance(10)
    expect(said.slice(1)).toEqual([
      ['leaving', { name }],
      ['joining', { name }],
    ])
  })

  it('23: is ordinary as oneself', async () => {
    const rig = await connected()
    rig.auth.user = { user_id: name, user_info: { name } }
    const channel = rig.echo.join('room')
    await advance(100)
    expect(channel.presence.get().me).toEqual({ id: name, info: { name } })
  })

  it('23: is ordinary in a payload', async () => {
    const clean = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
    const rig = await connected()
    const heard = vi.fn()
    rig.echo.channel('news').on('any', heard)
    await advance(100)
    rig.connection.sendRaw(
      `{"event":"any","channel":"news","${name}":{"polluted":1},"data":"{\\"${name}\\":{\\"polluted\\":1}}"}`,
    )
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(1)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(clean)
  })

  it('23: is ordinary in an answer of the auth endpoint, and in headers and params', async () => {
    const own = (value: string) => JSON.parse(`{"${name}":"${value}"}`)
    const rig = await connected({ echo: { auth: { headers: own('header'), params: own('param') } } })
    rig.auth.reply = ({ socketId, channel }) => ({
      status: 200,
      body: JSON.stringify({ ...rig.server.authorize(socketId, channel) }).replace('{', `{"${name}":{"polluted":1},`),
    })
    const channel = rig.echo.private('room')
    await advance(100)
    expect(channel.status.get()).toBe('joined')
    expect([rig.auth.last.headers.get(name), rig.auth.last.fields.get(name)]).toEqual(['header', 'param'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('a page whose Object.prototype was polluted', () => {
  it('23: is one like any other', async () => {
    const polluted = Object.prototype as Record<string, unknown>
    const before = { ...polluted }
    Object.assign(polluted, { polluted: 'x', each: () => {}, $: 1 })
    try {
      const rig = await connected()
      const heard = vi.fn()
      const channel = rig.echo.private('room').on('any', heard)
      await advance(100)
      rig.server.publish('private-room', 'any', {})
      rig.server.publish('private-room', 'any', {})
      await advance(10)
      expect([channel.status.get(), heard.mock.calls.length]).toEqual(['joined', 2])
    } finally {
      for (const name of Object.keys(polluted)) if (!(name in before)) delete polluted[name]
    }
  })
})
