import { Echo, type EchoError, type EchoOptions, type Gap } from 'antiphon'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, chance, fakeTime, until } from '../support/clock'
import { ScriptedClient } from './socket-io/scripted-client'

fakeTime()

let client: ScriptedClient
let echo: Echo<'socket.io'>
let reported: unknown[]

const start = async (options: Partial<EchoOptions<'socket.io'>> = {}, version?: 2 | 4) => {
  client = new ScriptedClient(version)
  reported = []
  echo = new Echo({
    broadcaster: 'socket.io',
    client: client.io,
    host: 'http://app.test',
    autoConnect: true,
    onError: (error) => reported.push(error),
    ...options,
  })
  await vi.waitFor(() => expect(client.socket.active).toBe(true))
  client.open()
}

const list = (...names: string[]) =>
  names.map((name) => ({ user_id: name, user_info: { name }, socketId: name === 'Ada' ? client.socket.id : 'other' }))

beforeEach(() => start())

afterEach(() => {
  echo.disconnect()
  expect(vi.getTimerCount()).toBe(0)
})

describe('a public channel', () => {
  it('is joined as soon as it was asked for', async () => {
    const news = echo.channel('news')
    expect(news.status.get()).toBe('joining')
    await advance(0)
    expect([news.status.get(), client.channels('subscribe')]).toEqual(['joined', ['news']])
  })
})

describe('a private channel', () => {
  it('counts as joined when a second went by without a refusal, and whispers wait for that', async () => {
    const told: string[] = []
    const desk = echo.private('desk').subscribed(() => told.push('subscribed'))
    desk.whisper('typing', { n: 1 })
    await advance(900)
    expect([desk.status.get(), client.channels('client event'), told]).toEqual(['joining', [], []])
    await advance(200)
    expect([desk.status.get(), told]).toEqual(['joined', ['subscribed']])
    expect(client.emitted.at(-1)).toEqual({
      event: 'client event',
      message: { channel: 'private-desk', event: 'client-typing', data: { n: 1 } },
    })
  })

  it('is joined with its first event', async () => {
    const told: unknown[] = []
    const desk = echo.private('desk').subscribed(() => told.push('subscribed'))
    desk.listen('.A', (payload) => told.push(payload))
    await advance(10)
    client.receive('A', 'private-desk', 1)
    expect([desk.status.get(), told]).toEqual(['joined', ['subscribed', 1]])
    await advance(2000)
    expect(told).toHaveLength(2)
  })

  it('fails by a refusal that comes later than that', async () => {
    const errors: EchoError[] = []
    const desk = echo.private('desk').error((error) => errors.push(error))
    await advance(2000)
    expect(desk.status.get()).toBe('joined')
    client.receive('subscription_error', 'private-desk', 403)
    expect([desk.status.get(), errors.map(({ code }) => code)]).toEqual(['failed', ['auth-refused']])
    client.receive('subscription_error', 'private-desk', 403)
    expect(errors).toHaveLength(1)
  })

  it('is asked for again after a late answer that is none, further apart each time, and tells the gap', async () => {
    chance(0.999)
    const gaps: Gap[] = []
    const asked: number[] = []
    const desk = echo.private('desk').missed((gap) => gaps.push(gap))
    for (let round = 0; round < 4; round++) {
      const count = client.channels('subscribe').length
      await until(() => client.channels('subscribe').length > count || round === 0)
      asked.push(Date.now())
      await advance(1500)
      expect(desk.status.get()).toBe('joined')
      if (round < 3) client.receive('subscription_error', 'private-desk', 0)
      else await advance(3000)
    }
    const waits = asked.slice(1).map((at, index) => Math.round((at - asked[index]! - 1500) / 100) * 100)
    expect(waits).toEqual([500, 1000, 2000])
    expect(gaps).toHaveLength(1)
  })
})

