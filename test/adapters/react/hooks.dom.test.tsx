import {
  useChannel,
  useEcho,
  useEchoEncrypted,
  useEchoModel,
  useEchoNotification,
  useEchoPresence,
  useEchoPublic,
  usePresenceChannel,
  usePublicChannel,
} from 'antiphon/react'
import { version } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { connected } from '../../support/rig'
import { act, asked, on, pass, probe, publish, show, stage } from './stage'

stage()

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
    expect(last().channel()?.status.get()).toBe('left')
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

describe('after disconnect()', () => {
  it('a hook says why nothing comes, and is joined when somebody connects', async () => {
    const rig = await connected()
    rig.echo.disconnect()
    const { ui, last } = probe(() => useEchoPublic('a', 'Told', () => {}))
    on(rig.echo, ui)
    await pass()
    expect(last()).toMatchObject({ status: 'joining', error: { code: 'disconnected' } })
    expect(last().error?.message).toBe('a waits for connect(): disconnect() was called.')
    act(() => rig.echo.connect())
    await pass()
    expect(last()).toMatchObject({ status: 'joined', error: undefined })
  })
})

describe('bad input', () => {
  it.each([
    ['nothing', undefined, 'undefined'],
    ['an empty name', '', 'empty'],
    ['a number', 7, 'number'],
  ])('%s is no channel, says the hook by its name', async (_, name, what) => {
    const rig = await connected()
    const { ui } = probe(() => useEchoPublic(name as never, 'Told', () => {}))
    const silent = vi.spyOn(console, 'error').mockReturnValue()
    expect(() => on(rig.echo, ui)).toThrow(`useEchoPublic: a channel is a string, or null for none, not ${what}.`)
    silent.mockRestore()
  })
})
