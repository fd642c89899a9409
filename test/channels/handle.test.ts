import { Echo } from 'antiphon'
import { describe, expect, it, vi } from 'vitest'
import { ScriptedClient } from '../connectors/socket-io/scripted-client'
import { advance, fakeTime } from '../support/clock'
import { connected, type Rig } from '../support/rig'

fakeTime()

const NOTIFICATION = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'

async function orders(): Promise<{ rig: Rig; channel: ReturnType<Rig['echo']['private']> }> {
  const rig = await connected()
  const channel = rig.echo.private('orders')
  await advance(100)
  return { rig, channel }
}

/** The server publishes these events, one after the other. */
async function publish({ server }: Rig, ...events: [name: string, data: unknown][]): Promise<void> {
  for (const [name, data] of events) server.publish('private-orders', name, data)
  await advance(10)
}

describe('a notification', () => {
  const types = ['App\\Paid', 'App\\Refunded']
  const notify = (rig: Rig) =>
    publish(rig, ...types.map((type): [string, unknown] => [NOTIFICATION, { type }]), ['App\\Events\\Other', {}])

  it('is heard by those who want all of them, until they do not any more', async () => {
    const { rig, channel } = await orders()
    const [heard, other] = [vi.fn(), vi.fn()]
    channel.notification(heard).notification(other)
    await notify(rig)
    expect(heard.mock.calls.map(([{ type }]) => type)).toEqual(types)
    channel.stopListeningForNotification(heard)
    await notify(rig)
    expect([heard.mock.calls.length, other.mock.calls.length]).toEqual([2, 4])
    channel.stopListeningForNotification()
    await notify(rig)
    expect(other).toHaveBeenCalledTimes(4)
  })

  it.each(['App.Paid', 'App\\Paid', '.App.Paid', '\\App\\Paid'])('is heard by its class, %s', async (type) => {
    const { rig, channel } = await orders()
    const [heard, once] = [vi.fn(), vi.fn()]
    channel.notification(type, heard).notification(type, once, { once: true }).notification(type, heard)
    for (let round = 0; round < 2; round++) await notify(rig)
    expect(heard.mock.calls).toEqual(
      Array(2).fill([{ type: 'App\\Paid' }, expect.objectContaining({ event: NOTIFICATION })]),
    )
    expect(once).toHaveBeenCalledTimes(1)
    channel.stopListeningForNotification(heard)
    await notify(rig)
    expect(heard).toHaveBeenCalledTimes(2)
  })

  it('of two classes may have one listener', async () => {
    const { rig, channel } = await orders()
    const heard = vi.fn()
    for (const type of types) channel.notification(type, heard)
    await notify(rig)
    expect(heard).toHaveBeenCalledTimes(2)
  })
})

describe('whispers', () => {
  it('are heard by name, until one listener or all are removed', async () => {
    const { rig, channel } = await orders()
    const [heard, other, another] = [vi.fn(), vi.fn(), vi.fn()]
    channel.listenForWhisper('typing', heard).listenForWhisper('typing', other).listenForWhisper('away', another)
    const whisper = async () => {
      for (const name of ['typing', 'away'])
        rig.connection.send({ event: `client-${name}`, channel: channel.name, data: { name } })
      await advance(10)
    }
    const counts = () => [heard, other, another].map(({ mock }) => mock.calls.length)
    await whisper()
    expect(heard.mock.calls[0]?.[0]).toEqual({ name: 'typing' })
    expect(counts()).toEqual([1, 1, 1])
    channel.stopListeningForWhisper('typing', heard)
    await whisper()
    expect(counts()).toEqual([1, 2, 2])
    channel.stopListeningForWhisper('typing')
    await whisper()
    expect(counts()).toEqual([1, 2, 3])
  })

  it('are for private and presence channels only', async () => {
    const { rig, channel } = await orders()
    for (const [closed, name] of [
      [rig.echo.channel('news'), 'news'],
      [rig.echo.encryptedPrivate('pay'), 'private-encrypted-pay'],
    ] as const) {
      const whisper = () => (closed as typeof channel).whisper('typing', {})
      expect(whisper).toThrow(expect.objectContaining({ code: 'invalid-whisper' }))
      expect(whisper).toThrow(`Nobody can whisper on ${name}.`)
    }
    for (const data of [null, 'text'])
      expect(() => channel.whisper('typing', data as never)).toThrow('The whisper typing needs an object.')
    rig.echo.join('room').whisper('typing', {})
    await advance(100)
    expect(rig.received('client-typing')).toHaveLength(1)
  })
})

