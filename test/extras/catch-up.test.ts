import {
  type CatchUpOptions,
  type Channel,
  catchUp,
  createStore,
  Echo,
  EchoError,
  type Gap,
  type Signal,
} from 'antiphon'
import { describe, expect, it, vi } from 'vitest'
import { advance, chance, fakeTime, until } from '../support/clock'
import { connected, Rig } from '../support/rig'

fakeTime()

/** A load that settles when the test says so; what is shown, in order, is in `shown`. */
function page(channel: Channel<any>, options?: CatchUpOptions) {
  const shown: unknown[] = []
  const loads: { gap: Gap | undefined; signal: AbortSignal; done(): void; fail(error: unknown): void }[] = []
  channel.listen('.New', ({ id }: { id: number }) => shown.push(id))
  const load = (gap: Gap | undefined, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      loads.push({
        gap,
        signal,
        done() {
          shown.push('loaded')
          resolve()
        },
        fail: reject,
      })
    })
  return { shown, loads, undo: catchUp(channel, load, options) }
}

async function joined(options?: CatchUpOptions) {
  const rig = await connected()
  const channel = rig.echo.channel('news')
  await advance(50)
  return { rig, channel, ...page(channel, options) }
}

const publish = ({ server }: Rig, ...ids: number[]) => {
  for (const id of ids) server.publish('news', 'New', { id })
  return advance(10)
}

/** The connection is lost, comes back, and the gap has been told. */
async function cut(rig: Rig) {
  await rig.reconnect()
  await advance(2000)
}

