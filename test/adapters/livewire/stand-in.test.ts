import { attach, Channel, catchUp, Echo, inspect, PresenceChannel } from 'antiphon'
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

  it('asks no getter before somebody asks', async () => {
    const asked = vi.fn()
    class Ours extends Echo<'reverb'> {
      get costly() {
        asked()
        return 'made'
      }
    }
    const { webSocket } = await connected()
    const ours = new Ours({ broadcaster: 'reverb', key: 'k', wsHost: 'ws.test', WebSocket: webSocket })
    const echo = livewire(ours)
    expect(asked).not.toHaveBeenCalled()
    expect(echo.costly).toBe('made')
    ours.disconnect()
  })

  it('has rooms that are channels in every way', async () => {
    const { rig, echo } = await withLivewire(4)
    const room = echo.join('chat')
    const below = rig.echo.join('chat')
    expect(room).toBeInstanceOf(PresenceChannel)
    for (const name of Reflect.ownKeys(Channel.prototype))
      expect([name, typeof (room as any)[name]]).toEqual([name, typeof (below as any)[name]])
    const load = vi.fn()
    catchUp(room, load, { initial: true })
    await advance(100)
    expect([room.name, room.status.get(), room.presence.get().count]).toEqual(['presence-chat', 'joined', 1])
    expect(load).toHaveBeenCalledTimes(1)
    expect(room.stopListening('A').retry()).toBe(room)
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
