import { Channel, type Echo, type ListenOptions, PresenceChannel } from 'antiphon'
import { describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { withLivewire } from './rig'

fakeTime()

type Notify = () => Promise<unknown>

/** The application holds one seat beside the component's: the room outlives the component, and one `leave` leaves it. */
async function expectOneSeat(
  { echo, channels }: Pick<Awaited<ReturnType<typeof withLivewire>>, 'echo' | 'channels'>,
  component: { end(): void },
): Promise<void> {
  await advance(100)
  component.end()
  await advance(500)
  expect(channels()).toEqual(['presence-chat'])
  echo.leave('chat')
  await advance(500)
  expect(channels()).toEqual([])
}

describe('an application’s own calls beside Livewire’s', () => {
  it('leaves a room with one leave, however many listeners were chained', async () => {
    const { echo, channels } = await withLivewire(4)
    const nothing = () => {}
    echo.join('chat').here(nothing).joining(nothing).leaving(nothing).listen('A', nothing).error(nothing)
    await advance(100)
    echo.leave('chat')
    await advance(500)
    expect(channels()).toEqual([])
  })

  it('takes no seat by whispering', async () => {
    const { rig, echo, channels } = await withLivewire(4)
    const room = echo.join('chat').here(() => {})
    await advance(100)
    for (let times = 0; times < 3; times++) echo.join('chat').whisper('typing', { times })
    room.listen('A', () => {})
    await advance(500)
    expect(rig.received('client-typing')).toHaveLength(3)
    echo.leave('chat')
    await advance(500)
    expect(channels()).toEqual([])
  })

  it.each<[string, (echo: Echo) => unknown]>([
    ['looking who is there', (echo) => echo.join('chat').presence.get()],
    ['following who is there', (echo) => echo.join('chat').presence.subscribe(() => {})],
    ['looking whether it is joined', (echo) => echo.join('chat').status.get()],
    ['waiting until it is joined', (echo) => echo.join('chat').ready()],
    [
      'ending a listener',
      (echo) =>
        echo
          .join('chat')
          .stopListening('A', () => {})
          .stopListeningToAll(),
    ],
    ['keeping it', (echo) => echo.join('chat')],
  ])('takes no seat by %s', async (_, ask) => {
    const { echo, channels } = await withLivewire(4)
    ask(echo)
    echo
      .join('chat')
      .here(() => {})
      .listen('A', () => {})
    await advance(100)
    echo.leave('chat')
    await advance(500)
    expect(channels()).toEqual([])
  })

  it.each<[string, (room: PresenceChannel) => PresenceChannel]>([
    ['looked at it', (room) => (room.presence.get(), room)],
    ['whispered', (room) => room.whisper('typing', {})],
    ['ended a listener', (room) => room.stopListening('A', () => {})],
  ])('takes a seat with the first listener of a room, also after it has %s', async (_, first) => {
    const beside = await withLivewire(4)
    first(beside.echo.join('chat')).listen('A', () => {})
    await expectOneSeat(beside, beside.page.start('echo-presence:chat,here'))
  })

  describe('takes one seat by whatever listens', () => {
    const nothing = () => {}
    const listens: Record<string, (room: PresenceChannel) => PresenceChannel> = {
      here: (room) => room.here(nothing),
      joining: (room) => room.joining(nothing),
      leaving: (room) => room.leaving(nothing),
      listen: (room) => room.listen('A', nothing),
      listenToAll: (room) => room.listenToAll(nothing),
      on: (room) => room.on('A', nothing),
      subscribed: (room) => room.subscribed(nothing),
      error: (room) => room.error(nothing),
      missed: (room) => room.missed(nothing),
      notification: (room) => room.notification(nothing),
      listenForWhisper: (room) => room.listenForWhisper('typing', nothing),
      cacheMiss: (room) => room.cacheMiss(nothing),
    }
    const others = ['whisper', 'ready', 'retry', 'subscribe', 'unsubscribe', 'register', 'constructor']

    it.each(Object.entries(listens))('%s', async (_, listen) => {
      const beside = await withLivewire(4)
      const room = beside.echo.join('chat')
      const component = beside.page.start('echo-presence:chat,here')
      expect(listen(listen(room))).toBe(room)
      await expectOneSeat(beside, component)
    })

    it('and no verb of a room is forgotten', () => {
      const verbs = [PresenceChannel, Channel]
        .flatMap(({ prototype }) => Object.entries(Object.getOwnPropertyDescriptors(prototype)))
        .filter(([name, { value }]) => typeof value === 'function' && !name.startsWith('stop'))
        .map(([name]) => name)
      expect(new Set(verbs)).toEqual(new Set([...Object.keys(listens), ...others]))
    })
  })

  it.each<[string, (echo: Echo) => void]>([
    ['by its wire name', (echo) => echo.leave('presence-chat')],
    ['by leaveChannel', (echo) => echo.leaveChannel('presence-chat')],
    ['by the channel', (echo) => echo.join('chat').unsubscribe()],
    ['by all', (echo) => echo.leaveAllChannels()],
  ])('leaves a room at once %s, and who comes then stays when those go who were there before', async (_, leave) => {
    const { rig, echo, page, channels } = await withLivewire(4)
    const before = page.start('echo-presence:chat,A', 'echo-presence:chat,B')
    await advance(100)
    leave(echo)
    await advance(500)
    expect(channels()).toEqual([])
    const after = page.start('echo-presence:chat,A')
    await advance(100)
    before.end()
    await advance(500)
    rig.server.publish('presence-chat', 'App\\Events\\A', {})
    await advance(10)
    expect([before.told.length, after.told.length]).toEqual([0, 1])
    after.end()
    await advance(500)
    expect(channels()).toEqual([])
  })

  it('keeps a room that was left for everybody and joined again until all have gone, in whatever order', async () => {
    const { echo, page, channels } = await withLivewire(4)
    const before = page.start('echo-presence:chat,A')
    echo.leaveChannel('presence-chat')
    const after = page.start('echo-presence:chat,A', 'echo-presence:chat,here')
    await advance(100)
    after.end()
    await advance(500)
    expect(channels()).toEqual(['presence-chat'])
    before.end()
    await advance(500)
    expect(channels()).toEqual([])
  })

  it('leaves every kind of a name that was never joined', async () => {
    const { echo, channels } = await withLivewire(4)
    for (const channel of [echo.channel('a'), echo.private('a')]) channel.subscribed(() => {})
    await advance(100)
    echo.leave('a')
    echo.leaveChannel('unheard-of')
    await advance(500)
    expect(channels()).toEqual([])
  })

  it('leaves a room that somebody joined without a listener, and nothing else of that name', async () => {
    const { echo, channels } = await withLivewire(4)
    for (const kind of ['channel', 'private', 'join'] as const) echo[kind]('a')
    await advance(100)
    for (let times = 0; times < 3; times++) echo.leave('a')
    await advance(500)
    expect(channels()).toEqual(['a', 'private-a'])
    echo.leaveChannel('private-a')
    await advance(500)
    expect(channels()).toEqual(['a'])
  })

  it.each([3, 4] as const)(
    'keeps the other channels of a room’s name when the room was left by hand before Livewire %i leaves it',
    async (version) => {
      const { echo, page, channels } = await withLivewire(version)
      const component = page.start('echo-presence:chat.1,A', 'echo-presence:chat.1,B')
      echo.channel('chat.1').listen('A', () => {})
      echo.private('chat.1').listen('A', () => {})
      await advance(100)
      echo.leaveChannel('presence-chat.1')
      component.end()
      await advance(500)
      expect(channels()).toEqual(['chat.1', 'private-chat.1'])
      echo.leaveChannel('chat.1')
      await advance(500)
      expect(channels()).toEqual(['private-chat.1'])
    },
  )

  it('takes a public channel by its wire name when nobody has a seat in the room of that name', async () => {
    const { echo, channels } = await withLivewire(4)
    for (const kind of ['channel', 'join'] as const) echo[kind]('chat')
    await advance(100)
    echo.leaveChannel('chat')
    await advance(500)
    expect(channels()).toEqual(['presence-chat'])
  })

  it('gives a seat to whoever asked first and listens after the others', async () => {
    const { echo, page, channels } = await withLivewire(4)
    const mine = echo.join('room')
    const component = page.start('echo-presence:room,here')
    mine.listen('A', () => {})
    await advance(100)
    component.end()
    await advance(500)
    expect(mine.status.get()).toBe('joined')
    echo.leave('room')
    await advance(500)
    expect(channels()).toEqual([])
  })

  it('gives no seat for a listener that is none', async () => {
    const { echo, page, channels } = await withLivewire(4)
    expect(() => echo.join('room').here(undefined as never)).toThrow('no function')
    echo.join('room').whisper('typing', {})
    const component = page.start('echo-presence:room,A')
    await advance(100)
    component.end()
    await advance(500)
    expect(channels()).toEqual([])
  })

  it.each<[string, (channel: any, mine: () => void) => void]>([
    ['stopListeningForNotification', (channel, mine) => channel.stopListeningForNotification(mine)],
    ['stopListening', (channel, mine) => channel.stopListening(channel.notificationCreatedEvent, mine)],
  ])('counts the end of its own listener for notifications by %s, once', async (_, stop) => {
    const { rig, echo, page } = await withLivewire(4)
    const mine = vi.fn()
    const channel = echo.private('user').notification(mine).notification('Paid', mine)
    const [gone, stays] = [page.start('echo-notification:user'), page.start('echo-notification:user')]
    await advance(100)
    const notify = async () => {
      rig.server.publish('private-user', channel.notificationCreatedEvent.slice(1), { id: 'n', type: 'Paid' })
      await advance(10)
    }
    for (let times = 0; times < 2; times++) stop(channel, mine)
    gone.end()
    await notify()
    expect([mine.mock.calls.length, stays.told.length]).toEqual([0, 1])
    stays.end()
    await notify()
    expect(stays.told).toHaveLength(1)
  })

  it('ends what gone components heard with its own listener, if that is the last', async () => {
    const { rig, echo, page } = await withLivewire(4)
    const mine = vi.fn()
    const channel = echo.private('user').notification(mine)
    const component = page.start('echo-notification:user')
    await advance(100)
    component.end()
    channel.stopListeningForNotification(mine)
    rig.server.publish('private-user', channel.notificationCreatedEvent.slice(1), { id: 'n' })
    await advance(10)
    expect([mine.mock.calls.length, component.told.length]).toEqual([0, 0])
  })

  describe.each<
    [string, (abort: AbortController) => ListenOptions, (abort: AbortController, notify: Notify) => unknown]
  >([
    ['a signal', ({ signal }) => ({ signal }), (abort) => abort.abort()],
    ['its first call', () => ({ once: true }), (_, notify) => notify()],
  ])('a listener for notifications that ends by %s', (_, options, end) => {
    async function withOwn() {
      const { rig, echo, page } = await withLivewire(4)
      const mine = vi.fn()
      const abort = new AbortController()
      const channel = echo.private('user').notification(mine, options(abort))
      const notify = async () => {
        rig.server.publish('private-user', channel.notificationCreatedEvent.slice(1), { id: 'n' })
        await advance(10)
        return mine.mock.calls.length
      }
      const component = page.start('echo-notification:user')
      await advance(100)
      return { channel, mine, component, notify, end: () => end(abort, notify) }
    }

    it('keeps no gone component’s listener when it has ended', async () => {
      const { component, notify, end } = await withOwn()
      await end()
      component.told.length = 0
      component.end()
      await notify()
      expect(component.told).toEqual([])
    })

    it('keeps none before either, and hears on when the last component has gone', async () => {
      const { component, notify } = await withOwn()
      component.end()
      expect([await notify(), component.told.length]).toEqual([1, 0])
    })

    it('ends before that when it is named', async () => {
      const { channel, mine, component, notify } = await withOwn()
      channel.stopListeningForNotification(mine)
      expect([await notify(), component.told.length]).toEqual([0, 1])
    })
  })

  it('counts its own listener for notifications anew after all have ended', async () => {
    const { rig, echo, page } = await withLivewire(4)
    const mine = vi.fn()
    const channel = echo.private('user').notification(mine)
    channel.stopListeningForNotification().notification(mine)
    const component = page.start('echo-notification:user')
    await advance(100)
    component.end()
    rig.server.publish('private-user', channel.notificationCreatedEvent.slice(1), { id: 'n' })
    await advance(10)
    expect(mine).toHaveBeenCalledTimes(1)
  })

  it('keeps no component’s listener for notifications for the sake of those that ended before it came', async () => {
    const { rig, echo, page } = await withLivewire(4)
    const channel = echo.private('user').notification(() => {})
    channel.stopListeningForNotification()
    const component = page.start('echo-notification:user')
    await advance(100)
    component.end()
    rig.server.publish('private-user', channel.notificationCreatedEvent.slice(1), { id: 'n' })
    await advance(10)
    expect(component.told).toEqual([])
  })

  it('stops a listener for notifications that it names, and an event’s listeners without one', async () => {
    const { rig, echo, page } = await withLivewire(4)
    const [mine, other] = [vi.fn(), vi.fn()]
    const component = page.start('echo-notification:user')
    const channel = echo.private('user').notification(mine).listen('A', other)
    channel.stopListening(channel.notificationCreatedEvent, mine).stopListening('A')
    await advance(100)
    rig.server.publish('private-user', channel.notificationCreatedEvent.slice(1), { id: 'n' })
    rig.server.publish('private-user', 'App\\Events\\A', {})
    await advance(10)
    expect([mine.mock.calls.length, other.mock.calls.length, component.told.length]).toEqual([0, 0, 1])
  })
})