describe('catchUp', () => {
  it('loads after a gap, with what is known of it, and not before', async () => {
    const { rig, loads, shown } = await joined()
    await publish(rig, 1)
    await advance(10_000)
    expect([loads.length, shown]).toEqual([0, [1]])
    const lost = Date.now()
    await cut(rig)
    expect(loads).toMatchObject([{ gap: { reason: 'connection-lost' }, signal: { aborted: false } }])
    expect(loads[0]?.gap?.from).toBeLessThanOrEqual(lost)
    expect(loads[0]?.gap?.to).toBeGreaterThan(lost)
  })

  it('lets events wait from the join until the load has settled, then gives them in their order', async () => {
    const { rig, loads, shown } = await joined()
    chance(0.999)
    await rig.reconnect()
    await publish(rig, 1, 2)
    expect([loads.length, shown]).toEqual([0, []])
    await advance(2000)
    await publish(rig, 3)
    expect([loads.length, shown]).toEqual([1, []])
    loads[0]?.done()
    await advance(0)
    expect(shown).toEqual(['loaded', 1, 2, 3])
    await publish(rig, 4)
    expect(shown).toEqual(['loaded', 1, 2, 3, 4])
  })

  it('takes a load that is not async', async () => {
    const rig = await connected()
    const channel = rig.echo.channel('news')
    const shown: unknown[] = []
    channel.listen('.New', ({ id }: { id: number }) => shown.push(id))
    catchUp(channel, () => shown.push('loaded'))
    await advance(50)
    chance(0.999)
    await rig.reconnect()
    await publish(rig, 1)
    await advance(2000)
    expect(shown).toEqual(['loaded', 1])
  })

  it('spreads the loads of many pages over two seconds', async () => {
    const { rig, loads } = await joined()
    chance(0.999)
    await rig.reconnect()
    await advance(1850)
    expect(loads).toHaveLength(0)
    await advance(100)
    expect(loads).toHaveLength(1)
  })

  it('loads no more after the undo, which lets go what waits and is safe twice', async () => {
    const { rig, loads, shown, undo } = await joined()
    await cut(rig)
    await publish(rig, 1)
    undo()
    undo()
    expect(shown).toEqual([1])
    expect(loads[0]?.signal.aborted).toBe(true)
    loads[0]?.done()
    await cut(rig)
    await publish(rig, 2)
    expect([loads.length, shown]).toEqual([1, [1, 'loaded', 2]])
  })

  it('ends with the channel, whose listeners hear nothing more', async () => {
    const { rig, channel, loads, shown, undo } = await joined({ every: 10_000 })
    await cut(rig)
    await publish(rig, 1)
    channel.unsubscribe()
    expect(loads[0]?.signal.aborted).toBe(true)
    loads[0]?.fail(new Error('late'))
    await advance(60_000)
    undo()
    expect([loads.length, shown]).toEqual([1, []])
    const again = page(channel, { initial: true, every: 10 })
    await advance(1000)
    expect(again.loads).toEqual([])
    again.undo()
  })

  it('does not make anybody else’s events wait', async () => {
    const { rig, loads } = await joined()
    const lease = rig.echo.lease('public', 'news')
    const heard = vi.fn()
    lease.channel.listen('.New', heard)
    await cut(rig)
    await publish(rig, 1)
    expect(loads).toHaveLength(1)
    expect(heard).toHaveBeenCalledOnce()
  })

  it('refuses what it cannot call, and what is no time', async () => {
    const { echo } = await connected()
    const channel = echo.channel('news')
    expect(() => catchUp(channel, undefined as never)).toThrow(expect.objectContaining({ code: 'invalid-listener' }))
    for (const every of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => catchUp(channel, () => {}, { every })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  })
})

describe('initial', () => {
  it('loads at the first join, without a gap', async () => {
    const rig = await connected()
    const { loads, shown } = page(rig.echo.channel('news'), { initial: true })
    expect(loads).toHaveLength(0)
    await advance(10)
    await publish(rig, 1)
    expect(loads).toMatchObject([{ gap: undefined }])
    loads[0]?.done()
    await advance(0)
    expect(shown).toEqual(['loaded', 1])
  })

  it('loads at once when the channel is joined already', async () => {
    const { rig, loads, shown } = await joined({ initial: true })
    await publish(rig, 1)
    expect([loads.length, shown]).toEqual([1, []])
  })
})

describe('every', () => {
  const blocked = async (options: CatchUpOptions) => {
    const rig = new Rig({ server: {} })
    rig.server.faults.offline = true
    await advance(100)
    return { rig, channel: rig.echo.channel('news'), ...page(rig.echo.channel('news'), options) }
  }

  it('loads so often while the channel is not joined, and stops at the join', async () => {
    const { rig, loads, shown } = await blocked({ every: 5000 })
    for (const count of [1, 2, 3]) {
      await advance(5000)
      expect(loads).toHaveLength(count)
      expect(loads.at(-1)?.gap).toBeUndefined()
      loads.at(-1)?.done()
      await advance(0)
    }
    rig.server.faults.offline = false
    await rig.back()
    await advance(100)
    // What was sent between the last poll and the join.
    expect(loads).toHaveLength(4)
    await publish(rig, 1)
    loads[3]?.done()
    await advance(60_000)
    expect(shown).toEqual(['loaded', 'loaded', 'loaded', 'loaded', 1])
    expect(loads).toHaveLength(4)
  })

  it('waits for one load before the next', async () => {
    const { loads } = await blocked({ every: 1000 })
    await advance(60_000)
    expect(loads).toHaveLength(1)
    loads[0]?.done()
    await advance(999)
    expect(loads).toHaveLength(1)
    await advance(1)
    expect(loads).toHaveLength(2)
  })

  it('aborts what is under way when the channel is joined', async () => {
    const { rig, loads } = await blocked({ every: 1000 })
    await advance(1000)
    rig.server.faults.offline = false
    await rig.back()
    await advance(100)
    expect(loads.map(({ signal }) => signal.aborted)).toEqual([true, false])
  })

  it('asks no sooner after a failure', async () => {
    const { loads } = await blocked({ every: 20_000 })
    await advance(20_000)
    loads[0]?.fail(new Error('503'))
    await advance(19_999)
    expect(loads).toHaveLength(1)
    await advance(1)
    expect(loads).toHaveLength(2)
  })

  it('tells of no gap, also when one has not been loaded yet', async () => {
    const { rig, loads } = await joined({ every: 1000 })
    await cut(rig)
    expect(loads.at(-1)?.gap).toBeDefined()
    rig.server.drop()
    rig.server.faults.offline = true
    await advance(1100)
    expect(loads.at(-1)?.gap).toBeUndefined()
    expect(loads.at(-1)?.signal.aborted).toBe(false)
  })

  it('begins again after a loss', async () => {
    const { rig, loads } = await joined({ every: 1000 })
    rig.server.drop()
    rig.server.faults.offline = true
    await advance(1100)
    expect(loads).toMatchObject([{ gap: undefined }])
  })

  it('rests while nobody wants a connection', async () => {
    const { rig, loads } = await joined({ every: 1000 })
    rig.echo.disconnect()
    await advance(100)
    expect(vi.getTimerCount()).toBe(0)
    await advance(60_000)
    expect(loads).toHaveLength(0)
    rig.server.faults.offline = true
    rig.echo.connect()
    await advance(1000)
    expect(loads).toHaveLength(1)
    rig.echo.disconnect()
    expect(loads[0]?.signal.aborted).toBe(true)
    await advance(100)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not begin where nothing connects by itself, as on a server that renders pages', async () => {
    const rig = new Rig({ echo: { autoConnect: false } })
    const { loads } = page(rig.echo.channel('news'), { every: 1000 })
    await advance(60_000)
    expect(loads).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('goes on while the channel has failed', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 403 })
    const { loads } = page(rig.echo.private('news'), { every: 1000 })
    await advance(1100)
    expect(loads).toHaveLength(1)
  })
})

