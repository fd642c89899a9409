import type { EchoError, Gap } from 'antiphon'
import { AuthError } from 'antiphon'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Question } from './application'
import type { Place } from './place'
import { type Client, eventually, joined, Visitors } from './visitors'

const NOTIFICATION = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'

/** What holds on every server of this protocol, with every client that it takes. */
export function holdsOn(open: () => Promise<Place>, client: Client): void {
  const visitors = new Visitors()
  let place: Place

  /** Ada's page, or another's. */
  const page = (bearerToken = 'Ada', options: object = {}) =>
    visitors.connected(client, place.url, { bearerToken, ...options })

  /** Waits until so many sockets are in a channel: only of presence channels the server tells. */
  const inside = (channel: string, count = 1) => eventually(async () => expect(await place.count(channel)).toBe(count))

  beforeAll(async () => {
    place = await open()
  })

  afterEach(() => {
    visitors.leave()
    place.application.reply = () => 'yes'
    place.application.questions.splice(0)
  })

  afterAll(() => place.close())

  it('hears the events of a public channel by their names in Laravel, each with its payload', async () => {
    const echo = await page()
    const heard: unknown[] = []
    const news = echo.channel('news').listen('Published', (...told) => heard.push(told))
    news.listen('.plain', (payload) => heard.push(payload))
    await inside('news')
    await place.publish('news', 'App\\Events\\Published', { id: 1 })
    await place.publish('other', 'App\\Events\\Published', { id: 2 })
    await place.publish('news', 'plain', ['list'])
    await eventually(() => expect(heard).toHaveLength(2))
    expect(heard).toEqual([
      [{ id: 1 }, { event: 'App\\Events\\Published', channel: 'news', userId: undefined }],
      ['list'],
    ])
  })

  it('joins a private channel with the bearer token, the CSRF token and the headers of the application', async () => {
    const echo = await page('Ada', { csrfToken: 'csrf', auth: { headers: { 'X-Tenant': '7' } } })
    const heard: unknown[] = []
    const orders = echo.private('orders.1').listen('OrderShipped', (payload) => heard.push(payload))
    await joined(orders)
    await place.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 1 })
    await eventually(() => expect(heard).toEqual([{ id: 1 }]))
    const [{ headers }] = place.application.about('private-orders.1') as [Question]
    expect(headers).toMatchObject({ authorization: 'Bearer Ada', 'x-csrf-token': 'csrf', 'x-tenant': '7' })
  })

  it('reads headers anew for each channel, also from functions that take their time', async () => {
    let token = 'first'
    const echo = await page('Ada', {
      auth: { headers: async () => ({ 'X-Token': token }) },
      bearerToken: () => Promise.resolve(token),
    })
    await joined(echo.private('a'))
    token = 'second'
    await joined(echo.private('b'))
    const tokens = place.application.questions.map(({ headers }) => [headers['x-token'], headers.authorization])
    expect(tokens).toEqual([
      ['first', 'Bearer first'],
      ['second', 'Bearer second'],
    ])
  })

  it('uses a token that the application has written into the options since', async () => {
    const echo = await page()
    echo.connector.options.auth.headers.Authorization = 'Bearer Ben'
    await joined(echo.private('mine'))
    expect(place.application.about('private-mine')[0]?.headers.authorization).toBe('Bearer Ben')
  })

  it('tells of a refusal with its status, keeps the other channels, and asks again when it is told to', async () => {
    const echo = await page()
    place.application.reply = ({ channel }) => (channel === 'private-secret' ? { status: 403 } : 'yes')
    const errors: EchoError[] = []
    const secret = echo.private('secret').error((error) => errors.push(error))
    await expect(secret.ready()).rejects.toThrow('private-secret was not authorized: status 403.')
    await joined(echo.private('open'))
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(AuthError)
    expect(errors[0]).toMatchObject({ code: 'auth-refused', status: 403, type: 'AuthError', retryable: false })
    expect(secret.status.get()).toBe('failed')
    place.application.reply = () => 'yes'
    await joined(secret.subscribe())
  })

  it('asks once more after an expired session, with what the application has by then', async () => {
    let token = 'old'
    const echo = await page('Ada', { bearerToken: () => token })
    place.application.reply = ({ headers }) => {
      token = 'new'
      return headers.authorization === 'Bearer new' ? 'yes' : { status: 419 }
    }
    const errors: EchoError[] = []
    const orders = echo.private('orders').error((error) => errors.push(error))
    await joined(orders)
    expect(errors).toMatchObject([{ code: 'auth-expired', status: 419, retryable: true }])
    expect(place.application.about('private-orders')).toHaveLength(2)
  })

  it('tries again while the application cannot answer', async () => {
    const echo = await page()
    place.application.reply = () => (place.application.questions.length < 3 ? { status: 503 } : 'yes')
    const errors: EchoError[] = []
    await joined(echo.join('room').error((error) => errors.push(error)))
    expect(errors).toMatchObject([
      { code: 'auth-failed', status: 503, attempt: 1, retryable: true },
      { code: 'auth-failed', status: 503, attempt: 2, retryable: true },
    ])
  })

  it('knows who is in a presence channel, who comes and who goes', async () => {
    const ada = await page('Ada')
    const told: unknown[] = []
    const room = ada
      .join('chat')
      .here((users) => told.push(users))
      .joining((user) => told.push(['+', user]))
      .leaving((user) => told.push(['-', user]))
    await joined(room)
    const ben = await page('Ben')
    const bens = ben.join('chat')
    await joined(bens)
    expect(bens.presence.get()).toMatchObject({ count: 2, me: { id: 'Ben', info: { name: 'Ben' } } })
    const tab = await page('Ben')
    await joined(tab.join('chat'))
    tab.leave('chat')
    await inside('presence-chat', 2)
    ben.leave('chat')
    await eventually(() => expect(told).toHaveLength(3))
    expect(told).toEqual([[{ name: 'Ada' }], ['+', { name: 'Ben' }], ['-', { name: 'Ben' }]])
    expect(room.presence.get()).toMatchObject({ count: 1, me: { id: 'Ada' } })
  })

  it('tells the others of a page that goes without a word', async () => {
    const ada = await page('Ada')
    const gone: unknown[] = []
    const room = ada.join('lobby').leaving((user) => gone.push(user))
    await joined(room)
    const ben = await page('Ben')
    await joined(ben.join('lobby'))
    ben.connector.socket.io.engine.close()
    ben.connector.socket.disconnect()
    await eventually(() => expect(gone).toEqual([{ name: 'Ben' }]))
  })

  it('whispers to the others, as soon as the channel is joined', async () => {
    const [ada, ben] = [await page('Ada'), await page('Ben')]
    const heard: unknown[] = []
    const [adas, bens] = [ada.join('desk'), ben.join('desk')]
    adas.listenForWhisper('typing', () => heard.push('an echo'))
    bens.listenForWhisper('typing', (data) => heard.push(data))
    await joined(bens)
    adas.whisper('typing', { name: 'Ada' })
    await eventually(() => expect(heard).toEqual([{ name: 'Ada' }]))
    const privately = ben.private('desk').listenForWhisper('typing', (data) => heard.push(data))
    await joined(privately)
    ada.private('desk').whisper('typing', { at: 'private' })
    await eventually(() => expect(heard).toContainEqual({ at: 'private' }))
    expect(heard).not.toContain('an echo')
  })

  it('hears notifications, everything at once, and nothing more of what was stopped', async () => {
    const echo = await page()
    const heard: unknown[] = []
    const user = echo
      .private('App.Models.User.1')
      .notification('App.Notifications.InvoicePaid', ({ amount }) => heard.push(amount))
      .listenToAll((event, payload) => heard.push([event, payload]))
    await joined(user)
    const paid = { id: 'x', type: 'App\\Notifications\\InvoicePaid', amount: 5 }
    await place.publish('private-App.Models.User.1', NOTIFICATION, paid)
    await place.publish('private-App.Models.User.1', 'App\\Events\\Renamed', { name: 'A' })
    await eventually(() => expect(heard).toHaveLength(3))
    expect(heard).toEqual([5, [`.${NOTIFICATION}`, paid], ['Renamed', { name: 'A' }]])
    user.stopListeningToAll().stopListeningForNotification()
    user.listen('.Last', () => heard.push('last'))
    await place.publish('private-App.Models.User.1', NOTIFICATION, paid)
    await place.publish('private-App.Models.User.1', 'Last', {})
    await eventually(() => expect(heard.slice(3)).toEqual(['last']))
  })

  it('does not hear what the application sends to others than its own socket', async () => {
    const [ada, ben] = [await page('Ada'), await page('Ben')]
    const heard: string[] = []
    const rooms = [ada.channel('board'), ben.channel('board')]
    rooms.forEach((room, index) => room.listen('.Moved', (move) => heard.push(`${index}: ${move.n}`)))
    await inside('board', 2)
    expect(ada.socketHeaders()).toEqual({ 'X-Socket-ID': ada.connector.socket.id })
    await place.publish('board', 'Moved', { n: 1 }, ada.socketId())
    await place.publish('board', 'Moved', { n: 2 })
    await eventually(() => expect(heard.sort()).toEqual(['0: 2', '1: 1', '1: 2']))
  })

  it('leaves the server with the channel, and is asked for anew afterwards', async () => {
    const echo = await page()
    const heard: unknown[] = []
    const hear = (payload: unknown) => heard.push(payload)
    await joined(echo.channel('feed').listen('.A', hear), echo.private('feed').listen('.A', hear))
    await inside('feed')
    await inside('private-feed')
    echo.leave('feed')
    await eventually(async () => {
      expect(await place.count('feed')).toBe(0)
      expect(await place.count('private-feed')).toBe(0)
    })
    await joined(echo.channel('feed').listen('.A', (payload) => heard.push(['again', payload])))
    await inside('feed')
    await place.publish('feed', 'A', 1)
    await eventually(() => expect(heard).toEqual([['again', 1]]))
  })

  it('does not stay behind in a channel that was left before the application had answered', async () => {
    const echo = await page('Ada')
    const ben = await page('Ben')
    const told: unknown[] = []
    await joined(
      ben
        .join('slow')
        .joining(() => told.push('+'))
        .leaving(() => told.push('-')),
    )
    let answer = () => {}
    const answered = new Promise<void>((resolve) => (answer = resolve))
    place.application.reply = () => ({ after: answered })
    echo.join('slow')
    await eventually(() => expect(place.application.about('presence-slow')).toHaveLength(2))
    const faults = place.faults
    echo.leave('slow')
    await joined(echo.channel('behind'))
    answer()
    await eventually(() => expect(told).toEqual(['+', '-']))
    await inside('presence-slow')
    expect(ben.join('slow').presence.get().count).toBe(1)
    // An unsubscribe that comes too early kills a laravel-echo-server.
    expect(place.faults).toBe(faults)
  })

  it('brings everything back after the server was away, and tells what may be missed', async () => {
    const echo = await page('Ada')
    const [heard, gaps, statuses]: [unknown[], Gap[], string[]] = [[], [], []]
    const channels = [echo.channel('a'), echo.private('b'), echo.join('c')]
    const tell = (gap: Gap) => gaps.push(gap)
    for (const channel of channels) channel.listen('.Next', (n) => heard.push([channel.name, n])).missed(tell)
    await joined(...channels)
    expect(place.application.questions).toHaveLength(2)
    const before = echo.socketId()
    echo.connection.subscribe(({ status }) => statuses.push(status))
    await place.stop()
    await eventually(() => expect(echo.connectionStatus()).toBe('reconnecting'))
    expect([echo.socketId(), echo.socketHeaders()]).toEqual([undefined, {}])
    await eventually(() => expect(channels.map(({ status }) => status.get())).toEqual(Array(3).fill('joining')))
    await eventually(() => expect(echo.connection.get()).toMatchObject({ error: { code: 'connection-lost' } }))
    await place.start()
    await eventually(() => expect(echo.connectionStatus()).toBe('connected'))
    await joined(...channels)
    expect(echo.socketId()).not.toBe(before)
    expect(echo.connection.get()).toMatchObject({ attempt: 0, error: undefined })
    expect([statuses[0], statuses.at(-1)]).toEqual(['reconnecting', 'connected'])
    expect(place.application.questions).toHaveLength(4)
    for (const { name } of channels) await inside(name)
    for (const { name } of channels) await place.publish(name, 'Next', 1)
    await eventually(() => expect(heard).toHaveLength(3))
    expect(heard.map(String).sort()).toEqual(['a,1', 'presence-c,1', 'private-b,1'])
    await eventually(() => expect(gaps.map(({ reason }) => reason)).toEqual(Array(3).fill('connection-lost')))
  })

  it('tells who went and who came meanwhile, then everybody', async () => {
    const [ada, ben] = [await page('Ada'), await page('Ben')]
    await joined(ben.join('hall'))
    const told: unknown[] = []
    const hall = ada
      .join('hall')
      .here((users) => told.push(new Set(users.map(({ name }) => name))))
      .joining(({ name }) => told.push(`+${name}`))
      .leaving(({ name }) => told.push(`-${name}`))
    await joined(hall)
    expect(told.splice(0)).toEqual([new Set(['Ada', 'Ben'])])
    const socket = ada.connector.socket
    socket.disconnect()
    expect(hall.status.get()).toBe('joining')
    const cleo = await page('Cleo')
    await joined(cleo.join('hall'))
    ben.leave('hall')
    await eventually(() =>
      expect(
        cleo
          .join('hall')
          .presence.get()
          .members.map(({ id }) => id),
      ).toEqual(['Cleo']),
    )
    socket.connect()
    await joined(hall)
    expect(told).toEqual(['-Ben', '+Cleo', new Set(['Ada', 'Cleo'])])
  })

  it('leaves no connection behind after disconnect(), and connect() brings the channels back', async () => {
    const clients = await place.clients()
    const echo = await page()
    const heard: unknown[] = []
    const orders = echo.private('orders.9').listen('.A', (payload) => heard.push(payload))
    await joined(orders)
    echo.disconnect()
    expect([echo.connectionStatus(), echo.socketId(), orders.status.get()]).toEqual([
      'disconnected',
      undefined,
      'joining',
    ])
    await eventually(async () => expect(await place.clients()).toBeLessThanOrEqual(clients))
    expect(echo.connector.socket.connected).toBe(false)
    echo.connect()
    await joined(orders)
    await place.publish('private-orders.9', 'A', 1)
    await eventually(() => expect(heard).toEqual([1]))
  })

  it('shows its socket at once, as applications of laravel-echo use it', async () => {
    const echo = visitors.open(client, place.url)
    const { connector } = echo
    const { socket } = connector
    const heard: unknown[] = []
    const once = () => heard.push(['connect', echo.socketId() === socket.id && echo.connectionStatus()])
    socket.on('connect', once)
    const gone = () => heard.push(['disconnect', echo.socketId(), echo.connectionStatus()])
    socket.on('disconnect', gone)
    expect([socket.connected, echo.socketId(), echo.connectionStatus()]).toEqual([false, undefined, 'connecting'])
    expect(connector.getSocketIO?.()).toBe(client)
    expect('pusher' in connector).toBe(false)
    const statuses: string[] = []
    const undo = connector.onConnectionChange((status) => statuses.push(status))
    await eventually(() => expect(statuses).toEqual(['connected']))
    expect([heard.splice(0), socket.connected]).toEqual([[['connect', 'connected']], true])
    socket.off('connect', once)
    socket.on('raw', (channel: unknown, data: unknown) => heard.push([channel, data]))
    socket.emit('subscribe', { channel: 'by-hand', auth: {} })
    await inside('by-hand')
    await place.publish('by-hand', 'raw', 7)
    await eventually(() => expect(heard).toContainEqual(['by-hand', 7]))
    undo()
    connector.disconnect()
    expect([heard.splice(0), socket.connected]).toEqual([
      [
        ['by-hand', 7],
        ['disconnect', undefined, 'disconnected'],
      ],
      false,
    ])
    socket.off('disconnect', gone)
    connector.connect()
    await eventually(() => expect(connector.connectionStatus()).toBe('connected'))
    expect([heard, statuses]).toEqual([[], ['connected']])
  })

  it('follows a socket that the application disconnects and connects by itself', async () => {
    const echo = await page()
    const feed = echo.channel('hand')
    await joined(feed)
    echo.connector.socket.disconnect()
    expect([echo.connectionStatus(), feed.status.get()]).toEqual(['disconnected', 'joining'])
    echo.connector.socket.connect()
    await eventually(() => expect(echo.connectionStatus()).toBe('connected'))
    await joined(feed)
  })

  it('has no encrypted channels and nobody who signs in, and says so', async () => {
    const echo = await page()
    expect(() => echo.encryptedPrivate('x')).toThrow(expect.objectContaining({ code: 'not-supported' }))
    expect(() => echo.private('encrypted-x')).toThrow(expect.objectContaining({ code: 'not-supported' }))
    await expect(echo.signin()).rejects.toMatchObject({ code: 'not-supported' })
    expect(echo.connector.channels).toEqual({})
    await joined(echo.private('x'))
  })
}
