import { attach, Echo, inspect } from 'antiphon'
import { livewire } from 'antiphon/livewire'
import axios from 'axios'
import LaravelEcho from 'laravel-echo'
import { describe, expect, it, vi } from 'vitest'
import { reactive } from 'vue'
import { advance, fakeTime } from '../../support/clock'
import { connected } from '../../support/rig'
import { withLivewire } from './rig'

fakeTime()

describe('window.Echo = livewire(echo)', () => {
  it('is an Echo that has every member of the one it was made of', async () => {
    const { rig, echo } = await withLivewire(4)
    expect(echo).toBeInstanceOf(Echo)
    expect(echo).not.toBe(rig.echo)
    for (const name of [...Reflect.ownKeys(Echo.prototype), ...Reflect.ownKeys(rig.echo)])
      expect([name, typeof (echo as any)[name]]).toEqual([name, typeof (rig.echo as any)[name]])
    expect([echo.options, echo.connector, echo.connection]).toEqual([
      rig.echo.options,
      rig.echo.connector,
      rig.echo.connection,
    ])
    expect(echo.socketId()).toBe(rig.connection.socketId)
    expect(echo.constructor).toBe(Echo)
    expect(JSON.stringify(echo)).toBe(JSON.stringify(rig.echo))
  })

  it('does what an application asks of an Echo', async () => {
    const { rig, echo, channels } = await withLivewire(4)
    const heard = vi.fn()
    echo.listen('news', 'Published', heard)
    const lease = echo.lease('private', 'orders')
    lease.channel.listen('Shipped', heard)
    await advance(100)
    rig.server.publish(['news', 'private-orders'], 'App\\Events\\Published', {})
    rig.server.publish(['news', 'private-orders'], 'App\\Events\\Shipped', {})
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(2)
    expect(inspect(echo).channels.map(({ name }) => name)).toEqual(['news', 'private-orders'])
    lease.release()
    echo.leaveAllChannels()
    await advance(500)
    expect(channels()).toEqual([])
    echo.options.auth.headers.Authorization = 'Bearer new'
    echo.private('late')
    await advance(100)
    expect(rig.auth.last.headers.get('Authorization')).toBe('Bearer new')
    echo.disconnect()
    expect(echo.connectionStatus()).toBe('disconnected')
  })

  it('leaves X-Socket-ID out where the library adds it itself, as long as there is none', async () => {
    const { rig, echo } = await withLivewire(4, {
      echo: { autoConnect: false, interceptorOrigins: ['http://app.test'] },
    })
    const client = axios.create({ adapter: async (config) => ({ config }) as never })
    attach(echo, client)
    const sent = async () => {
      const { config } = await client.get('http://app.test/')
      return config.headers.get('X-Socket-ID')
    }
    expect([await sent(), echo.socketHeaders(), echo.connection.get().socketId]).toEqual([undefined, {}, undefined])
    echo.connect()
    await advance(50)
    const id = rig.connection.socketId
    expect([await sent(), echo.socketHeaders()]).toEqual([id, { 'X-Socket-ID': id }])
  })

  it('works in reactive data, with channels of its own beside it', async () => {
    const { echo } = await withLivewire(4)
    const state = reactive({ echo, room: echo.join('chat') })
    await advance(100)
    expect(state.echo).toBe(echo)
    expect([state.echo.connectionStatus(), state.room.presence.get().count]).toEqual(['connected', 1])
  })

  it('takes what a class of the application adds, wrapped prototypes, and assignments', async () => {
    class Ours extends Echo<'reverb'> {
      #count = 0
      tag = 'a'
      override leave(name: string) {
        this.#count++
        super.leave(name)
      }
      get left() {
        return `${this.tag}${this.#count}`
      }
    }
    const { webSocket } = await connected()
    const ours = new Ours({ broadcaster: 'reverb', key: 'k', wsHost: 'ws.test', WebSocket: webSocket })
    const echo = livewire(ours)
    echo.leave('nothing')
    echo.tag = 'b'
    expect(echo.left).toBe('b1')
    const channel = vi.spyOn(Ours.prototype, 'channel')
    echo.channel('news')
    expect(channel).toHaveBeenCalledWith('news')
    const join = vi.spyOn(echo, 'join').mockReturnValue('spied' as never)
    expect([echo.join('chat'), join.mock.calls]).toEqual(['spied', [['chat']]])
    ours.disconnect()
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['options', { broadcaster: 'reverb' }],
    ['the class', Echo],
    ['another library’s', new LaravelEcho({ broadcaster: 'null' })],
  ])('is not made of %s', (_, wrong) => {
    expect(() => livewire(wrong as never)).toThrow(
      expect.objectContaining({ code: 'not-configured', message: expect.stringContaining('livewire() needs an Echo') }),
    )
  })
})

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

  it.each<[string, (echo: Echo) => void]>([
    ['by its wire name', (echo) => echo.leave('presence-chat')],
    ['by leaveChannel', (echo) => echo.leaveChannel('presence-chat')],
    ['by the channel', (echo) => echo.join('chat').unsubscribe()],
    ['by all', (echo) => echo.leaveAllChannels()],
  ])('leaves a room at once %s, and counts anew', async (_, leave) => {
    const { echo, page, channels } = await withLivewire(4)
    page.start('echo-presence:chat,A', 'echo-presence:chat,B')
    await advance(100)
    leave(echo)
    await advance(500)
    expect(channels()).toEqual([])
    const component = page.start('echo-presence:chat,A')
    await advance(100)
    component.end()
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