describe('a presence channel', () => {
  it('is joined when its list is there, once, and knows who asked', async () => {
    const told: unknown[] = []
    const room = echo.join('room').here((users) => told.push(users))
    await advance(5000)
    expect(room.status.get()).toBe('joining')
    client.receive('presence:subscribed', 'presence-room', list('Ben', 'Ada'))
    client.receive('presence:subscribed', 'presence-room', list('Cleo'))
    expect(told).toEqual([[{ name: 'Ben' }, { name: 'Ada' }]])
    expect(room.presence.get()).toMatchObject({ count: 2, me: { id: 'Ada' } })
  })

  it('fails when no list comes in 10 s, and is joined all the same when one comes after all', async () => {
    const errors: EchoError[] = []
    const room = echo.join('room').error((error) => errors.push(error))
    await advance(9900)
    expect(errors).toEqual([])
    await advance(200)
    expect([room.status.get(), errors.map(({ code }) => code)]).toEqual(['failed', ['subscribe-timeout']])
    client.receive('presence:subscribed', 'presence-room', list('Ada'))
    expect([room.status.get(), room.presence.get().count]).toEqual(['joined', 1])
  })

  it('is not left at the server before it has let us in', async () => {
    echo.join('room')
    await advance(10)
    echo.leave('room')
    client.receive('A', 'presence-room', 1)
    expect(client.channels('unsubscribe')).toEqual([])
    client.receive('presence:subscribed', 'presence-room', list('Ada'))
    client.receive('presence:subscribed', 'presence-room', list('Ada'))
    expect(client.channels('unsubscribe')).toEqual(['presence-room'])
  })

  it('is left for good, however often it was asked for before the server answered', async () => {
    echo.join('room')
    await advance(10)
    echo.leave('room')
    const room = echo.join('room')
    await advance(10)
    client.receive('presence:subscribed', 'presence-room', list('Ada'))
    expect(room.status.get()).toBe('joined')
    echo.leave('room')
    await advance(500)
    expect(client.channels('unsubscribe')).toHaveLength(1)
    client.receive('presence:subscribed', 'presence-room', list('Ada'))
    expect(client.channels('unsubscribe')).toHaveLength(2)
  })
})

describe('headers', () => {
  it('that never come are a failure, and nothing is asked when they come after all', async () => {
    let give = (_headers: Record<string, string>) => {}
    echo.connector.options.auth = { headers: () => new Promise((resolve) => (give = resolve)) }
    const news = echo.channel('news')
    await advance(10_100)
    expect(news.status.get()).toBe('failed')
    give({ late: 'yes' })
    await advance(10)
    expect(client.channels('subscribe')).toEqual([])
  })

  it('whose function throws are reported, and asked for again until it is hopeless', async () => {
    const mistake = new Error('a bug')
    echo.connector.options.auth = { headers: () => Promise.reject(mistake) }
    const errors: (EchoError & { retryable?: boolean })[] = []
    const news = echo.channel('news').error((error) => errors.push(error))
    await until(() => news.status.get() === 'failed')
    expect(reported).toEqual(Array(6).fill(mistake))
    expect(errors.map(({ retryable }) => retryable)).toEqual([true, true, true, true, true, false])
    expect(errors.at(-1)).toMatchObject({ code: 'auth-failed', cause: mistake })
    expect(client.channels('subscribe')).toEqual([])
  })

  it.each([
    ['X-Secret', 'geheim\r\n'],
    ['X-Secret', 'geheim \u{1f511}'],
    ['X Secret', 'geheim'],
  ])('that no request can carry are not sent: %j', async (name, value) => {
    echo.connector.options.auth = { headers: { 'X-Fine': 'ü\t!', [name]: value } }
    const errors: EchoError[] = []
    echo.channel('news').error((error) => errors.push(error))
    await advance(10)
    expect(errors).toMatchObject([{ code: 'invalid-option', message: `The header ${name} cannot hold its value.` }])
    expect(client.emitted).toEqual([])
  })

  it('that come after the channel was left ask for nothing', async () => {
    const news = echo.channel('news')
    news.unsubscribe()
    await advance(10)
    expect(client.emitted).toEqual([])
  })

  it('of the wrong shape are a failure for good, and no mistake of a listener', async () => {
    echo.connector.options.auth = { headers: () => new Headers({ 'X-Secret': 'geheim' }) }
    const errors: EchoError[] = []
    echo.private('desk').error((error) => errors.push(error))
    await advance(60_000)
    expect(errors.map(({ code }) => code)).toEqual(['invalid-option'])
    expect([reported, client.emitted]).toEqual([[], []])
  })

  it('that fail after the channel was left, or the connection lost, concern nobody', async () => {
    const fails: (() => void)[] = []
    echo.connector.options.auth = {
      headers: () => new Promise((_, reject) => fails.push(() => reject(new Error('no')))),
    }
    const errors: EchoError[] = []
    echo.private('left').unsubscribe()
    echo.private('desk').error((error) => errors.push(error))
    client.lose()
    client.open()
    await advance(0)
    expect(fails).toHaveLength(3)
    fails[0]?.()
    fails[1]?.()
    await advance(5000)
    expect([reported, errors, fails.length]).toEqual([[], [], 3])
  })

  it('that come after a reconnection are used once', async () => {
    echo.channel('news')
    client.lose()
    client.open()
    await advance(10)
    expect(client.channels('subscribe')).toEqual(['news'])
  })

  it('that come while there is no connection wait for the next', async () => {
    echo.channel('news')
    client.lose()
    await advance(10)
    expect(client.emitted).toEqual([])
    client.open()
    await advance(10)
    expect(client.channels('subscribe')).toEqual(['news'])
  })

  it('go with the parameters, and never into an error', async () => {
    echo.connector.options.auth = { headers: { 'X-Secret': 'geheim' }, params: { tenant: 7 } }
    const errors: EchoError[] = []
    echo.private('desk').error((error) => errors.push(error))
    await advance(10)
    expect(client.emitted).toEqual([
      {
        event: 'subscribe',
        message: { channel: 'private-desk', auth: { headers: { 'X-Secret': 'geheim' }, params: { tenant: '7' } } },
      },
    ])
    client.receive('subscription_error', 'private-desk', 'geheim')
    expect(JSON.stringify([errors, errors.map(String), echo])).not.toContain('geheim')
  })
})