describe('a load that fails', () => {
  it('is tried again with growing pauses, and told to error()', async () => {
    const { rig, channel, loads, shown } = await joined()
    const errors: EchoError[] = []
    channel.error((error) => errors.push(error))
    await cut(rig)
    await publish(rig, 1)
    const cause = new Error('503')
    const started = Date.now()
    for (let count = 1; count <= 8; count++) {
      expect(loads).toHaveLength(count)
      loads.at(-1)?.fail(cause)
      await until(() => loads.length > count)
      expect(loads.at(-1)?.gap).toEqual(loads[0]?.gap)
    }
    expect(Date.now() - started).toBeGreaterThan(4000)
    expect(errors).toHaveLength(8)
    expect(errors[0]).toBeInstanceOf(EchoError)
    expect(errors[0]).toMatchObject({ code: 'catch-up-failed', cause, message: expect.stringContaining('news') })
    expect(errors[0]?.hint).toContain('#catch-up-failed')
    expect(rig.trace.filter(({ message }) => message === errors[0]?.message)).toHaveLength(8)
    loads.at(-1)?.done()
    await advance(60_000)
    expect(loads).toHaveLength(9)
    expect(shown.at(-1)).not.toBe(2)
    await publish(rig, 2)
    expect(shown.at(-1)).toBe(2)
  })

  it('spreads its retries like a lost connection: over two seconds at first, then further', async () => {
    const { rig, loads } = await joined()
    await cut(rig)
    chance(0.999)
    const waits: number[] = []
    for (let count = 1; count <= 8; count++) {
      const failed = Date.now()
      loads.at(-1)?.fail(new Error('503'))
      await until(() => loads.length > count)
      waits.push(Date.now() - failed)
    }
    expect(waits[0]).toBeGreaterThan(1900)
    expect(waits[0]).toBeLessThanOrEqual(2000)
    expect(Math.max(...waits)).toBeGreaterThan(6000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000)
  })

  it('begins with short pauses again at the next gap', async () => {
    const { rig, loads } = await joined()
    await cut(rig)
    chance(0.999)
    for (let count = 1; count <= 6; count++) {
      loads.at(-1)?.fail(new Error('503'))
      await until(() => loads.length > count)
    }
    loads.at(-1)?.done()
    await cut(rig)
    const failed = Date.now()
    const count = loads.length
    loads.at(-1)?.fail(new Error('503'))
    await until(() => loads.length > count)
    expect(Date.now() - failed).toBeLessThanOrEqual(2000)
  })

  it('tells nobody else on the channel', async () => {
    const { rig, loads } = await joined()
    const told = vi.fn()
    rig.echo.lease('public', 'news').channel.error(told)
    await cut(rig)
    loads[0]?.fail(new Error('503'))
    await advance(10)
    expect(told).not.toHaveBeenCalled()
  })

  it('may throw at once, or reject with nothing', async () => {
    const rig = await connected()
    const channel = rig.echo.channel('news')
    const codes: string[] = []
    channel.error(({ code }) => codes.push(code))
    catchUp(
      channel,
      () => {
        if (codes.length === 0) throw new Error('at once')
        if (codes.length === 1) return Promise.reject()
        return undefined
      },
      { initial: true },
    )
    await advance(20_000)
    expect(codes).toEqual(['catch-up-failed', 'catch-up-failed'])
    expect(rig.errors).toEqual([])
  })

  it('is told to nobody when its result is not wanted any more', async () => {
    const { rig, channel, loads, undo } = await joined()
    const told = vi.fn()
    channel.error(told)
    await cut(rig)
    undo()
    loads[0]?.fail(new DOMException('aborted', 'AbortError'))
    await advance(60_000)
    expect(told).not.toHaveBeenCalled()
    expect(loads).toHaveLength(1)
  })
})

