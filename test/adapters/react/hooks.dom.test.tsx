import {
  useChannel,
  useConnection,
  useConnectionStatus,
  useEcho,
  useEchoEncrypted,
  useEchoModel,
  useEchoNotification,
  useEchoPresence,
  useEchoPublic,
  usePresence,
  usePresenceChannel,
  usePublicChannel,
  useSocketId,
  useWhisper,
} from 'antiphon/react'
import { version } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { connected, Rig } from '../../support/rig'
import { act, asked, on, pass, publish, show, stage } from './stage'

stage()

/** A component that calls a hook, and what the hook returned last. */
function probe<T>(hook: () => T) {
  const seen: T[] = []
  const Probe = () => {
    seen.push(hook())
    return null
  }
  return { ui: <Probe />, last: () => seen.at(-1)!, renders: () => seen.length }
}

it('runs on the React that it is said to run on', () => {
  expect(version).toMatch(new RegExp(`^${process.env.REACT ?? 19}\\.`))
})

describe('a hook that listens', () => {
  const heard = vi.fn<(payload: unknown) => void>()

  it.each([
    ['useEcho', 'private-a', () => useEcho('a', 'Told', heard)],
    ['useEcho, public', 'a', () => useEcho('a', 'Told', heard, [], 'public')],
    ['useEcho, private', 'private-a', () => useEcho('a', 'Told', heard, [], 'private')],
    ['useEcho, presence', 'presence-a', () => useEcho('a', 'Told', heard, [], 'presence')],
    ['useEchoPublic', 'a', () => useEchoPublic('a', 'Told', heard)],
    ['useEchoPresence', 'presence-a', () => useEchoPresence('a', 'Told', heard)],
  ])('hears events of its channel: %s', async (_, wire, hook) => {
    heard.mockClear()
    const { ui, last } = probe(hook)
    const { rig } = await show(ui)
    expect(last()).toMatchObject({ status: 'joined', error: undefined })
    expect(last().channel()?.name).toBe(wire)
    await publish(rig, wire, 'Told', { id: 1 })
    await publish(rig, wire, 'Other')
    expect(heard).toHaveBeenCalledExactlyOnceWith({ id: 1 }, { event: 'App\\Events\\Told', channel: wire })
  })

  it.each([
    ['useEchoEncrypted', () => useEchoEncrypted('a', 'Told', heard)],
    ['useEcho, encrypted', () => useEcho('a', 'Told', heard, [], 'encrypted')],
  ])('reads what is encrypted: %s', async (_, hook) => {
    heard.mockClear()
    const { rig } = await show(probe(hook).ui)
    const wire = 'private-encrypted-a'
    await publish(rig, wire, 'Told', rig.auth.encryption.seal(wire, { id: 2 }))
    expect(heard.mock.lastCall?.[0]).toEqual({ id: 2 })
  })

  it('hears several events', async () => {
    heard.mockClear()
    const { rig } = await show(probe(() => useEchoPublic('a', ['One', '.two'], heard)).ui)
    await publish(rig, 'a', 'One', 1)
    rig.server.publish('a', 'two', 2)
    await pass()
    expect(heard.mock.calls.map(([payload]) => payload)).toEqual([1, 2])
  })

  it('joins without events and without a callback', async () => {
    const { last, ui } = probe(() => [useEchoPublic('a'), useEchoPublic('b', 'Told')])
    const { rig } = await show(ui)
    await publish(rig, 'b', 'Told')
    expect(last().map(({ status }) => status)).toEqual(['joined', 'joined'])
    expect(rig.errors).toEqual([])
  })

  it('pauses and goes on, however often it is told to', async () => {
    heard.mockClear()
    const { last, ui } = probe(() => useEchoPublic('a', 'Told', heard))
    const { rig } = await show(ui)
    const { stopListening, listen } = last()
    for (const call of [stopListening, stopListening]) call()
    await publish(rig, 'a', 'Told', 1)
    for (const call of [listen, listen]) call()
    await publish(rig, 'a', 'Told', 2)
    expect(heard.mock.calls.map(([payload]) => payload)).toEqual([2])
    expect(asked(rig)).toEqual(['+a'])
  })

  it('says that it was refused, and why', async () => {
    const rig = await connected()
    rig.auth.next({ status: 403 })
    const { ui, last } = probe(() => useEcho('a', 'Told', heard))
    on(rig.echo, ui)
    await pass()
    expect(last().status).toBe('failed')
    expect(last().error).toMatchObject({ name: 'AuthError', code: 'auth-refused', status: 403 })
    act(() => void last().channel()?.retry())
    await pass()
    expect(last()).toMatchObject({ status: 'joined', error: undefined })
  })
})

