import { AuthError, type EchoError } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Answer } from '../support/auth-endpoint'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

const grant = { auth: 'app-key:0123' }
const refusals: Record<string, { answer: Answer; presence?: boolean }> = {
  400: { answer: { status: 400, body: { message: 'CANARY' } } },
  403: { answer: { status: 403, body: '<html>CANARY' } },
  404: { answer: { status: 404, body: '<html>CANARY' } },
  422: { answer: { status: 422, body: { message: 'CANARY' } } },
  410: { answer: { status: 410, body: 'CANARY' } },
  'a login page': { answer: { status: 200, body: '<!doctype html><p>CANARY' } },
  'an empty body': { answer: { status: 200, body: '' } },
  'no content': { answer: { status: 204 } },
  'half of the JSON': { answer: { status: 200, body: '{"auth":"CANARY' } },
  null: { answer: { status: 200, body: 'null' } },
  'a list': { answer: { status: 200, body: '[]' } },
  'a text': { answer: { status: 200, body: '"CANARY"' } },
  true: { answer: { status: 200, body: 'true' } },
  'no auth': { answer: { status: 200, body: { message: 'CANARY' } } },
  'auth that is no text': { answer: { status: 200, body: { auth: { CANARY: 1 } } } },
  'empty auth': { answer: { status: 200, body: { auth: '' } } },
  'no channel_data': { answer: { status: 200, body: grant }, presence: true },
  'channel_data null': { answer: { status: 200, body: { ...grant, channel_data: null } }, presence: true },
  'channel_data as an object': {
    answer: { status: 200, body: { ...grant, channel_data: { user_id: 'CANARY' } } },
    presence: true,
  },
  'channel_data that is no JSON': {
    answer: { status: 200, body: { ...grant, channel_data: 'CANARY' } },
    presence: true,
  },
  'channel_data that says null': { answer: { status: 200, body: { ...grant, channel_data: 'null' } }, presence: true },
  'channel_data without a user_id': {
    answer: { status: 200, body: { ...grant, channel_data: '{"user_info":"CANARY"}' } },
    presence: true,
  },
  'a redirect to a page': { answer: 'redirect' },
  'a redirect that shows its status': { answer: { status: 302, headers: { Location: 'http://app.test/login' } } },
}

describe('an authorization that is refused', () => {
  for (const [what, { answer, presence }] of Object.entries(refusals))
    it(`9: ${what} is terminal, with a typed error and without the body`, async () => {
      const rig = await connected()
      rig.auth.reply = () => answer
      const errors: EchoError[] = []
      const channel = presence ? rig.echo.join('room') : rig.echo.private('room')
      channel.error((error) => errors.push(error))
      const ready = expect(channel.ready()).rejects.toBeInstanceOf(AuthError)
      await advance(600_000)
      await ready
      expect(rig.auth.requests).toHaveLength(1)
      expect(rig.received('pusher:subscribe')).toEqual([])
      expect(channel.status.get()).toBe('failed')
      expect(errors).toHaveLength(1)
      const [error] = errors
      expect(error).toBeInstanceOf(AuthError)
      expect(error).toMatchObject({ type: 'AuthError', retryable: false, channel: channel.name })
      expect(error?.hint).toMatch(/\w/)
      expect([error?.message, error?.hint, JSON.stringify(error), String(error?.cause)].join()).not.toContain('CANARY')
      expect(JSON.stringify(rig.trace)).not.toContain('CANARY')
      expect(rig.errors).toEqual([])
    })

  it('9: does not follow redirects, for their end would look like a failing network', async () => {
    const rig = await connected()
    rig.echo.private('orders')
    await advance(100)
    expect(rig.auth.last.init.redirect).toBe('manual')
  })

  it('9: a 403 has its own code, and says 403', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 403 })
    const channel = rig.echo.private('orders')
    const ready = expect(channel.ready()).rejects.toMatchObject({ code: 'auth-refused', status: 403 })
    await advance(10)
    await ready
  })

  it('9: an answer that makes no sense has its own code, and says 200', async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 200, body: '<html>' })
    const channel = rig.echo.private('orders')
    const ready = expect(channel.ready()).rejects.toMatchObject({ code: 'auth-invalid', status: 200 })
    await advance(10)
    await ready
  })

  it('9: is over when the channel is asked for again', async () => {
    const rig = await connected()
    rig.auth.next({ status: 403 })
    const channel = rig.echo.private('orders')
    await advance(100)
    expect(channel.status.get()).toBe('failed')
    rig.echo.private('orders')
    await advance(100)
    expect(channel.status.get()).toBe('joined')
  })

  it('9: does not ask again for every verb, nor twice while it is under way', async () => {
    const rig = await connected()
    rig.auth.next({ status: 403 })
    const channel = rig.echo.private('orders')
    await advance(100)
    channel.listen('Shipped', () => {}).stopListening('Shipped')
    await advance(100)
    expect(rig.auth.requests).toHaveLength(1)
    rig.auth.reply = () => ({ grant: true, after: 100 })
    rig.echo.private('orders')
    rig.echo.private('orders')
    channel.retry()
    await advance(1_000)
    expect(rig.auth.requests).toHaveLength(2)
    expect(rig.subscribes()).toEqual(['private-orders'])
  })

  it('9: an answer as text/html is judged by its content', async () => {
    const rig = await connected()
    rig.auth.reply = ({ socketId, channel }) => ({
      status: 200,
      body: JSON.stringify(rig.server.authorize(socketId, channel)),
      headers: { 'Content-Type': 'text/html' },
    })
    const channel = rig.echo.private('orders')
    await advance(100)
    expect(channel.status.get()).toBe('joined')
  })
})

describe('an authorizer of the application', () => {
  for (const [what, grant] of Object.entries({
    undefined,
    null: null,
    'a text': 'yes',
    'no auth': {},
  }))
    it(`9: that gives ${what} fails its channel`, async () => {
      const rig = await connected({ echo: { authorize: async () => grant as never } })
      const channel = rig.echo.private('orders')
      await expect(channel.ready()).rejects.toBeInstanceOf(AuthError)
      expect(rig.received('pusher:subscribe')).toEqual([])
    })

  it('9: that calls back twice is heard once', async () => {
    const rig = await connected({
      echo: {
        authorizer: (channel) => ({
          authorize: (socketId, callback) => {
            callback(null, rig.server.authorize(socketId, channel.name))
            callback(null, rig.server.authorize(socketId, channel.name))
            callback(new Error('too late'), null)
          },
        }),
      },
    })
    const failed = vi.fn()
    const channel = rig.echo.private('orders').error(failed)
    await advance(100)
    expect(channel.status.get()).toBe('joined')
    expect(rig.subscribes()).toEqual(['private-orders'])
    expect(failed).not.toHaveBeenCalled()
  })
})
