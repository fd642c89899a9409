import type { Presence } from 'antiphon'
import { expect, it, vi } from 'vitest'
import type { MembersView } from '../../src/channels/members'
import { advance, fakeTime } from '../support/clock'
import { connected } from '../support/rig'
import { RawClient } from '../testing/raw-client'

fakeTime()

async function room() {
  const rig = await connected()
  new RawClient(rig.server).subscribe('presence-room', { user_id: '7', user_info: { name: 'Bob' } })
  const channel = rig.echo.join('room')
  return { rig, channel }
}

it('who is here is told in the shape of pusher-js, too', async () => {
  const { rig, channel } = await room()
  const views: MembersView[] = []
  channel.on('pusher:subscription_succeeded', (members: MembersView) => views.push(members))
  await advance(100)
  const [ada, bob] = [
    { id: '1', info: { name: 'Ada' } },
    { id: '7', info: { name: 'Bob' } },
  ]
  const [view] = views as [MembersView]
  expect(view).toMatchObject({ count: 2, myID: '1', me: ada, members: { 1: ada.info, 7: bob.info } })
  expect([view.get('7'), view.get(7 as never), view.get('8')]).toEqual([bob, bob, null])
  const each = vi.fn()
  view.each(each)
  expect(each.mock.calls).toEqual([[bob], [ada]])
  await rig.reconnect()
  expect(views).toHaveLength(2)
})

it('a list in which one is not oneself has no `me`', async () => {
  const { rig, channel } = await room()
  const told = vi.fn()
  rig.server.faults.disturbSubscribe('ignore')
  channel.on('pusher:subscription_succeeded', told)
  await advance(100)
  const data = { presence: { ids: ['7'], hash: {} } }
  rig.connection.send({ event: 'pusher_internal:subscription_succeeded', channel: 'presence-room', data })
  await advance(10)
  expect(told.mock.calls[0]?.[0]).toMatchObject({ count: 1, myID: undefined, me: null })
  expect(rig.errors).toEqual([])
})

it('a channel without members tells nothing but that it is joined', async () => {
  const { rig } = await room()
  const told = vi.fn()
  rig.echo.channel('news').on('pusher:subscription_succeeded', told)
  await advance(100)
  expect(told.mock.calls.map(([data]) => data)).toEqual([{}])
})

it('nobody is here before the server has said so, nor once the channel was left', async () => {
  const { rig, channel } = await room()
  const nobody = { members: [], me: undefined, count: 0 }
  expect(channel.presence.get()).toEqual(nobody)
  expect(Object.isFrozen(channel.presence.get()) && Object.isFrozen(channel.presence.get().members)).toBe(true)
  await advance(100)
  expect(channel.presence.get().count).toBe(2)
  rig.echo.leave('room')
  expect(channel.presence.get()).toEqual(nobody)
})

it('the list is the same one until somebody comes or goes', async () => {
  const { rig, channel } = await room()
  await advance(100)
  const before = channel.presence.get()
  expect(channel.presence.get()).toBe(before)
  expect(before.members.every(Object.isFrozen)).toBe(true)
  const other = new RawClient(rig.server).subscribe('presence-room', { user_id: '8', user_info: {} })
  await advance(10)
  const between = channel.presence.get()
  expect([before.count, between.count]).toEqual([2, 3])
  other.leave()
  await advance(10)
  expect(channel.presence.get().count).toBe(2)
})

it('one follower may follow twice, and each time ends by itself', async () => {
  const { rig, channel } = await room()
  const follow = vi.fn<(presence: Presence) => void>()
  const undo = channel.presence.subscribe(follow)
  channel.presence.subscribe(follow)
  await advance(100)
  expect(follow.mock.calls.map(([{ count }]) => count)).toEqual([2, 2])
  undo()
  undo()
  new RawClient(rig.server).subscribe('presence-room', { user_id: '8', user_info: {} })
  await advance(10)
  expect(follow).toHaveBeenCalledTimes(3)
})

it('a member who is not there any more cannot go', async () => {
  const { rig, channel } = await room()
  const leaving = vi.fn()
  channel.leaving(leaving)
  await advance(100)
  const removed = { event: 'pusher_internal:member_removed', channel: 'presence-room', data: '{"user_id":"7"}' }
  for (let round = 0; round < 2; round++) rig.connection.send(removed)
  await advance(10)
  expect(leaving.mock.calls).toEqual([[{ name: 'Bob' }, { id: '7', info: { name: 'Bob' } }]])
})