describe('useEchoModel', () => {
  it('listens to the model’s events, with the dot or without', async () => {
    const heard = vi.fn<(payload: unknown) => void>()
    const events = ['PostUpdated', '.PostDeleted'] as const
    const { rig } = await show(probe(() => useEchoModel('App.Models.Post', 7, events, heard)).ui)
    const wire = 'private-App.Models.Post.7'
    for (const name of ['PostUpdated', 'PostDeleted', 'PostCreated']) rig.server.publish(wire, name, { model: name })
    await pass()
    expect(heard.mock.calls.map(([payload]) => payload)).toEqual([{ model: 'PostUpdated' }, { model: 'PostDeleted' }])
  })

  it('is off without an identifier', async () => {
    const { ui, last } = probe(() => useEchoModel('App.Models.Post', null, 'PostUpdated'))
    const { rig } = await show(ui)
    expect(last().status).toBeUndefined()
    expect(asked(rig)).toEqual([])
  })
})

describe('useEchoNotification', () => {
  const paid = 'App\\Notifications\\InvoicePaid'
  const lost = 'App\\Notifications\\InvoiceLost'

  it.each([
    ['all', undefined, [paid, lost]],
    ['all, of an empty list', [], [paid, lost]],
    ['of one class, with backslashes', paid, [paid]],
    ['of one class, with dots', 'App.Notifications.InvoicePaid', [paid]],
    ['of several classes', [paid, lost], [paid, lost]],
    ['of no class that comes', 'App.Notifications.Other', []],
  ])('hears notifications: %s', async (_, types, expected) => {
    const heard: unknown[] = []
    const channels = new Set<string>()
    const { ui } = probe(() =>
      useEchoNotification<{ amount: number }>(
        'App.Models.User.1',
        ({ type }, { channel }) => {
          heard.push(type)
          channels.add(channel)
        },
        types,
      ),
    )
    const { rig } = await show(ui)
    for (const type of [paid, lost])
      rig.server.publish(
        'private-App.Models.User.1',
        'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated',
        { id: '1', type, amount: 1 },
      )
    await pass()
    expect(heard).toEqual(expected)
    for (const channel of channels) expect(channel).toBe('private-App.Models.User.1')
    expect(rig.errors).toEqual([])
  })
})

describe('a hook that holds a channel', () => {
  it.each([
    ['useChannel', 'private-a', () => useChannel('a')],
    ['useChannel, presence', 'presence-a', () => useChannel('a', 'presence')],
    ['usePublicChannel', 'a', () => usePublicChannel('a')],
    ['usePresenceChannel', 'presence-a', () => usePresenceChannel('a')],
  ])('joins it, and leaves it when told to: %s', async (_, wire, hook) => {
    const { ui, last } = probe(hook)
    const { rig } = await show(ui)
    expect(last().channel()?.name).toBe(wire)
    expect(last().status).toBe('joined')
    act(() => last().leaveChannel())
    expect(last().channel()).toBeNull()
    expect(last().status).toBe('left')
    await pass(500)
    expect(asked(rig)).toEqual([`+${wire}`, `-${wire}`])
  })

  it('leaves what the page holds of that name, too, by leave() and by leaveChannel(true)', async () => {
    for (const leave of ['leave', 'leaveAll'] as const) {
      const { ui, last } = probe(() => useChannel('a'))
      const { rig, unmount } = await show(ui)
      rig.echo.channel('a')
      await pass()
      act(() => (leave === 'leave' ? last().leave() : last().leaveChannel(true)))
      await pass(500)
      expect(asked(rig)).toEqual(['+private-a', '+a', '-private-a', '-a'])
      unmount()
    }
  })
})

