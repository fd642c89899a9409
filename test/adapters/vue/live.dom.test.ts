import {
  useChannel,
  useConnection,
  useConnectionStatus,
  useEchoModel,
  useEchoNotification,
  usePresence,
  usePresenceChannel,
  usePublicChannel,
  useSocketId,
  useWhisper,
} from 'antiphon/vue'
import { describe, expect, it, vi } from 'vitest'
import { ref, watch } from 'vue'
import { advance, fakeTime } from '../../support/clock'
import { connected } from '../../support/rig'
import { RawClient } from '../../testing/raw-client'
import { run } from './stage'

fakeTime()

const user = (id: string) => ({ user_id: id, user_info: { name: `user ${id}` } })

describe('usePresence', () => {
  it('shows who is in the room, who came last and who went', async () => {
    const rig = await connected()
    const other = new RawClient(rig.server).subscribe('presence-room', user('7'))
    const { result } = run(rig, () => usePresence('room'))
    expect([result.members.value, result.me.value, result.count.value, result.status.value]).toEqual([
      [],
      undefined,
      0,
      'joining',
    ])
    await advance(50)
    expect(result.members.value.map(({ id }) => id)).toEqual(['7', '1'])
    expect([result.me.value?.info, result.count.value, result.status.value]).toEqual([{ name: 'Ada' }, 2, 'joined'])
    new RawClient(rig.server).subscribe('presence-room', user('5'))
    other.leave()
    await advance(50)
    expect(result.members.value.map(({ id }) => id)).toEqual(['1', '5'])
    expect([result.joining.value?.id, result.leaving.value?.info]).toEqual(['5', { name: 'user 7' }])
  })

  it('shows nobody of the room before, once the room is another one', async () => {
    const rig = await connected()
    const room = ref<string | null>('room')
    new RawClient(rig.server).subscribe('presence-room', user('7'))
    const { result } = run(rig, () => usePresence(room))
    await advance(50)
    room.value = 'other'
    await advance(50)
    expect(result.members.value.map(({ id }) => id)).toEqual(['1'])
    room.value = null
    await advance(50)
    expect([result.members.value, result.count.value, result.status.value]).toEqual([[], 0, undefined])
  })

  it('knows the members at once of a room that the page has joined already', async () => {
    const rig = await connected()
    rig.echo.join('room')
    await advance(50)
    const { result } = run(rig, () => usePresence('room'))
    expect([result.count.value, result.status.value]).toEqual([1, 'joined'])
  })
})

describe('useWhisper', () => {
  it('sends to the others, and shows what they whispered last, and who', async () => {
    const rig = await connected()
    const other = new RawClient(rig.server).subscribe('presence-room', user('7'))
    const { result } = run(rig, () => useWhisper('room', 'typing'))
    await advance(50)
    const { send } = result
    send({ name: 'Ada' })
    await advance(10)
    expect(other.heard().filter(({ event }) => event === 'client-typing')).toMatchObject([{ data: { name: 'Ada' } }])
    other.whisper('presence-room', { name: 'user 7' })
    await advance(10)
    expect([result.latest.value, result.from.value]).toEqual([{ name: 'user 7' }, '7'])
  })

  it('throttles, and tells of what was dropped', async () => {
    const rig = await connected()
    const { result } = run(rig, () => useWhisper('orders.1', 'cursor', 'private'))
    await advance(50)
    for (const x of [1, 2, 3]) result.send({ x }, { throttle: 100 })
    await advance(300)
    expect(rig.received('client-cursor').map(({ data }) => data)).toEqual([{ x: 1 }, { x: 3 }])
    result.send({ text: 'x'.repeat(20_000) })
    await advance(10)
    expect(result.error.value?.code).toBe('whisper-dropped')
  })

  it('does nothing while there is no room', async () => {
    const rig = await connected()
    const { result } = run(rig, () => useWhisper(null, 'typing'))
    expect(() => result.send({})).not.toThrow()
    expect([result.latest.value, result.from.value, result.status.value]).toEqual([undefined, undefined, undefined])
  })
})

describe('the connection', () => {
  it('is shown as it is, and as it becomes', async () => {
    const rig = await connected()
    const said: string[] = []
    const page = run(rig, () => {
      const status = useConnectionStatus()
      watch(status, (now) => said.push(now))
      return { status, socketId: useSocketId(), connection: useConnection() }
    })
    const { status, socketId, connection } = page.result
    expect([status.value, socketId.value, connection.value]).toEqual([
      'connected',
      rig.echo.socketId(),
      rig.echo.connection.get(),
    ])
    rig.server.drop()
    await advance(1)
    expect([status.value, socketId.value, connection.value]).toEqual([
      'reconnecting',
      undefined,
      rig.echo.connection.get(),
    ])
    await rig.back()
    expect([status.value, socketId.value]).toEqual(['connected', rig.echo.socketId()])
    expect(said.at(-1)).toBe('connected')
    page.unmount()
    rig.echo.disconnect()
    expect(status.value).toBe('connected')
  })
})

describe('useEchoNotification', () => {
  const event = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'

  it.each([
    ['all of them', undefined, ['App\\Notifications\\Paid', 'App\\Notifications\\Lost', 'Other']],
    ['those of a class, with dots', 'App.Notifications.Paid', ['App\\Notifications\\Paid']],
    ['those of some classes', ['App\\Notifications\\Paid', 'Other'], ['App\\Notifications\\Paid', 'Other']],
  ])('hears %s', async (_, types, heard) => {
    const rig = await connected()
    const told: string[] = []
    run(rig, () => useEchoNotification('App.Models.User.1', ({ type }: { type: string }) => told.push(type), types))
    await advance(50)
    for (const type of ['App\\Notifications\\Paid', 'App\\Notifications\\Lost', 'Other'])
      rig.server.publish('private-App.Models.User.1', event, { type })
    await advance(10)
    expect(told).toEqual(heard)
  })
})

describe('useEchoModel', () => {
  it('hears what becomes of a model, whichever it is now', async () => {
    const rig = await connected()
    const id = ref<number | null>(1)
    const heard = vi.fn()
    run(rig, () => useEchoModel('App.Models.Post', id, ['PostUpdated', '.PostDeleted'], heard))
    await advance(50)
    rig.server.publish('private-App.Models.Post.1', 'PostUpdated', { model: { id: 1 } })
    await advance(10)
    id.value = 2
    await advance(50)
    rig.server.publish('private-App.Models.Post.2', 'PostDeleted', { model: { id: 2 } })
    await advance(10)
    expect(heard.mock.calls.map(([{ model }]) => model)).toEqual([{ id: 1 }, { id: 2 }])
    id.value = null
    await advance(300)
    expect(rig.received('pusher:unsubscribe')).toHaveLength(2)
  })
})

describe('the channel composables', () => {
  it('hold a channel of their kind without listening', async () => {
    const rig = await connected()
    const { result } = run(rig, () => [
      useChannel('a'),
      useChannel('b', 'encrypted'),
      usePublicChannel('c'),
      usePresenceChannel('d'),
    ])
    await advance(50)
    expect(rig.subscribes().sort()).toEqual(['c', 'presence-d', 'private-a', 'private-encrypted-b'])
    expect(result.map(({ status }) => status.value)).toEqual(['joined', 'joined', 'joined', 'joined'])
  })
})
