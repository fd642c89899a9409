import { ConnectionError, Echo, type User } from 'antiphon'
import { describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { connected, Rig, type RigOptions } from '../support/rig'

fakeTime()

const server = { like: 'pusher' } as const
const data = JSON.stringify

/** A connector of an application's own. */
const nowhere = {
  state: new Echo({ broadcaster: 'null' }).connection,
  connect() {},
  disconnect() {},
  subscribe: () => ({ whisper: () => false, unsubscribe() {} }),
}

/** A sign-in whose code is loaded; `settled`: what came of it so far. */
async function signin({ echo }: Rig): Promise<{ readonly settled: unknown }> {
  const outcome: { settled: unknown } = { settled: undefined }
  echo.signin().then(
    (user) => {
      outcome.settled = user
    },
    (error: unknown) => {
      outcome.settled = error
    },
  )
  await vi.dynamicImportSettled()
  return outcome
}

/** A rig whose user has signed in. */
async function signedIn(options: RigOptions = {}): Promise<{ rig: Rig; user: User }> {
  const rig = await connected({ server, ...options })
  const outcome = await signin(rig)
  await advance(100)
  return { rig, user: outcome.settled as User }
}

describe('a sign-in', () => {
  it('waits for a connection, and for connect()', async () => {
    const rig = new Rig({ server, echo: { autoConnect: false } })
    const outcome = await signin(rig)
    await advance(60_000)
    expect([outcome.settled, rig.auth.requests]).toEqual([undefined, []])
    rig.echo.connect()
    await advance(100)
    expect(outcome.settled).toMatchObject({ id: '1' })
  })

  it('drops an answer that comes when its connection is gone', async () => {
    const rig = await connected({ server })
    const before = rig.connection
    rig.auth.next({ grant: true, after: 5_000, deaf: true })
    const outcome = await signin(rig)
    await advance(10)
    await rig.reconnect()
    expect(outcome.settled).toMatchObject({ id: '1' })
    await advance(10_000)
    expect(before.received).not.toContainEqual(expect.objectContaining({ event: 'pusher:signin' }))
    const sent = rig.received('pusher:signin').map((frame) => frame.data.auth)
    expect(sent).toEqual([
      rig.server.authenticate(rig.echo.socketId() ?? '', { id: '1', user_info: { name: 'Ada' } }).auth,
    ])
  })

  it('that the server does not answer is given up after 10 s', async () => {
    const rig = await connected({ server: { like: 'soketi' } })
    // A soketi without user authentication is silent.
    vi.spyOn(rig.connection, 'receive').mockImplementation(() => {})
    const outcome = await signin(rig)
    await advance(9_900)
    expect(outcome.settled).toBe(undefined)
    await advance(200)
    expect(outcome.settled).toMatchObject({ code: 'subscribe-timeout', type: 'AuthError' })
  })

  it('that the connection was lost under is made on the next one', async () => {
    const rig = await connected({ server })
    vi.spyOn(rig.connection, 'receive').mockImplementation(() => {})
    const outcome = await signin(rig)
    await advance(1_000)
    await rig.reconnect()
    expect(outcome.settled).toMatchObject({ id: '1' })
    expect(rig.auth.requests).toHaveLength(2)
  })

  it('is not refused by an error that is about something else', async () => {
    const rig = await connected({ server })
    const refuse = async (code: number) => {
      rig.connection.send({ event: 'pusher:error', data: { code, message: 'No' } })
      await advance(10)
    }
    vi.spyOn(rig.connection, 'receive').mockImplementation(() => {})
    const pending = rig.echo.private('orders')
    const outcome = await signin(rig)
    await advance(10)
    // Asked for once and, with a new signature, once more.
    await refuse(4009)
    await refuse(4009)
    expect(pending.status.get()).toBe('failed')
    await refuse(4301)
    await refuse(4302)
    expect(outcome.settled).toBe(undefined)
    await refuse(4009)
    expect(outcome.settled).toMatchObject({ code: 'subscribe-refused', channel: '' })
  })

  it('fails with a connection that is refused for good', async () => {
    const rig = new Rig({ server: { like: 'pusher', key: 'other' } })
    const outcome = await signin(rig)
    await advance(1_000)
    expect(outcome.settled).toBeInstanceOf(ConnectionError)
    expect(outcome.settled).toMatchObject({ closeCode: 4001 })
    expect((await signin(rig)).settled).toBe(undefined)
    await advance(1_000)
  })

  it('that disconnect() finds still loading comes to nothing', async () => {
    const rig = await connected({ server })
    const outcome = rig.echo.signin().catch((error: unknown) => error)
    rig.echo.disconnect()
    expect(await outcome).toMatchObject({ code: 'channel-left' })
    rig.echo.connect()
    await advance(5_000)
    expect(rig.received('pusher:signin')).toEqual([])
  })

  it('is tried again while the endpoint is down, for as long as the connection lives', async () => {
    const rig = await connected({ server })
    rig.auth.reply = () => ({ status: 503 })
    const outcome = await signin(rig)
    await advance(300_000)
    expect(rig.auth.requests.length).toBeGreaterThan(8)
    rig.auth.reply = () => 'grant'
    await advance(60_000)
    expect(outcome.settled).toMatchObject({ id: '1' })
  })

  it('takes a number for an id, and any text', async () => {
    for (const user_id of [7, '__proto__', 'constructor', '0']) {
      const { user } = await signedIn()
      expect(user.id).toBe('1')
      const rig = await connected({ server })
      rig.auth.user = { user_id, user_info: { name: 'X' } }
      const outcome = await signin(rig)
      await advance(100)
      expect(outcome.settled).toMatchObject({ id: String(user_id), info: { name: 'X' } })
    }
  })

  it('whose code does not load says so', async () => {
    const cause = new TypeError('Failed to fetch dynamically imported module')
    const connector = { ...nowhere, extras: { users: () => Promise.reject(cause) } }
    const echo = new Echo({ broadcaster: () => connector })
    await expect(echo.signin()).rejects.toMatchObject({ code: 'load-failed', cause })
  })

  it('is not there without a server of Pusher’s protocol', async () => {
    for (const echo of [new Echo({ broadcaster: 'null' }), new Echo({ broadcaster: () => nowhere })])
      await expect(echo.signin()).rejects.toMatchObject({ code: 'not-supported' })
  })

  it('is made anew by a stand-in of pusher-js that disconnects and connects', async () => {
    const { rig, user } = await signedIn()
    rig.echo.connector.pusher.disconnect()
    await advance(1_000)
    expect(user.channel.status.get()).toBe('joining')
    rig.echo.connector.pusher.connect()
    await advance(1_000)
    expect(user.channel.status.get()).toBe('joined')
  })
})

describe('a user', () => {
  it('hears why they could not be signed in again', async () => {
    const { rig, user } = await signedIn()
    const errors: unknown[] = []
    user.channel.error((error) => errors.push(error))
    rig.auth.next({ status: 503 }, { status: 403 })
    await rig.reconnect()
    await advance(2_000)
    expect(errors).toMatchObject([
      { code: 'auth-failed', retryable: true },
      { code: 'auth-refused', message: 'The user was not authorized: status 403.' },
    ])
    await rig.reconnect()
    expect(rig.received('pusher:signin')).toEqual([])
  })

  it('forgets who was online when the connection is another one', async () => {
    const { rig, user } = await signedIn({ server: { like: 'soketi' } })
    const online = { events: [{ name: 'online', user_ids: ['2'] }] }
    rig.connection.send({ event: 'pusher_internal:watchlist_events', data: online })
    await advance(10)
    expect(user.watchlist.get()).toEqual(['2'])
    await rig.reconnect()
    expect(user.watchlist.get()).toEqual([])
  })

  it('is asked for once where only the channel was refused', async () => {
    const rig = await connected({ server })
    rig.server.faults.disturbSubscribe('refuse')
    const outcome = await signin(rig)
    await advance(30_000)
    expect(outcome.settled).toMatchObject({ id: '1' })
    expect(rig.received('pusher:signin')).toHaveLength(1)
    expect(rig.auth.requests).toHaveLength(1)
  })

  it('is asked for anew where the channel was refused for good', async () => {
    const rig = await connected({ server })
    rig.server.faults.disturbSubscribe('ignore', 2)
    const outcome = await signin(rig)
    await advance(30_000)
    expect(outcome.settled).toMatchObject({ code: 'subscribe-timeout' })
    const again = await signin(rig)
    await advance(100)
    expect(again.settled).toMatchObject({ id: '1' })
    expect(rig.auth.requests).toHaveLength(2)
  })

  it('is not whispered to', async () => {
    const { rig, user } = await signedIn()
    const before = rig.received().length
    ;(user.channel as unknown as { whisper(event: string, data: object): void }).whisper('typing', {})
    await advance(20_000)
    expect(rig.received().filter(({ event }) => event.startsWith('client-'))).toEqual([])
    expect(rig.received().length).toBeGreaterThanOrEqual(before)
  })

  it('is no channel that leave(), leaveAllChannels() or connector.channels know of', async () => {
    const { rig, user } = await signedIn()
    for (const wire of Object.keys(rig.echo.connector.channels)) rig.echo.leave(wire)
    rig.echo.leaveAllChannels()
    await advance(1_000)
    expect(user.channel.status.get()).toBe('joined')
  })

  it('survives frames that make no sense', async () => {
    const { rig, user } = await signedIn({})
    const heard: unknown[] = []
    user.listen('.e', (event) => heard.push(event))
    const frames = [
      ...[undefined, null, 5, 'x', [], {}, { user_data: 7 }, { user_data: data({ id: '2' }) }].map((value) => ({
        event: 'pusher:signin_success',
        data: value,
      })),
      ...[
        undefined,
        7,
        {},
        { events: 1 },
        { events: [null, 5, {}, { name: 'online' }, { name: 'online', user_ids: [null, {}, '', '1'] }] },
        data({ events: [{ name: 'offline', user_ids: ['1', 'nobody'] }] }),
        { events: [{ name: 'asleep', user_ids: ['3'] }] },
        { events: [{ name: 'online', user_ids: ['1'] }] },
      ].map((value) => ({ event: 'pusher_internal:watchlist_events', data: value })),
      { event: 'e', channel: '#server-to-user-2', data: 'for another' },
      { event: 'pusher_internal:subscription_succeeded', channel: '#server-to-user-2', data: '{}' },
    ]
    for (const frame of frames) rig.connection.send(frame)
    await advance(100)
    expect([user.id, user.info, user.watchlist.get(), heard, rig.errors]).toEqual(['1', { name: 'Ada' }, [], [], []])
    rig.connection.send({
      event: 'pusher_internal:watchlist_events',
      data: { events: [{ name: 'online', user_ids: [7, '__proto__'] }] },
    })
    await advance(100)
    expect(user.watchlist.get()).toEqual(['7', '__proto__'])
  })

  it('11, 20: is not who had an answer on its way as disconnect() was called', async () => {
    // The answer passes from one promise to the next: the logout may come at each of them.
    for (let hops = 0; hops < 12; hops++) {
      let id = 'ada'
      let next: Promise<unknown> | undefined
      const logout = async () => {
        for (let hop = 0; hop < hops; hop++) await Promise.resolve()
        rig.echo.disconnect()
        id = 'bob'
        rig.echo.connect()
        next = rig.echo.signin().then((user) => user.id, String)
      }
      const customHandler = ({ socketId }: { socketId: string }, answer: CallableFunction) => {
        answer(null, rig.server.authenticate(socketId, { id }))
        if (!next) void logout()
      }
      const rig = await connected({ server, echo: { userAuthentication: { customHandler } } })
      await signin(rig)
      await advance(15_000)
      await expect(next).resolves.toBe('bob')
    }
  })

  it('leaves nothing behind at disconnect(), whatever is under way', async () => {
    for (const after of [0, 1, 2, 3, 5, 50, 500]) {
      const rig = await connected({ server })
      await signin(rig)
      await advance(after)
      rig.echo.disconnect()
      await advance(50)
      rig.server.close()
      expect(vi.getTimerCount()).toBe(0)
    }
  })

  it('is nowhere written with what was signed', async () => {
    const { rig, user } = await signedIn()
    const [{ auth }] = rig.received('pusher:signin').map((frame) => frame.data) as [{ auth: string }]
    const seen = JSON.stringify([rig.trace, rig.errors, rig.echo, user.channel.status.get()])
    expect(seen).not.toContain(auth.split(':')[1])
  })
})