describe('gaps that overlap', () => {
  it('are one: the load of the first is aborted, and the next one is told of both', async () => {
    const { rig, loads, shown } = await joined()
    await cut(rig)
    await publish(rig, 1)
    await cut(rig)
    await publish(rig, 2)
    expect(loads).toHaveLength(2)
    const [first, second] = loads
    expect(first?.signal.aborted).toBe(true)
    expect(second?.gap?.from).toBe(first?.gap?.from)
    expect(second?.gap?.to).toBeGreaterThan(first?.gap?.to ?? 0)
    first?.done()
    await advance(10)
    expect(shown).toEqual(['loaded'])
    second?.done()
    await advance(0)
    expect(shown).toEqual(['loaded', 'loaded', 1, 2])
  })

  it('are two, once the first was loaded', async () => {
    const { rig, loads } = await joined()
    await cut(rig)
    loads[0]?.done()
    await advance(10)
    await cut(rig)
    expect(loads[1]?.gap?.from).toBeGreaterThanOrEqual(loads[0]?.gap?.to ?? Number.POSITIVE_INFINITY)
  })

  it('are one across disconnect() and connect(), too', async () => {
    const { rig, loads, shown } = await joined()
    await cut(rig)
    await publish(rig, 1)
    rig.echo.disconnect()
    await advance(100)
    expect(vi.getTimerCount()).toBe(0)
    expect(loads[0]?.signal.aborted).toBe(true)
    await advance(60_000)
    expect(shown).toEqual([])
    rig.echo.connect()
    await advance(3000)
    await publish(rig, 2)
    await advance(25_000)
    expect(shown).toEqual([])
    expect(loads[1]?.gap).toMatchObject({ from: loads[0]?.gap?.from, reason: 'disconnected' })
    await advance(5000)
    expect(shown).toEqual([1, 2])
    loads[1]?.done()
    await advance(0)
    expect(shown).toEqual([1, 2, 'loaded'])
  })
})