describe('every event', () => {
  it('is heard by the name that one listens to, the protocol’s own excepted', async () => {
    const { rig, channel } = await orders()
    const [heard, other] = [vi.fn(), vi.fn()]
    channel.listenToAll(heard).listenToAll(other)
    await publish(rig, ['App\\Events\\Shipped', { id: 1 }], ['order.paid', { id: 2 }], ['pusher:any', {}])
    expect(heard.mock.calls).toEqual([
      ['Shipped', { id: 1 }],
      ['.order.paid', { id: 2 }],
    ])
    channel.stopListeningToAll(heard)
    await publish(rig, ['order.paid', {}])
    channel.stopListeningToAll()
    await publish(rig, ['order.paid', {}])
    expect([heard.mock.calls.length, other.mock.calls.length]).toEqual([2, 3])
  })
})

describe('how many are subscribed', () => {
  it('is what the server told last, where it is a number', async () => {
    const { rig, channel } = await orders()
    const tell = async (data: unknown) => {
      rig.connection.send({ event: 'pusher_internal:subscription_count', channel: channel.name, data })
      await advance(10)
      return channel.count
    }
    expect(channel.count).toBe(undefined)
    expect(await tell({ subscription_count: 3 })).toBe(3)
    expect(await tell('{"subscription_count":4}')).toBe(4)
    expect(await tell({ subscription_count: 'many' })).toBe(undefined)
    expect(await tell(null)).toBe(undefined)
    await tell({ subscription_count: 5 })
    rig.echo.leave('orders')
    expect(channel.count).toBe(undefined)
  })
})

describe('a cache channel', () => {
  it('says that it has no last event to begin with', async () => {
    const rig = await connected()
    const missing = vi.fn()
    const channel = rig.echo.channel('cache-news').cacheMiss(missing, { once: true })
    await advance(100)
    missing.mockClear()
    channel.cacheMiss(missing)
    for (const name of ['cache-news', 'cache-other']) rig.connection.send({ event: 'pusher:cache_miss', channel: name })
    await advance(10)
    expect(missing).toHaveBeenCalledTimes(1)
  })
})

describe('a handle', () => {
  it('asks again after a failure by either name', async () => {
    const { rig, channel } = await orders()
    for (const verb of ['retry', 'subscribe'] as const) {
      rig.auth.next({ status: 403 })
      await rig.reconnect()
      expect(channel.status.get()).toBe('failed')
      expect(channel[verb]()).toBe(channel)
      expect(channel.status.get()).toBe('joining')
      await advance(100)
      expect(channel.status.get()).toBe('joined')
    }
  })

  it('says which event got no function', async () => {
    const { channel } = await orders()
    expect(() => channel.listen('Shipped' as never, undefined as never)).toThrow(
      expect.objectContaining({
        code: 'invalid-listener',
        message: 'The listener of App\\Events\\Shipped is no function.',
      }),
    )
  })

  it('that was left may still be told to stop', async () => {
    const { rig, channel } = await orders()
    rig.echo.leave('orders')
    const stop = () =>
      channel
        .stopListening('Shipped' as never)
        .stopListeningToAll()
        .retry()
    expect(stop).not.toThrow()
  })

  it('says what channels of laravel-echo say', async () => {
    const { rig, channel } = await orders()
    const { pusher } = rig.echo.connector
    expect(channel.pusher).toBe(pusher)
    expect(channel.subscription).toBe(pusher.channel('private-orders'))
    expect(channel.subscription.name).toBe('private-orders')
    expect(channel.socket).toBe(undefined)
    expect(channel.options).toBe(rig.echo.options)
    expect(channel.eventFormatter.format('Shipped')).toBe('App\\Events\\Shipped')
    expect(channel.notificationCreatedEvent).toBe(`.${NOTIFICATION}`)
  })

  it('says so of socket.io, too, and nothing where there is no client', async () => {
    const client = new ScriptedClient()
    const echo = new Echo({ broadcaster: 'socket.io', client: client.io, autoConnect: true })
    await vi.dynamicImportSettled()
    expect(echo.channel('news').socket).toBe(client.socket)
    echo.disconnect()
    const { pusher, socket, subscription } = new Echo({ broadcaster: 'null' }).channel('news')
    expect([pusher, socket, subscription]).toEqual([undefined, undefined, undefined])
  })

  it('is left alone by reactive proxies', async () => {
    const { channel } = await orders()
    expect(Reflect.get(channel, '__v_skip')).toBe(true)
  })
})
