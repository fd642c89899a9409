import { expect, vi } from 'vitest'
import type { Line } from '../line'

const differs = (row: string, holds: Line['holds']): Line => ({ says: `on purpose: ${row}`, differs: [row], holds })

/** What no line of the list says, and what is answered differently all the same. */
export const differences: readonly Line[] = [
  differs('`connectionStatus()` is `failed`', async ({ connected, outage, settle, either }) => {
    const echo = await connected()
    await outage()
    await settle(240_000)
    expect(echo.connectionStatus()).toBe(either('failed', 'reconnecting'))
  }),

  differs('on a server that renders pages', async ({ start, sockets, settle, either }) => {
    vi.stubGlobal('location', undefined)
    vi.stubGlobal('navigator', undefined)
    start()
    await settle()
    expect(sockets).toHaveLength(either(1, 0))
  }),

  differs('asking for a channel that has failed', async ({ connected, auth, settle, either }) => {
    auth.reply = () => ({ status: 403 })
    const echo = await connected()
    const channel = echo.private('a')
    await settle()
    expect(echo.private('a')).toBe(channel)
    await settle()
    expect(auth.requests).toHaveLength(either(1, 2))
  }),

  differs('`leave(name)`', async ({ connected, settle, publish, either }) => {
    const echo = await connected()
    const [page, component] = [vi.fn(), vi.fn()]
    echo.private('a').listen('.Paid', page)
    const second = either(echo, { private: (name: string) => echo.lease('private', name).channel })
    second.private('a').listen('.Paid', component)
    await settle()
    echo.leave('a')
    await settle(500)
    await publish('private-a', 'Paid', {})
    expect(page).not.toHaveBeenCalled()
    expect(component).toHaveBeenCalledTimes(either(0, 1))
  }),

  differs('a channel object after it was left', async ({ connected, server, settle, either }) => {
    const echo = await connected()
    const channel = echo.channel('a')
    await settle()
    echo.leave('a')
    await settle(500)
    channel.subscribe()
    await settle()
    expect(server.channels()).toHaveLength(either(1, 0))
  }),

  differs('a binding of pusher-js’s own, after `leave(name)`', async ({ client, connected, settle, publish }) => {
    const echo = await connected()
    const heard = vi.fn()
    const begin = () => echo.channel('a').subscription.bind('Paid', heard)
    const calls = async () => {
      await publish('a', 'Paid', {})
      return heard.mock.calls.splice(0).length
    }
    begin()
    await settle()
    echo.leave('a')
    const lingers = !client.incumbent && !!client.Pusher
    expect(await calls()).toBe(lingers ? 1 : 0)
    begin()
    await settle()
    expect(await calls()).toBe(lingers ? 2 : 1)
    echo.leave('a')
    await settle(500)
    begin()
    await settle()
    expect(await calls()).toBe(1)
  }),

  differs('leaving and asking again before the server has answered', async ({ connected, settle, publish, either }) => {
    const echo = await connected()
    const [old, now] = [vi.fn(), vi.fn()]
    echo.channel('a').listen('.Paid', old)
    echo.leave('a')
    echo.channel('a').listen('.Paid', now)
    await settle()
    await publish('a', 'Paid', {})
    expect(calls(old, now)).toEqual(either([1, 1], [0, 1]))
  }),

  differs('registering the same function twice for one event', async ({ connected, settle, publish, either }) => {
    const heard = vi.fn()
    ;(await connected()).channel('a').listen('.Paid', heard).listen('.Paid', heard)
    await settle()
    await publish('a', 'Paid', {})
    expect(heard).toHaveBeenCalledTimes(either(2, 1))
  }),

  differs('`stopListening(event)` without a callback', async ({ connected, settle, publish, either }) => {
    const channel = (await connected()).channel('a')
    const [mine, raw] = [vi.fn(), vi.fn()]
    channel.listen('.Paid', mine).subscription.bind('Paid', raw)
    channel.stopListening('.Paid')
    await settle()
    await publish('a', 'Paid', {})
    expect(calls(mine, raw)).toEqual(either([0, 0], [0, 1]))
  }),

  differs('`subscribed()`, `error()`, `here()` registered late', async ({ auth, connected, settle, either }) => {
    auth.reply = ({ channel }) => (channel === 'private-secret' ? { status: 403 } : 'grant')
    const echo = await connected()
    const [room, secret] = [echo.join('room'), echo.private('secret')]
    await settle()
    const [accepted, here, failed] = [vi.fn(), vi.fn(), vi.fn()]
    room.subscribed(accepted).here(here)
    secret.error(failed)
    await settle()
    expect(calls(accepted, here, failed)).toEqual(either([0, 0, 0], [1, 1, 1]))
  }),

  differs('an authorization that failed for a passing reason', async ({ auth, connected, settle, either }) => {
    auth.next({ status: 503 })
    const accepted = vi.fn()
    ;(await connected()).private('a').subscribed(accepted)
    await settle(60_000)
    expect(accepted).toHaveBeenCalledTimes(either(0, 1))
  }),

  differs('a listener that throws', async ({ connected, settle, publish, either }) => {
    const onError = vi.fn()
    const later = vi.fn()
    const fails = () => {
      throw new Error('Mine.')
    }
    ;(await connected({ onError })).channel('a').listen('.Paid', fails).listen('.Paid', later)
    await settle()
    await publish('a', 'Paid', {}).catch(onError)
    expect(calls(later, onError)).toEqual(either([0, 1], [1, 1]))
  }),

  differs('`whisper()` before the channel is joined', async ({ connected, settle, visitor, either }) => {
    const heard = vi.fn()
    visitor({ user_id: '2' }).private('a').listenForWhisper('typing', heard)
    const echo = await connected()
    echo.private('a').whisper('typing', {})
    await settle()
    expect(heard).toHaveBeenCalledTimes(either(0, 1))
  }),

  differs('`whisper()` of a text, a number or nothing', async ({ connected, settle, whispers, either }) => {
    const channel = (await connected()).private('a')
    await settle()
    for (const data of ['text', 7, undefined]) {
      const whisper = () => channel.whisper('typing', data)
      if (either(true, false)) expect(whisper).not.toThrow()
      else expect(whisper).toThrow(expect.objectContaining({ code: 'invalid-whisper' }))
    }
    await settle()
    expect(whispers()).toHaveLength(either(3, 0))
  }),

  differs('more than 10 whispers in a second', async ({ connected, settle, whispers, either }) => {
    const channel = (await connected()).private('a')
    await settle()
    for (let i = 0; i < 15; i++) channel.whisper('typing', { i })
    await settle()
    expect(whispers()).toHaveLength(either(15, 10))
    await settle(2000)
    expect(whispers()).toHaveLength(15)
  }),

  differs('a wrong value, such as a `wsHost` with a path', ({ start, either }) => {
    const wrong = () => start({ wsHost: 'https://ws.test/path' })
    if (either(true, false)) expect(wrong).not.toThrow()
    else expect(wrong).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  }),

  differs("`broadcaster: 'ably'` without a `wsHost`", async ({ start, sockets, settle, either }) => {
    start({ broadcaster: 'ably', key: 'app.key', wsHost: undefined })
    await settle()
    expect(sockets[0]).toContain(either('//ws-.pusher.com', '//realtime-pusher.ably.io'))
  }),

  differs("a key of Ably's with its secret", async ({ start, sockets, settle, either }) => {
    start({ broadcaster: 'ably', key: 'app.key:secret' })
    await settle()
    expect(sockets[0]).toContain(either('/app/app.key:secret?', '/app/app.key?'))
  }),

  differs('`channelAuthorization` without an `endpoint`', async ({ connected, auth, settle, either }) => {
    ;(await connected({ channelAuthorization: { headers: { 'X-Team': '7' } } })).private('a')
    await settle()
    expect(auth.last.url).toBe(either('/pusher/auth', '/broadcasting/auth'))
    expect(auth.last.headers.get('X-Team')).toBe('7')
  }),

  differs('authorizations', async ({ connected, auth, settle, either }) => {
    ;(await connected()).private('a')
    await settle()
    expect(auth.last.headers.get('Accept')).toBe(either(null, 'application/json'))
  }),

  differs('two instances', ({ start, either }) => {
    start({ bearerToken: 'secret' })
    expect(start().connector.options.auth.headers.Authorization).toBe(either('Bearer secret', undefined))
  }),
]

const calls = (...mocks: { mock: { calls: unknown[] } }[]) => mocks.map(({ mock }) => mock.calls.length)