describe('a reconnection', () => {
  it('asks for what was joined, and what timed out, but not for what was refused', async () => {
    const [news, room, secret] = [echo.channel('news'), echo.join('room'), echo.private('secret')]
    await advance(10)
    client.receive('subscription_error', 'private-secret', 403)
    await advance(11_000)
    client.emitted.splice(0)
    client.lose()
    expect([news, room, secret].map(({ status }) => status.get())).toEqual(['joining', 'failed', 'failed'])
    client.open()
    await advance(10)
    expect(client.channels('subscribe')).toEqual(['news', 'presence-room'])
    expect([news, room, secret].map(({ status }) => status.get())).toEqual(['joined', 'joining', 'failed'])
    // A fresh start asks for everything.
    echo.disconnect()
    client.emitted.splice(0)
    echo.connect()
    client.open()
    await advance(10)
    expect(client.channels('subscribe')).toEqual(['news', 'presence-room', 'private-secret'])
  })

  it('gives a session that had expired another chance', async () => {
    const desk = echo.private('desk')
    for (let round = 0; round < 2; round++) {
      await advance(10)
      client.receive('subscription_error', 'private-desk', 419)
      await advance(10)
      expect(desk.status.get()).toBe('joining')
      client.lose()
      client.open()
    }
    await advance(1100)
    expect(desk.status.get()).toBe('joined')
  })

  it('does not unsubscribe what was not asked for on it', async () => {
    const desk = echo.private('desk')
    await advance(2000)
    client.lose()
    client.open()
    desk.unsubscribe()
    await advance(10)
    expect(client.channels('unsubscribe')).toEqual([])
  })

  it('begins with the channels, and then come the whispers', async () => {
    const desk = echo.private('desk')
    await advance(2000)
    client.emitted.splice(0)
    echo.connection.subscribe(({ status }) => status === 'reconnecting' && desk.whisper('typing', {}))
    client.lose()
    expect(client.emitted).toEqual([])
    client.open()
    await advance(2000)
    expect(client.emitted.map(({ event }) => event)).toEqual(['subscribe', 'client event'])
  })

  it('may have missed what came since the server was last heard', async () => {
    const gaps: Gap[] = []
    echo.channel('news').missed((gap) => gaps.push(gap))
    await advance(1000)
    const [packet, ping] = [() => client.receive('A', 'any', 1), () => client.fire('io:ping')]
    for (const sign of [packet, ping]) {
      sign()
      const heard = Date.now()
      await advance(5000)
      client.lose('ping timeout')
      await advance(1000)
      client.open()
      await advance(2100)
      expect(gaps.splice(0)).toEqual([{ from: heard, to: heard + 6000, reason: 'connection-lost' }])
    }
  })

  it('does not join a page that disconnects when it hears of it', async () => {
    const [news, other] = [echo.channel('news'), echo.channel('other')]
    await advance(10)
    client.lose()
    client.emitted.splice(0)
    echo.connection.subscribe(({ status }) => status === 'connected' && echo.disconnect())
    client.open()
    await advance(20_000)
    expect(client.emitted).toEqual([])
    expect([news, other].map(({ status }) => status.get())).toEqual(['joining', 'joining'])
  })

  it('knows nothing of what was left on the connection before', async () => {
    echo.private('desk')
    await advance(10)
    echo.leave('desk')
    expect(client.channels('unsubscribe')).toEqual(['private-desk'])
    client.receive('A', 'private-desk', 1)
    expect(client.channels('unsubscribe')).toHaveLength(2)
    for (const leave of [() => echo.leave('desk'), () => {}]) {
      echo.private('desk')
      await advance(10)
      leave()
      client.lose()
      echo.leave('desk')
      client.open()
      client.emitted.splice(0)
      client.receive('A', 'private-desk', 1)
      expect(client.emitted).toEqual([])
    }
  })

  it('does not begin with what a page has left when it heard of the loss', async () => {
    const desk = echo.private('desk')
    await advance(10)
    client.emitted.splice(0)
    echo.connection.subscribe(({ status }) => status === 'reconnecting' && desk.unsubscribe())
    client.lose()
    client.open()
    await advance(2000)
    expect(client.emitted).toEqual([])
  })
})

