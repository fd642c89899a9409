import type { Presence } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'
import { RawClient } from '../testing/raw-client'

fakeTime()
beforeEach(() => {
  new Page()
})

const user = (id: string) => ({ user_id: id, user_info: { name: `user ${id}` } })
const name = (id: string) => `user ${id}`

/** Others in the room, who are not cut when we are. */
function enter(rig: Rig, ...ids: string[]): RawClient[] {
  return ids.map((id) => new RawClient(rig.server).subscribe('presence-room', user(id)))
}

/** A room with Ada, who is us, and these others. */
async function room(...ids: string[]) {
  const rig = await connected()
  const others = enter(rig, ...ids)
  const said: unknown[] = []
  const channel = rig.echo
    .join('room')
    .here((users) => said.push(['here', users.map((each: { name: string }) => each.name)]))
    .joining((each) => said.push(['joining', each.name]))
    .leaving((each) => said.push(['leaving', each?.name]))
  await advance(100)
  return { rig, others, channel, said }
}

/** Loses our connection only, does something, and comes back. */
async function away({ rig }: { rig: Rig }, meanwhile: () => void): Promise<void> {
  rig.connection.drop()
  await advance(1)
  meanwhile()
  await advance(5_000)
}

const ids = (presence: Presence) => presence.members.map(({ id }) => id)

describe('a presence channel', () => {
  it('22: says who is here in the server’s order, and then who comes and goes', async () => {
    const { rig, others, said, channel } = await room('7', '3')
    enter(rig, '5')
    others[0]?.leave()
    await advance(10)
    expect(said).toEqual([
      ['here', [name('7'), name('3'), 'Ada']],
      ['joining', name('5')],
      ['leaving', name('7')],
    ])
    expect(ids(channel.presence.get())).toEqual(['3', '1', '5'])
    expect(channel.presence.get()).toMatchObject({ count: 3, me: { id: '1', info: { name: 'Ada' } } })
  })

  it('22: counts a user in two tabs as one member', async () => {
    const { rig, said, channel } = await room('7')
    const [tab] = enter(rig, '7')
    tab?.leave()
    await advance(10)
    expect(said).toHaveLength(1)
    // A server that tells of each tab only brings news of a member who is here.
    const data = '{"user_id":7,"user_info":{"name":"new"}}'
    rig.connection.send({ event: 'pusher_internal:member_added', channel: 'presence-room', data })
    await advance(10)
    expect(said).toHaveLength(1)
    expect(channel.presence.get().members.map(({ info }) => info.name)).toEqual(['new', 'Ada'])
  })
})

describe('a presence channel across a reconnection', () => {
  it('22: keeps its members through the outage', async () => {
    const { rig, channel, said } = await room('2', '3')
    rig.server.faults.refuse(100)
    rig.connection.drop()
    await advance(20_000)
    expect(channel.status.get()).toBe('joining')
    expect(ids(channel.presence.get())).toEqual(['2', '3', '1'])
    expect(said).toHaveLength(1)
  })

  it('22: tells the difference, and then who is here', async () => {
    const all = await room('2', '3', '4')
    const { rig, others, said, channel } = all
    said.length = 0
    await away(all, () => {
      others[0]?.leave()
      others[2]?.leave()
      enter(rig, '5', '6')
    })
    expect(said).toEqual([
      ['leaving', name('2')],
      ['leaving', name('4')],
      ['joining', name('5')],
      ['joining', name('6')],
      ['here', [name('3'), name('5'), name('6'), 'Ada']],
    ])
    expect(ids(channel.presence.get())).toEqual(['3', '5', '6', '1'])
  })

  it('22: tells of nobody who stayed, oneself neither', async () => {
    const all = await room('2', '3')
    all.said.length = 0
    await away(all, () => {})
    expect(all.said).toEqual([['here', [name('2'), name('3'), 'Ada']]])
  })

  it('22: tells of nobody who left and came back meanwhile', async () => {
    const all = await room('2')
    all.said.length = 0
    await away(all, () => {
      all.others[0]?.leave()
      enter(all.rig, '2')
    })
    expect(all.said).toEqual([['here', [name('2'), 'Ada']]])
  })

  it('22: takes a number and its text for the same user', async () => {
    const all = await room('2')
    all.said.length = 0
    await away(all, () => {
      all.others[0]?.leave()
      new RawClient(all.rig.server).subscribe('presence-room', { user_id: 2, user_info: { name: name('2') } })
    })
    expect(all.said.filter((each) => (each as string[])[0] !== 'here')).toEqual([])
  })

  it('22: tells it after two losses in a row, against what was known before the first', async () => {
    const all = await room('2', '3')
    all.said.length = 0
    all.rig.server.faults.disturbSubscribe('ignore')
    await away(all, () => all.others[0]?.leave())
    await away(all, () => enter(all.rig, '4'))
    expect(all.said).toEqual([
      ['leaving', name('2')],
      ['joining', name('4')],
      ['here', [name('3'), name('4'), 'Ada']],
    ])
  })

  it('22: after disconnect() and connect() tells the difference, too', async () => {
    const { rig, others, said } = await room('2', '3')
    said.length = 0
    rig.echo.disconnect()
    await advance(100)
    others[0]?.leave()
    rig.echo.connect()
    await advance(1_000)
    expect(said).toEqual([
      ['leaving', name('2')],
      ['here', [name('3'), 'Ada']],
    ])
  })

  it('22: tells followers of `presence` once, with the whole', async () => {
    const all = await room('2', '3')
    const seen: Presence[] = []
    all.channel.presence.subscribe((presence) => seen.push(presence))
    await away(all, () => {
      all.others[0]?.leave()
      enter(all.rig, '4')
    })
    expect(seen.map(ids)).toEqual([['3', '4', '1']])
    expect(Object.isFrozen(seen[0]) && Object.isFrozen(seen[0]?.members)).toBe(true)
  })

  it('22: tells followers of `presence` once for all that one task brings', async () => {
    const { rig, channel } = await room('2')
    const seen: Presence[] = []
    channel.presence.subscribe((presence) => seen.push(presence))
    for (const id of ['5', '6', '7']) {
      const added = { event: 'pusher_internal:member_added', channel: 'presence-room', data: { user_id: id } }
      rig.socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(added) }))
    }
    await advance(10)
    expect(seen.map(ids)).toEqual([['2', '1', '5', '6', '7']])
  })

  it('22: shows nobody new before the server has said so', async () => {
    const all = await room('2')
    const { rig, channel, said } = all
    said.length = 0
    rig.auth.next({ status: 403 })
    await away(all, () => enter(rig, '9'))
    expect(channel.status.get()).toBe('failed')
    expect(said).toEqual([])
    channel.retry()
    await advance(1_000)
    expect(said).toEqual([
      ['joining', name('9')],
      ['here', [name('2'), name('9'), 'Ada']],
    ])
  })

  it('22: starts anew where the channel was left meanwhile', async () => {
    const all = await room('2')
    const { rig, said, others } = all
    rig.echo.leave('room')
    await advance(1_000)
    others[0]?.leave()
    said.length = 0
    const here = vi.fn()
    const left = vi.fn()
    rig.echo.join('room').here(here).leaving(left)
    await advance(1_000)
    expect(here.mock.calls.map(([users]) => users)).toEqual([[{ name: 'Ada' }]])
    expect(left).not.toHaveBeenCalled()
    expect(said).toEqual([])
  })
})
