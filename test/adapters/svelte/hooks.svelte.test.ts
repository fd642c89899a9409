import {
  useChannel,
  useEchoEncrypted,
  useEchoModel,
  useEchoNotification,
  useEchoPresence,
  useEchoPublic,
  usePresenceChannel,
  usePublicChannel,
} from 'antiphon/svelte'
import { flushSync } from 'svelte'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected, type Rig } from '../../support/rig'
import { show } from './stage'

fakeTime()

let rig: Rig
const heard = vi.fn<(payload: any) => void>()
const payloads = () => heard.mock.calls.map(([payload]) => payload)
const make = (hook: () => unknown) => () => {
  hook()
  return () => ''
}
const publish = async (channel: string, event: string, data: object) => {
  rig.server.publish(channel, event, data)
  await advance(10)
}

beforeEach(async () => {
  heard.mockReset()
  rig = await connected()
})

describe('one hook for each visibility', () => {
  it.each([
    ['useEchoPublic', () => useEchoPublic('orders', 'Shipped', heard), 'orders'],
    ['useEchoPresence', () => useEchoPresence('orders', 'Shipped', heard), 'presence-orders'],
  ] as const)('%s', async (_, hook, wire) => {
    show(make(hook), rig.echo)
    await advance(100)
    await publish(wire, 'App\\Events\\Shipped', { id: 1 })
    expect(payloads()).toEqual([{ id: 1 }])
  })

  it('useEchoEncrypted', async () => {
    show(
      make(() => useEchoEncrypted('orders', 'Shipped', heard)),
      rig.echo,
    )
    await advance(100)
    const name = 'private-encrypted-orders'
    await publish(name, 'App\\Events\\Shipped', rig.auth.encryption.seal(name, { id: 1 }))
    expect(payloads()).toEqual([{ id: 1 }])
  })

  it.each([
    ['useChannel', () => useChannel('orders'), 'private-orders'],
    ['useChannel of a visibility', () => useChannel('orders', 'presence'), 'presence-orders'],
    ['usePublicChannel', () => usePublicChannel('orders'), 'orders'],
    ['usePresenceChannel', () => usePresenceChannel('orders'), 'presence-orders'],
  ] as const)('%s holds without listening', async (_, hook, wire) => {
    let held!: ReturnType<typeof hook>
    const part = show(() => {
      held = hook()
      return () => held.status
    }, rig.echo)
    await advance(100)
    expect(part.text).toBe('joined')
    expect(held.channel().name).toBe(wire)
    part.remove()
    await advance(300)
    expect(rig.server.channels()).toEqual([])
  })
})

describe('useEchoNotification', () => {
  const paid = { id: '1', type: 'App\\Notifications\\InvoicePaid', amount: 3 }
  const sent = { id: '2', type: 'App\\Notifications\\OrderSent' }
  const notify = async () => {
    for (const data of [paid, sent])
      await publish('private-users.1', 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated', data)
  }

  it('hears every notification', async () => {
    show(
      make(() => useEchoNotification('users.1', heard)),
      rig.echo,
    )
    await advance(100)
    await notify()
    expect(payloads()).toEqual([paid, sent])
  })

  it('hears those of its classes, which may change', async () => {
    let types = $state<string | string[]>('App.Notifications.InvoicePaid')
    show(
      make(() => useEchoNotification('users.1', { current: heard }, () => types)),
      rig.echo,
    )
    await advance(100)
    await notify()
    expect(payloads()).toEqual([paid])
    types = ['App\\Notifications\\OrderSent']
    flushSync()
    await notify()
    expect(payloads()).toEqual([paid, sent])
  })
})

describe('useEchoModel', () => {
  const event = { model: { id: 7 }, connection: null, queue: null, afterCommit: false }

  it('hears what happens to a model, its events written with a dot or without', async () => {
    show(
      make(() => useEchoModel('App.Models.Post', 7, ['PostUpdated', '.PostDeleted'], heard)),
      rig.echo,
    )
    await advance(100)
    await publish('private-App.Models.Post.7', 'PostUpdated', event)
    await publish('private-App.Models.Post.7', 'PostDeleted', event)
    expect(payloads()).toEqual([event, event])
  })

  it('follows model and identifier, and has no channel while the identifier is null', async () => {
    let model = $state('App.Models.Post')
    let id = $state<number | null>(null)
    const part = show(() => {
      const post = useEchoModel(
        () => model,
        () => id,
        [],
        heard,
      )
      return () => post.status && post.channel().name
    }, rig.echo)
    expect(part.text).toBe('')
    id = 7
    flushSync()
    expect(part.text).toBe('private-App.Models.Post.7')
    model = 'App.Models.Page'
    flushSync()
    expect(part.text).toBe('private-App.Models.Page.7')
  })
})
