import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'
import { RawClient } from '../testing/raw-client'

fakeTime()
beforeEach(() => {
  new Page()
})

const boom = new Error('boom')
const throws = () => {
  throw boom
}
const rejects = async () => {
  await Promise.resolve()
  throw boom
}
const bob = { user_id: '2', user_info: { name: 'Bob' } }

/** A rig in a presence room that Bob can enter. */
async function room(): Promise<Room> {
  const rig = await connected()
  return Object.defineProperty(rig, 'channel', { value: rig.echo.join('room') }) as Room
}
type Room = Rig & { readonly channel: ReturnType<Rig['echo']['join']> }

/** Every place that takes a listener, and what makes it run. */
const places: Record<string, { add: (rig: Room, listener: () => unknown) => unknown; cause: (rig: Room) => unknown }> =
  {
    on: {
      add: ({ channel }, listener) => channel.on('any', listener),
      cause: ({ server }) => server.publish('presence-room', 'any', {}),
    },
    listen: {
      add: ({ channel }, listener) => channel.listen('Any', listener),
      cause: ({ server }) => server.publish('presence-room', 'App\\Events\\Any', {}),
    },
    listenToAll: {
      add: ({ channel }, listener) => channel.listenToAll(listener),
      cause: ({ server }) => server.publish('presence-room', 'any', {}),
    },
    notification: {
      add: ({ channel }, listener) => channel.notification(listener),
      cause: ({ server }) =>
        server.publish('presence-room', 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated', {
          type: 'T',
        }),
    },
    listenForWhisper: {
      add: ({ channel }, listener) => channel.listenForWhisper('typing', listener),
      cause: ({ server }) => new RawClient(server).subscribe('presence-room', bob).whisper('presence-room', {}),
    },
    here: { add: ({ channel }, listener) => channel.here(listener), cause: () => {} },
    subscribed: { add: ({ channel }, listener) => channel.subscribed(listener), cause: () => {} },
    joining: {
      add: ({ channel }, listener) => channel.joining(listener),
      cause: ({ server }) => new RawClient(server).subscribe('presence-room', bob),
    },
    leaving: {
      add: ({ channel }, listener) => channel.leaving(listener),
      cause: ({ server }) => new RawClient(server).subscribe('presence-room', bob).leave(),
    },
    error: {
      add: ({ channel, auth }, listener) => {
        auth.reply = () => ({ status: 403 })
        return channel.error(listener)
      },
      cause: () => {},
    },
    missed: { add: ({ channel }, listener) => channel.missed(listener), cause: (rig) => rig.reconnect() },
    'connection.subscribe': {
      add: ({ echo }, listener) => echo.connection.subscribe(listener),
      cause: ({ server }) => server.drop(),
    },
    'status.subscribe': { add: ({ channel }, listener) => channel.status.subscribe(listener), cause: () => {} },
    'presence.subscribe': { add: ({ channel }, listener) => channel.presence.subscribe(listener), cause: () => {} },
  }

describe('a listener that throws', () => {
  for (const [place, { add, cause }] of Object.entries(places)) {
    for (const [how, bad] of Object.entries({ throws, rejects }))
      it(`13: that ${how} in ${place} is reported, and the next one runs`, async () => {
        const rig = await room()
        const next = vi.fn()
        add(rig, () => bad())
        add(rig, next)
        await advance(100)
        await cause(rig)
        await advance(3_000)
        expect(next).toHaveBeenCalled()
        expect(rig.errors).toContain(boom)
        expect(new Set(rig.errors)).toEqual(new Set([boom]))
        rig.auth.reply = () => 'grant'
        rig.channel.retry()
        await advance(3_000)
        expect(rig.echo.connectionStatus()).toBe('connected')
        expect(rig.channel.status.get()).toBe('joined')
      })

    it(`13: that throws in ${place}, registered late, is reported too`, async () => {
      const rig = await room()
      await advance(100)
      const next = vi.fn()
      add(rig, throws)
      add(rig, next)
      if (place === 'error') rig.channel.whisper('typing', { text: 'x'.repeat(20_000) })
      await advance(100)
      await cause(rig)
      if (place.startsWith('presence') || place.startsWith('status')) await rig.reconnect()
      await advance(3_000)
      expect(next).toHaveBeenCalled()
      expect(rig.errors).toContain(boom)
      expect(rig.echo.connectionStatus()).toBe('connected')
    })
  }

  it('13: throws anything, undefined too, and all of it is reported', async () => {
    const rig = await connected()
    const thrown = [undefined, null, 0, 'text', { a: 1 }]
    const channel = rig.echo.channel('news')
    for (const each of thrown)
      channel.on('any', () => {
        throw each
      })
    await advance(50)
    rig.server.publish('news', 'any', {})
    await advance(10)
    expect(rig.errors).toEqual(thrown)
  })

  it('13: gives something that only looks like a promise, and nothing breaks', async () => {
    const rig = await connected()
    const next = vi.fn()
    const name = 'then' as string
    const odd = [{ [name]: 5 }, { [name]: throws }, Object.defineProperty({}, name, { get: throws })]
    const channel = rig.echo.channel('news')
    for (const each of odd) channel.on('any', () => each)
    channel.on('any', next)
    await advance(50)
    rig.server.publish('news', 'any', {})
    await advance(10)
    expect(next).toHaveBeenCalledTimes(1)
  })

  it('13: is reported to the page where nobody said otherwise', async () => {
    const reportError = vi.fn()
    vi.stubGlobal('reportError', reportError)
    const rig = await connected({ echo: { onError: undefined } })
    rig.echo.channel('news').on('any', throws)
    await advance(50)
    rig.server.publish('news', 'any', {})
    await advance(10)
    expect(reportError).toHaveBeenCalledExactlyOnceWith(boom)
  })

  it('13: is not silenced by an onError that throws itself; the next listener runs', async () => {
    vi.stubGlobal('reportError', vi.fn())
    const rig = await connected({ echo: { onError: throws } })
    const next = vi.fn()
    rig.echo.channel('news').on('any', throws).on('any', next)
    await advance(50)
    rig.server.publish('news', 'any', {})
    await advance(10)
    expect(next).toHaveBeenCalledTimes(1)
    await rig.reconnect()
    rig.server.publish('news', 'any', {})
    await advance(10)
    expect(next).toHaveBeenCalledTimes(2)
  })
})