describe('a listener', () => {
  it('that leaves another channel, which was to be asked for again, ends it', async () => {
    const [first, second] = [echo.join('first'), echo.join('second')]
    await advance(10_100)
    expect(second.status.get()).toBe('failed')
    first.status.subscribe((status) => status === 'joining' && second.unsubscribe())
    client.emitted.splice(0)
    client.lose()
    client.open()
    await advance(20_000)
    expect(client.channels('subscribe')).toEqual(['presence-first'])
  })

  it('that asks again whenever the connection has failed does not hold up the page', async () => {
    const errors: EchoError[] = []
    const news = echo.channel('news').error((error) => {
      errors.push(error)
      news.retry()
    })
    await advance(10)
    client.lose('io server disconnect')
    expect(errors).toHaveLength(1)
    await advance(0)
    expect(errors).toHaveLength(2)
    echo.disconnect()
    await advance(10)
    expect([errors.length, news.status.get()]).toEqual([2, 'joining'])
  })

  it('hears of a refusal once, also when the connection fails later', async () => {
    const errors: EchoError[] = []
    echo.private('desk').error((error) => errors.push(error))
    await advance(10)
    client.receive('subscription_error', 'private-desk', 403)
    client.lose('io server disconnect')
    client.receive('subscription_error', 'private-desk', 503)
    await advance(5000)
    expect([errors.length, echo.connectionStatus(), client.channels('subscribe')]).toEqual([
      1,
      'failed',
      ['private-desk'],
    ])
  })

  it.each(['joining', 'problem', 'failed'])('that leaves when it hears of that ends everything: %s', async (what) => {
    const desk = echo.private('desk')
    desk.error(() => what !== 'joining' && desk.unsubscribe())
    desk.status.subscribe((status) => status === what && desk.unsubscribe())
    await advance(2000)
    client.receive('subscription_error', 'private-desk', what === 'failed' ? 403 : 503)
    client.emitted.splice(0)
    await advance(60_000)
    expect([desk.status.get(), client.emitted]).toEqual(['left', []])
  })
})

describe('the connection', () => {
  it('tells each change once, and nothing of attempts that nobody wants', () => {
    const told: unknown[] = []
    echo.connection.subscribe(({ status, attempt, error }) => told.push([status, attempt, error?.message]))
    client.fire('io:reconnect_attempt', 1)
    client.lose()
    client.fire('io:reconnect_attempt', 1)
    client.fire('connect_error', new Error('no way'))
    echo.connect()
    echo.disconnect()
    echo.disconnect()
    client.fire('io:reconnect_attempt', 2)
    client.fire('connect_error', new Error('late'))
    client.fire('io:reconnect_failed')
    expect(told).toEqual([
      ['reconnecting', 0, 'The connection was lost (transport close).'],
      ['reconnecting', 1, 'The connection was lost (transport close).'],
      ['reconnecting', 1, 'The connection was lost (no way).'],
      ['disconnected', 0, undefined],
    ])
  })

  it('is asked for once while it is on its way', () => {
    client.socket.disconnect()
    const before = client.connects
    echo.connect()
    echo.connect()
    expect(client.connects).toBe(before + 1)
  })

  it('is offline where the page says so, and not while it is there', () => {
    vi.stubGlobal('navigator', { onLine: false })
    client.lose()
    expect(echo.connection.get()).toMatchObject({ status: 'reconnecting', offline: true })
    client.open()
    expect(echo.connection.get()).toMatchObject({ status: 'connected', offline: false })
    vi.unstubAllGlobals()
  })

  it('that the application has made by itself, before the rest was loaded, is used', async () => {
    client = new ScriptedClient()
    client.open()
    echo.disconnect()
    echo = new Echo({ broadcaster: 'socket.io', client: client.io, autoConnect: true })
    await vi.waitFor(() => expect(echo.connection.get()).toMatchObject({ status: 'connected', socketId: 'socket-1' }))
    expect(client.connects).toBe(0)
  })

  it('of version 2 ends with what the server’s checks say, not with what fails on the way', async () => {
    echo.disconnect()
    await start({}, 2)
    client.lose()
    client.fire('error', new Error('websocket error'))
    expect(echo.connectionStatus()).toBe('reconnecting')
    client.fire('error', 'banned')
    expect(echo.connection.get()).toMatchObject({
      status: 'failed',
      error: { message: 'The connection ended for good (banned).' },
    })
  })

  it('of version 2 was heard when it answered a ping', async () => {
    echo.disconnect()
    await start({}, 2)
    const gaps: Gap[] = []
    echo.channel('news').missed((gap) => gaps.push(gap))
    await advance(1000)
    client.fire('io:pong', 5)
    const from = Date.now()
    await advance(1000)
    client.fire('io:ping')
    client.lose()
    client.open()
    await advance(2100)
    expect(gaps).toEqual([{ from, to: from + 1000, reason: 'connection-lost' }])
  })
})