describe('usePresence', () => {
  it('knows who is in the room, who came and who went', async () => {
    const { ui, last } = probe(() => usePresence('chat.1'))
    const { rig } = await show(ui)
    const ada = { id: '1', info: { name: 'Ada' } }
    const bob = { id: '2', info: { name: 'Bob' } }
    expect(last()).toEqual({
      ...{ status: 'joined', error: undefined, members: [ada], me: ada, count: 1 },
      ...{ joining: undefined, leaving: undefined },
    })
    const other = new Rig({ on: rig.server })
    other.auth.user = { user_id: '2', user_info: { name: 'Bob' } }
    const { release } = other.echo.lease('presence', 'chat.1')
    await pass(100)
    expect(last()).toMatchObject({ members: [ada, bob], count: 2, joining: bob, leaving: undefined })
    release()
    await pass(1000)
    expect(last()).toMatchObject({ members: [ada], count: 1, joining: bob, leaving: bob })
  })

  it('is empty without a room', async () => {
    const { ui, last } = probe(() => usePresence(null))
    await show(ui)
    expect(last()).toMatchObject({ status: undefined, members: [], me: undefined, count: 0 })
  })
})

describe('useWhisper', () => {
  it('whispers, and shows what others whispered last', async () => {
    const { ui, last, renders } = probe(() => useWhisper('chat.1', 'typing'))
    const { rig } = await show(ui)
    expect(last()).toMatchObject({ status: 'joined', latest: undefined, from: undefined })
    const other = new Rig({ on: rig.server })
    other.auth.user = { user_id: '2', user_info: { name: 'Bob' } }
    const heard = vi.fn<(data: unknown) => void>()
    const { channel } = other.echo.lease('presence', 'chat.1')
    channel.listenForWhisper('typing', heard)
    await pass(100)
    const { send } = last()
    send({ name: 'Ada' })
    channel.whisper('typing', { name: 'Bob' })
    await pass(100)
    expect(heard.mock.lastCall?.[0]).toEqual({ name: 'Ada' })
    expect(last()).toMatchObject({ latest: { name: 'Bob' }, from: '2' })
    expect(last().send).toBe(send)
    const before = renders()
    send({ name: 'Ada' }, { throttle: 1000 })
    send({ name: 'Ada!' }, { throttle: 1000 })
    await pass(2000)
    expect(heard.mock.calls.map(([data]) => data)).toEqual([{ name: 'Ada' }, { name: 'Ada' }, { name: 'Ada!' }])
    expect(renders()).toBe(before)
  })

  it('does it on private channels, too, and nothing without a room', async () => {
    const { ui, last } = probe(() => [useWhisper('a', 'typing', 'private'), useWhisper(null, 'typing')] as const)
    const { rig } = await show(ui)
    for (const { send } of last()) send({ name: 'Ada' })
    await pass()
    expect(rig.received('client-typing').map(({ channel }) => channel)).toEqual(['private-a'])
  })

  it('listens to another event when it is named', async () => {
    const Page = ({ event }: { event: string }) => <p>{JSON.stringify(useWhisper('chat.1', event).latest)}</p>
    const { rig, rerender, text } = await show(<Page event="typing" />)
    rerender(<Page event="waving" />)
    await pass()
    rig.server.publish('presence-chat.1', 'client-typing', { old: true })
    rig.server.publish('presence-chat.1', 'client-waving', { hi: 1 })
    await pass()
    expect(text()).toBe('{"hi":1}')
    expect(asked(rig)).toEqual(['+presence-chat.1'])
  })
})

describe('the connection', () => {
  it('is shown as it is now', async () => {
    const { ui, last } = probe(() => [useConnection(), useConnectionStatus(), useSocketId()] as const)
    const { rig } = await show(ui)
    const [first] = last()
    expect(last()).toEqual([rig.echo.connection.get(), 'connected', rig.echo.socketId()])
    expect(first.socketId).toMatch(/^\d+\.\d+$/)
    await act(async () => rig.server.drop())
    await pass(1)
    expect(last().slice(1)).toEqual(['reconnecting', undefined])
    await act(() => rig.back())
    expect(last()[1]).toBe('connected')
    expect(last()[2]).not.toBe(first.socketId)
  })

  it('renders nothing again that does not read what changed', async () => {
    const { ui, renders } = probe(() => useConnectionStatus())
    const rig = await connected()
    rig.echo.disconnect()
    on(rig.echo, ui)
    await act(async () => rig.echo.connect())
    await pass()
    // disconnected, connecting, connected
    expect(renders()).toBe(3)
  })
})
