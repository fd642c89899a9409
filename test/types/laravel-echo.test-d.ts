import type {
  BroadcastDriver,
  Broadcaster,
  Channel,
  ConnectionStatus,
  Echo,
  EchoOptions,
  EventFormatter,
  PresenceChannel,
} from 'antiphon'
import { describe, expectTypeOf, it } from 'vitest'

declare const echo: Echo<'reverb'>

describe('the type names of laravel-echo', () => {
  it('are there, and mean the same', () => {
    expectTypeOf<BroadcastDriver>().toEqualTypeOf<'reverb' | 'pusher' | 'ably' | 'socket.io' | 'null'>()
    expectTypeOf<keyof Broadcaster>().toEqualTypeOf<BroadcastDriver | 'function'>()
    expectTypeOf<ConnectionStatus>().toEqualTypeOf<
      'connected' | 'connecting' | 'reconnecting' | 'disconnected' | 'failed'
    >()
    expectTypeOf<Broadcaster['reverb']['options']>().toEqualTypeOf<EchoOptions<'reverb'>>()
    expectTypeOf<EventFormatter['format']>().toEqualTypeOf<(event: string) => string>()
  })

  it('name what an Echo hands out', () => {
    expectTypeOf(echo.private('a')).toExtend<Broadcaster['reverb']['private']>()
    expectTypeOf(echo.channel('a')).toExtend<Broadcaster['pusher']['public']>()
    expectTypeOf(echo.encryptedPrivate('a')).toExtend<Broadcaster['ably']['encrypted']>()
    expectTypeOf(echo.join('a')).toExtend<Broadcaster['socket.io']['presence']>()
    expectTypeOf(echo.join('a')).toExtend<PresenceChannel>()
    expectTypeOf(echo.connector).toExtend<Broadcaster['null']['connector']>()
    expectTypeOf<Broadcaster['reverb']['presence']>().toExtend<Channel>()
  })

  it('are accepted as parameters of Echo', () => {
    expectTypeOf(echo).toExtend<Echo<any>>()
    expectTypeOf(echo).toExtend<Echo<keyof Broadcaster>>()
    expectTypeOf(echo).toExtend<Echo>()
    // @ts-expect-error: there is no such driver
    type _Unknown = Echo<'reverbs'>
  })
})

describe('listeners written for laravel-echo', () => {
  it('annotate what comes', () => {
    interface User {
      name: string
    }
    echo
      .join('lobby')
      .here((users: User[]) => users.map(({ name }) => name))
      .joining((user: User) => user.name)
      .listen('Paid', (event: { id: number }) => event.id)
      .listenForWhisper('typing', (data: { name: string }) => data.name)
      .notification((notification: { id: string; type: string }) => notification.type)
      .error((error: { type: string; status: number }) => error.status)
    echo.private('a').error((error) => expectTypeOf(error.code).toBeString())
  })

  it('may be of the loose type that its verbs took', () => {
    const wrap = (event: string, callback: CallableFunction) => echo.private('a').listen(event, callback)
    expectTypeOf(wrap).returns.toExtend<Channel>()
    const stop = (event: string, callback?: CallableFunction) => echo.private('a').stopListening(event, callback)
    expectTypeOf(stop).returns.toExtend<Channel>()
    const on = (event: string, callback: Function) => echo.join('a').on(event, callback).here(callback).error(callback)
    expectTypeOf(on).returns.toExtend<Channel>()
  })
})