describe('what waits', () => {
  it('is at most a thousand events; then they are let go, with a trace entry', async () => {
    const { rig, channel, loads, shown } = await joined()
    const all: string[] = []
    channel.listenToAll((event) => all.push(event))
    await cut(rig)
    await publish(rig, ...Array.from({ length: 1000 }, (_, id) => id))
    expect([shown.length, all.length]).toEqual([0, 0])
    expect(rig.trace.filter(({ message }) => /wait/.test(message))).toEqual([])
    await publish(rig, 1000, 1001)
    expect(shown).toEqual(Array.from({ length: 1002 }, (_, id) => id))
    expect(all).toHaveLength(1002)
    expect(rig.trace.filter(({ message }) => /wait/.test(message))).toHaveLength(1)
    loads[0]?.done()
    await publish(rig, 1002)
    expect(shown.slice(-2)).toEqual(['loaded', 1002])
  })

  it('is counted anew for each load', async () => {
    const { rig, loads, shown } = await joined()
    const many = Array.from({ length: 600 }, (_, id) => id)
    await cut(rig)
    await publish(rig, ...many)
    loads[0]?.done()
    await cut(rig)
    shown.length = 0
    await publish(rig, ...many)
    expect(shown).toEqual([])
  })

  it('does not reach a listener that the one before it stops, when it is let go', async () => {
    const rig = await connected()
    const channel = rig.echo.channel('news')
    const stopped: number[] = []
    const stop = ({ id }: { id: number }) => stopped.push(id)
    channel.listen('.New', ({ id }: { id: number }) => id === 1000 && channel.stopListening('.New', stop))
    channel.listen('.New', stop)
    catchUp(channel, () => new Promise(() => {}), { initial: true })
    await advance(50)
    await publish(rig, ...Array.from({ length: 1001 }, (_, id) => id))
    expect(stopped).toHaveLength(1000)
  })

  it('waits for at most thirty seconds', async () => {
    const { rig, loads, shown } = await joined()
    chance(0)
    await rig.reconnect()
    await publish(rig, 1)
    await advance(29_800)
    expect(shown).toEqual([])
    await advance(200)
    expect(shown).toEqual([1])
    expect(rig.trace.some(({ message }) => /wait/.test(message))).toBe(true)
    await publish(rig, 2)
    expect(shown).toEqual([1, 2])
    expect(loads[0]?.signal.aborted).toBe(false)
  })

  it('waits no longer in all when the connection is lost again and again', async () => {
    const { rig, shown } = await joined()
    chance(0)
    await rig.reconnect()
    await publish(rig, 1)
    const begun = Date.now()
    while (!shown.length) {
      rig.server.drop()
      await advance(5000)
    }
    expect(Date.now() - begun).toBeLessThanOrEqual(35_000)
  })

  it('is no whisper, no member, no status, nothing that the library tells', async () => {
    const rig = await connected()
    const room = rig.echo.join('room')
    const guest = await connected({ on: rig.server })
    guest.auth.user = { user_id: '2', user_info: { name: 'Bob' } }
    await advance(50)
    const heard: string[] = []
    room.listenForWhisper('typing', () => heard.push('whisper'))
    room.listenToAll((event) => heard.push(`all ${event}`))
    room.joining(({ name }) => heard.push(`${name} came`))
    room.leaving(({ name }) => heard.push(`${name} went`))
    room.here((users) => heard.push(`${users.length} here`))
    room.presence.subscribe(({ count }) => heard.push(`presence ${count}`))
    room.on('pusher:subscription_succeeded', () => heard.push('succeeded'))
    room.cacheMiss(() => heard.push('miss'))
    room.listen('.New', () => heard.push('event'))
    catchUp(room, () => new Promise(() => {}))
    await advance(10)
    heard.length = 0
    rig.connection.close(4200)
    await advance(1)
    await rig.back()
    await advance(100)
    expect(heard).toContain('succeeded')
    expect(heard).toContain('1 here')
    heard.length = 0
    const theirs = guest.echo.join('room')
    await advance(100)
    theirs.whisper('typing', {})
    rig.server.publish('presence-room', 'New', {})
    await advance(100)
    theirs.unsubscribe()
    await advance(1000)
    expect(heard).toEqual(['Bob came', 'presence 2', 'whisper', 'all .client-typing', 'Bob went', 'presence 1'])
  })

  it('comes in the order of the server to each listener, those that came later too', async () => {
    const { rig, channel, loads, shown } = await joined()
    await cut(rig)
    await publish(rig, 1)
    const late: number[] = []
    channel.listen('.New', ({ id }: { id: number }) => late.push(id))
    const once: number[] = []
    channel.listen('.New', ({ id }: { id: number }) => once.push(id), { once: true })
    channel.notification(() => late.push(-1))
    await publish(rig, 2, 3)
    rig.server.publish('news', 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated', {})
    await advance(10)
    expect([shown, late, once]).toEqual([[], [], []])
    loads[0]?.done()
    await advance(0)
    expect([shown, late, once]).toEqual([['loaded', 1, 2, 3], [2, 3, -1], [2]])
    const later: number[] = []
    channel.listen('.New', ({ id }: { id: number }) => later.push(id))
    await publish(rig, 4)
    expect([once, later]).toEqual([[2], [4]])
  })

  it('is not given to a listener that has gone meanwhile', async () => {
    const { rig, channel, loads } = await joined()
    const abort = new AbortController()
    const gone = vi.fn()
    const aborted = vi.fn()
    channel.listen('.New', gone)
    channel.listen('.New', aborted, abort)
    await cut(rig)
    await publish(rig, 1)
    channel.stopListening('.New', gone)
    abort.abort()
    loads[0]?.done()
    await publish(rig, 2)
    expect(gone).not.toHaveBeenCalled()
    expect(aborted).not.toHaveBeenCalled()
  })

  it('survives a listener that throws, one that ends it all, and one that leaves', async () => {
    const { rig, channel, loads, undo } = await joined()
    const heard: number[] = []
    channel.listen('.New', ({ id }: { id: number }) => {
      heard.push(id)
      if (id === 1) throw new Error('a mistake')
      if (id === 2) undo()
      if (id === 3) channel.unsubscribe()
    })
    await cut(rig)
    await publish(rig, 1, 2, 3, 4)
    loads[0]?.done()
    await advance(10)
    expect(heard).toEqual([1, 2, 3])
    expect(rig.errors).toHaveLength(1)
  })

  it('waits for both of two loads', async () => {
    const { rig, channel, loads, shown } = await joined()
    const second = page(channel)
    await cut(rig)
    await publish(rig, 1)
    loads[0]?.done()
    await publish(rig, 2)
    expect(shown).toEqual(['loaded'])
    second.loads[0]?.done()
    await publish(rig, 3)
    expect(shown).toEqual(['loaded', 1, 2, 3])
    expect(second.shown).toEqual(['loaded', 1, 2, 3])
  })
})

describe('a channel of which no gap is told', () => {
  it('is loaded all the same when it is joined again, after it had failed', async () => {
    let tell: (signal: Signal) => void = () => {}
    // Some connectors of an application's own say nothing of their connection.
    const state = createStore({
      status: 'disconnected' as const,
      socketId: undefined,
      attempt: 0,
      retryAt: undefined,
      error: undefined,
      offline: false,
    })
    const echo = new Echo({
      broadcaster: () => ({
        state,
        connect() {},
        disconnect() {},
        subscribe(_channel, receive) {
          tell = receive
          return { whisper: () => false, unsubscribe() {} }
        },
      }),
    })
    const { loads, shown, undo } = page(echo.channel('news'))
    tell({ type: 'subscribed', confirmed: true })
    await advance(3000)
    expect(loads).toHaveLength(0)
    tell({ type: 'failed', error: new EchoError('connection-refused', 'It is over.') })
    echo.channel('news').retry()
    tell({ type: 'subscribed', confirmed: true })
    tell({ type: 'event', name: 'New', data: () => ({ id: 1 }) })
    await advance(3000)
    expect(loads).toMatchObject([{ gap: undefined }])
    loads[0]?.done()
    await advance(0)
    expect(shown).toEqual(['loaded', 1])
    undo()
  })
})
