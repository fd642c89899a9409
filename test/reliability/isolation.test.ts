import type { EchoOptions } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, Rig } from '../support/rig'

fakeTime()
let page: Page
beforeEach(() => {
  page = new Page()
})

const bearer = ({ auth }: Rig) => auth.requests.map(({ headers }) => headers.get('Authorization'))

describe('two instances', () => {
  it('20: do not share a token', async () => {
    const ada = await connected({ echo: { bearerToken: 'ada' } })
    const bob = await connected({ on: ada.server, echo: { bearerToken: 'bob' } })
    const nobody = await connected({ on: ada.server })
    for (const rig of [ada, bob, nobody]) rig.echo.private('room')
    await advance(100)
    expect([ada, bob, nobody].map(bearer)).toEqual([['Bearer ada'], ['Bearer bob'], [null]])
  })

  it('20: do not share options, not even those that were handed in as one object', async () => {
    const shared: Partial<EchoOptions<'reverb'>> = Object.freeze({
      auth: Object.freeze({ headers: Object.freeze({ 'X-Team': 'red' }), params: Object.freeze({ team: '1' }) }),
    })
    const copy = JSON.stringify(shared)
    const ada = await connected({ echo: shared })
    const bob = await connected({ on: ada.server, echo: shared })
    Object.assign(ada.echo.options, { authEndpoint: '/elsewhere' })
    const { headers } = ada.echo.options.auth as { headers: Record<string, string> }
    headers.Authorization = 'Bearer ada'
    for (const rig of [ada, bob]) rig.echo.private('room')
    await advance(100)
    expect([ada, bob].map(bearer)).toEqual([['Bearer ada'], [null]])
    expect(bob.auth.last.headers.get('X-Team')).toBe('red')
    expect(JSON.stringify(shared)).toBe(copy)
  })

  it('20: do not share channels, listeners or whispers', async () => {
    const ada = await connected()
    const bob = await connected({ on: ada.server })
    const heard = vi.fn()
    ada.echo.channel('news').on('any', heard)
    const theirs = bob.echo.channel('news')
    await advance(100)
    bob.echo.leave('news')
    await advance(1_000)
    ada.server.publish('news', 'any', {})
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(1)
    expect(theirs).not.toBe(ada.echo.channel('news'))
  })

  it('20: do not share the five places for authorizations', async () => {
    const ada = await connected()
    const bob = await connected({ on: ada.server })
    ada.auth.reply = () => 'never'
    for (let index = 0; index < 10; index++) ada.echo.private(`orders.${index}`)
    const channel = bob.echo.private('room')
    await advance(100)
    expect(channel.status.get()).toBe('joined')
  })

  it('20: do not share the ten whispers a second', async () => {
    const ada = await connected()
    const bob = await connected({ on: ada.server })
    const rooms = [ada, bob].map(({ echo }) => echo.private('room'))
    await advance(100)
    for (const channel of rooms) for (let index = 0; index < 20; index++) channel.whisper('typing', { index })
    await advance(1)
    for (const rig of [ada, bob]) expect(rig.received('client-typing')).toHaveLength(10)
  })

  it('20: do not share what becomes of their connection', async () => {
    const ada = await connected()
    const bob = await connected({ on: ada.server })
    ada.connection.close(4001, 'no')
    await advance(10)
    expect([ada.echo.connectionStatus(), bob.echo.connectionStatus()]).toEqual(['failed', 'connected'])
    bob.server.faults.refuse(2)
    bob.connection.drop()
    const carl = await connected({ on: ada.server })
    await advance(20_000)
    expect([bob, carl].map(({ echo }) => echo.connectionStatus())).toEqual(['connected', 'connected'])
    expect(carl.attempts.length).toBeLessThanOrEqual(3)
  })

  it('20: do not share their trace and their errors', async () => {
    const ada = await connected()
    const bob = await connected({ on: ada.server })
    const before = bob.trace.length
    ada.connection.sendRaw('junk')
    ada.echo.channel('news').on('any', () => {
      throw new Error('boom')
    })
    await advance(100)
    ada.server.publish('news', 'any', {})
    await advance(10)
    expect(ada.errors).toHaveLength(1)
    expect(bob.errors).toEqual([])
    expect(bob.trace).toHaveLength(before)
  })

  it('20: listen to the network each for themselves', async () => {
    const ada = await connected()
    const bob = await connected({ on: ada.server })
    ada.echo.disconnect()
    page.offline()
    expect([ada.echo.connection.get().offline, bob.echo.connection.get().offline]).toEqual([false, true])
    bob.echo.disconnect()
    expect(page.listeners).toBe(0)
  })
})

describe('another account', () => {
  it('20: in a new instance sees nothing of the one before', async () => {
    const ada = await connected({ echo: { bearerToken: 'ada', auth: { headers: { 'X-Tenant': 'a' } } } })
    const heard = vi.fn()
    ada.echo.private('room').on('any', heard).whisper('typing', {})
    ada.echo.join('lobby').here(heard)
    await advance(100)
    heard.mockClear()
    ada.echo.disconnect()
    const bob = new Rig({ on: ada.server, echo: { bearerToken: 'bob' } })
    bob.auth.user = { user_id: '2', user_info: { name: 'Bob' } }
    const channel = bob.echo.private('room')
    const lobby = bob.echo.join('lobby')
    await advance(1_000)
    ada.server.publish('private-room', 'any', {})
    await advance(10_000)
    expect(heard).not.toHaveBeenCalled()
    expect([channel.status.get(), lobby.status.get()]).toEqual(['joined', 'joined'])
    expect(new Set(bearer(bob))).toEqual(new Set(['Bearer bob']))
    expect(bob.auth.last.headers.has('X-Tenant')).toBe(false)
    expect(lobby.presence.get().members.map(({ id }) => id)).toEqual(['2'])
    expect(bob.received('client-typing')).toEqual([])
    expect(ada.auth.requests.every(({ headers }) => headers.get('Authorization') === 'Bearer ada')).toBe(true)
  })

  it('20: in the same instance is asked for anew: no grant is kept', async () => {
    let token = 'ada'
    const rig = await connected({ echo: { bearerToken: () => token } })
    rig.echo.private('room')
    await advance(100)
    rig.echo.disconnect()
    token = 'bob'
    rig.auth.reply = ({ headers }) => (headers.get('Authorization') === 'Bearer bob' ? { status: 403 } : 'grant')
    rig.echo.connect()
    await advance(1_000)
    expect(rig.echo.private('room').status.get()).not.toBe('joined')
    expect(bearer(rig).slice(0, 2)).toEqual(['Bearer ada', 'Bearer bob'])
  })

  it('20: may enter, after disconnect() and connect(), what the account before was refused', async () => {
    const rig = await connected()
    rig.auth.next({ status: 403 })
    const channel = rig.echo.private('room')
    await advance(100)
    expect(channel.status.get()).toBe('failed')
    rig.echo.disconnect()
    rig.echo.connect()
    await advance(1_000)
    expect(channel.status.get()).toBe('joined')
  })

  it('20: an authorization of the account before is aborted by disconnect()', async () => {
    const rig = await connected()
    rig.auth.next({ grant: true, after: 2_000, deaf: true })
    rig.echo.private('room')
    await advance(100)
    rig.echo.disconnect()
    expect(rig.auth.requests[0]?.aborted).toBe(true)
    rig.auth.reply = () => ({ status: 403 })
    rig.echo.connect()
    await advance(10_000)
    expect(rig.subscribes()).toEqual([])
  })
})
