import { type ConnectionState, type Connector, type EchoError, type Signal, type TraceEntry, Echo } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '../../src/base/store'
import { DeferredConnector } from '../../src/connectors/deferred'
import { advance, fakeTime } from '../support/clock'

fakeTime()

/** A connector that joins at once, and notes what is asked of it. */
class Plain implements Connector {
  readonly state: Store<ConnectionState>
  readonly calls: string[] = []

  constructor(state: Store<ConnectionState>) {
    this.state = state
  }

  connect(): void {
    this.calls.push('connect')
    this.#show('connected')
  }

  disconnect(): void {
    this.calls.push('disconnect')
    this.#show('disconnected')
  }

  subscribe({ wire }: { wire: string }, receive: (signal: Signal) => void) {
    this.calls.push(`subscribe ${wire}`)
    queueMicrotask(() => receive({ type: 'subscribed', confirmed: true }))
    return {
      whisper: (event: string) => !!this.calls.push(`whisper ${event}`),
      unsubscribe: () => void this.calls.push(`unsubscribe ${wire}`),
    }
  }

  #show(status: ConnectionState['status']): void {
    this.state.set({ ...this.state.get(), status, error: undefined })
  }
}

let made: Plain[]
let loads: { resolve: () => void; reject: (error: Error) => void }[]
let echo: Echo
let traced: TraceEntry[]

beforeEach(() => {
  made = []
  loads = []
  traced = []
  echo = new Echo({
    trace: (entry) => traced.push(entry),
    broadcaster: () =>
      new DeferredConnector(
        { here: 'already' },
        () => {},
        (state) =>
          new Promise((resolve, reject) => {
            const plain = new Plain(state)
            loads.push({ resolve: () => resolve(plain), reject })
            made.push(plain)
          }),
      ),
  })
})

const loaded = async () => {
  loads.at(-1)?.resolve()
  await advance(0)
}

describe('a connector that is not there yet', () => {
  it('is loaded when a connection is wanted, once', async () => {
    echo.channel('news')
    expect([loads.length, echo.connectionStatus()]).toEqual([0, 'disconnected'])
    expect(echo.connector).toMatchObject({ here: 'already' })
    const states: unknown[] = []
    echo.connection.subscribe(({ status }) => states.push(status))
    echo.connect()
    echo.connect()
    expect([loads.length, states]).toEqual([1, ['connecting']])
    await loaded()
    echo.connect()
    expect(made[0]?.calls).toEqual(['subscribe news', 'connect', 'connect'])
    expect(echo.connectionStatus()).toBe('connected')
  })

  it('gets what was asked for until then, in order, and all that comes after it', async () => {
    echo.connect()
    const desk = echo.private('desk').whisper('typing', {})
    echo.channel('gone').unsubscribe()
    await loaded()
    expect(desk.status.get()).toBe('joined')
    echo.channel('late')
    desk.unsubscribe()
    echo.disconnect()
    expect(made[0]?.calls).toEqual([
      'subscribe private-desk',
      'connect',
      'whisper typing',
      'subscribe late',
      'unsubscribe private-desk',
      'disconnect',
    ])
  })

  it('is not connected when it was given up meanwhile', async () => {
    echo.connect()
    echo.disconnect()
    expect(echo.connectionStatus()).toBe('disconnected')
    await loaded()
    expect([made[0]?.calls, echo.connectionStatus()]).toEqual([[], 'disconnected'])
    echo.connect()
    expect(made[0]?.calls).toEqual(['connect'])
  })

  it('that does not load is a failed connection, until connect() loads it again', async () => {
    const cause = new TypeError('Failed to fetch dynamically imported module')
    const errors: EchoError[] = []
    const news = echo.channel('news').error((error) => errors.push(error))
    echo.connect()
    loads[0]?.reject(cause)
    await advance(0)
    expect(echo.connection.get()).toMatchObject({ status: 'failed', error: { code: 'load-failed', cause } })
    const late = echo.channel('late').error((error) => errors.push(error))
    await advance(0)
    expect(errors).toMatchObject([{ code: 'load-failed' }, { code: 'load-failed' }])
    expect([news, late].map(({ status }) => status.get())).toEqual(['failed', 'failed'])
    echo.connect()
    expect([loads.length, echo.connection.get()]).toMatchObject([2, { status: 'connecting', error: undefined }])
    await loaded()
    expect([news, late].map(({ status }) => status.get())).toEqual(['joined', 'joined'])
  })

  it('that does not load when nobody wants it any more is no failure, and neither is a channel that was left', async () => {
    const heard = vi.fn<() => void>()
    echo.connect()
    echo.connection.subscribe(heard)
    echo.disconnect()
    expect(heard).toHaveBeenCalledTimes(1)
    loads[0]?.reject(new Error('offline'))
    await advance(0)
    expect([heard.mock.calls.length, echo.connectionStatus()]).toEqual([1, 'disconnected'])
    echo.connect()
    loads[1]?.reject(new Error('offline'))
    await advance(0)
    const news = echo.channel('news').error(heard)
    news.unsubscribe()
    echo.channel('other').error(heard)
    echo.disconnect()
    await advance(10)
    expect([heard.mock.calls.length, echo.connectionStatus(), traced]).toEqual([4, 'disconnected', []])
  })

  it('that does not load is told to no channel that another one’s listener has left', async () => {
    echo.channel('first').error(() => echo.leaveChannel('second'))
    echo.channel('second')
    echo.connect()
    loads[0]?.reject(new Error('offline'))
    await advance(0)
    expect(traced.map(({ channel }) => channel)).toEqual(['first'])
  })

  it('makes a fresh start with disconnect()', async () => {
    const news = echo.channel('news')
    echo.connect()
    loads[0]?.reject(new Error('offline'))
    await advance(0)
    echo.disconnect()
    expect([news.status.get(), echo.connectionStatus()]).toEqual(['joining', 'disconnected'])
  })
})
