import type { Presence } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

const ids = (presence: Presence) => presence.members.map(({ id }) => id)

describe('what a server may say of members', () => {
  const lists: [string, unknown, string[]][] = [
    ['nothing', undefined, []],
    ['null', null, []],
    ['no presence', {}, []],
    ['presence null', { presence: null }, []],
    ['Reverb’s broken list', { presence: { count: 0, ids: [], hash: [] } }, []],
    [
      'a hash that PHP made a list',
      { presence: { count: 2, ids: [0, 1], hash: [{ name: 'a' }, { name: 'b' }] } },
      ['0', '1'],
    ],
    ['no hash', { presence: { count: 1, ids: ['7'] } }, ['7']],
    ['no ids', { presence: { count: 1, hash: { '7': { name: 'a' } } } }, ['7']],
    ['ids that are none', { presence: { ids: [null, {}, [], true, '7'], hash: { '7': {} } } }, ['7']],
    ['an id twice', { presence: { ids: ['7', 7, '7'], hash: { '7': {} } } }, ['7']],
    [
      'names without an entry',
      { presence: { ids: ['constructor', '__proto__'], hash: {} } },
      ['constructor', '__proto__'],
    ],
    ['a hash that is a text', { presence: { ids: ['7'], hash: 'no' } }, ['7']],
  ]
  for (const [what, data, expected] of lists)
    it(`22: ${what} is survived`, async () => {
      const rig = await connected()
      rig.server.faults.disturbSubscribe('ignore')
      const channel = rig.echo.join('room')
      const here = vi.fn()
      channel.here(here)
      await advance(100)
      const body = typeof data === 'object' ? JSON.stringify(data) : data
      rig.connection.send({ event: 'pusher_internal:subscription_succeeded', channel: 'presence-room', data: body })
      await advance(100)
      expect(channel.status.get()).toBe('joined')
      expect(here).toHaveBeenCalledTimes(1)
      expect(ids(channel.presence.get())).toEqual(expected)
      expect(channel.presence.get().count).toBe(expected.length)
      expect(channel.presence.get().members.every(({ info }) => typeof info !== 'function')).toBe(true)
      if (what === 'names without an entry') expect(here.mock.calls[0]?.[0]).toEqual([undefined, undefined])
      expect(rig.errors).toEqual([])
    })

  it('22: more than 10,000 members are cut, however they come', async () => {
    const rig = await connected()
    rig.server.faults.disturbSubscribe('ignore')
    const channel = rig.echo.join('room')
    await advance(100)
    const many = Array.from({ length: 12_000 }, (_, index) => String(index))
    const presence = { count: many.length, ids: many, hash: Object.fromEntries(many.map((id) => [id, {}])) }
    const succeeded = 'pusher_internal:subscription_succeeded'
    rig.connection.sendRaw(JSON.stringify({ event: succeeded, channel: 'presence-room', data: { presence } }))
    vi.advanceTimersByTime(100)
    expect(channel.presence.get().count).toBe(10_000)
    for (let id = 20_000; id < 20_100; id++)
      rig.connection.sendRaw(
        JSON.stringify({ event: 'pusher_internal:member_added', channel: 'presence-room', data: { user_id: id } }),
      )
    vi.advanceTimersByTime(100)
    expect(channel.presence.get().count).toBe(10_000)
  })

  it('22: a callback of Laravel that answered `true` gives `true`', async () => {
    const rig = await connected()
    rig.auth.user = { user_id: '1', user_info: true }
    const here = vi.fn()
    rig.echo.join('room').here(here)
    await advance(100)
    expect(here.mock.calls[0]?.[0]).toEqual([true])
  })

  it('22: a user without info is told as undefined', async () => {
    const rig = await connected()
    const joining = vi.fn()
    rig.echo.join('room').joining(joining)
    await advance(100)
    rig.connection.send({ event: 'pusher_internal:member_added', channel: 'presence-room', data: '{"user_id":"8"}' })
    await advance(10)
    expect(joining.mock.calls).toEqual([[undefined, { id: '8', info: undefined }]])
  })
})
