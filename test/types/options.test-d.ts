import Default, { type BroadcastDriver, type Connector, createStore, Echo, type EchoOptions } from 'antiphon'
import { describe, expectTypeOf, it } from 'vitest'

describe('options', () => {
  it('are those of the broadcaster', () => {
    new Echo({ broadcaster: 'reverb', key: 'k', wsHost: 'localhost', wsPort: 8080, forceTLS: false })
    new Echo({ broadcaster: 'pusher', key: 'k', cluster: 'eu' })
    new Echo({ broadcaster: 'null' })
  })

  it('come from environment variables as they are: texts, or nothing', () => {
    const env: Record<string, string | undefined> = {}
    new Echo({
      broadcaster: 'reverb',
      key: env.KEY,
      wsHost: env.HOST,
      wsPort: env.PORT ?? 80,
      wssPort: env.PORT ?? 443,
    })
  })

  it('that only pusher-js knows are taken', () => {
    new Echo({ broadcaster: 'reverb', key: 'k', enabledTransports: ['ws', 'wss'], disableStats: true })
  })

  it('that are misspelt do not compile', () => {
    // @ts-expect-error: wsHost
    new Echo({ broadcaster: 'reverb', key: 'k', wshost: 'localhost' })
    // @ts-expect-error: authEndpoint
    new Echo({ broadcaster: 'pusher', key: 'k', cluster: 'eu', authEndPoint: '/auth' })
    // @ts-expect-error: there is no such broadcaster
    new Echo({ broadcaster: 'reverbs', key: 'k' })
    // @ts-expect-error: a port is a number or a text
    new Echo({ broadcaster: 'reverb', key: 'k', wsPort: true })
  })

  it('tell the driver', () => {
    const echo = new Echo({ broadcaster: 'reverb', key: 'k' })
    expectTypeOf(echo).toEqualTypeOf<Echo<'reverb'>>()
    expectTypeOf(echo).toExtend<Echo>()
    expectTypeOf(echo).toExtend<Echo<any>>()
    expectTypeOf<Echo>().toEqualTypeOf<Echo<BroadcastDriver>>()
    expectTypeOf(new Default({ broadcaster: 'null' })).toEqualTypeOf<Echo<'null'>>()
  })

  it('may be named', () => {
    const options: EchoOptions<'reverb'> = { broadcaster: 'reverb', key: 'k' }
    new Echo(options)
    const any: EchoOptions = { broadcaster: 'pusher', key: 'k', cluster: 'eu' }
    new Echo(any)
  })
})

describe('a connector of one’s own', () => {
  it('has four members', () => {
    const connector: Connector = {
      state: createStore({
        status: 'disconnected',
        socketId: undefined,
        attempt: 0,
        retryAt: undefined,
        error: undefined,
        offline: false,
      }),
      connect() {},
      disconnect() {},
      subscribe: () => ({ whisper: () => false, unsubscribe() {} }),
    }
    new Echo({ broadcaster: () => connector })
    // @ts-expect-error: not a connector
    new Echo({ broadcaster: () => ({ connect() {} }) })
  })
})
