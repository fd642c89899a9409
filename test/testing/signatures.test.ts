import { PusherHttp, PusherServer, type PusherServerOptions } from 'antiphon/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RawClient } from './raw-client'
import { hmac, md5 } from './transcript'

// Pusher's published vectors; the presence one is recomputed, the documentation's belongs to another name.
const key = '278d425bdf160c739803'
const secret = '7ad3773142a6692b25b8'
const sign = (text: string) => hmac(secret, text)

describe('authorizations', () => {
  it.each([
    ['private-foobar', undefined, '58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4'],
    [
      'presence-foobar',
      { user_id: 10, user_info: { name: 'Mr. Channels' } },
      '31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80',
    ],
  ])('of %s are signed as Pusher publishes', (channel, member, signature) => {
    const server = new PusherServer({ key, sign })
    expect(server.authorize('1234.1234', channel, member).auth).toBe(`${key}:${signature}`)
  })

  it('are checked against the text of channel_data as it stands', () => {
    const server = new PusherServer({ key, sign })
    const client = new RawClient(server)
    client.texts()
    const channel_data = ' {"user_id" : "1"}'
    const auth = `${key}:${sign(`${client.socketId}:presence-a:${channel_data}`)}`
    client.send({ event: 'pusher:subscribe', data: { channel: 'presence-a', auth, channel_data } })
    expect(client.heard()[0]?.event).toBe('pusher_internal:subscription_succeeded')
  })
})

describe('signed requests', () => {
  const body = '{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}'
  const parameters = {
    auth_key: key,
    auth_timestamp: '1353088179',
    auth_version: '1.0',
    body_md5: 'ec365a775a4cd0599faeb73354201b6f',
    auth_signature: 'da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c',
  }
  const ask = (options: PusherServerOptions, changed: Record<string, string> = {}, text = body) => {
    const http = new PusherHttp(new PusherServer({ id: '3', key, sign, ...options }), md5)
    const query = new URLSearchParams({ ...parameters, ...changed })
    return http.answer({ method: 'POST', path: `/apps/3/events?${query}`, body: text }).status
  }

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_353_088_179_000 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('pass with the signature that Pusher publishes, in any order and case of the parameters', () => {
    for (const like of ['pusher', 'reverb', 'soketi'] as const) expect(ask({ like })).toBe(200)
    const http = new PusherHttp(new PusherServer({ id: '3', key, sign }), md5)
    const renamed = Object.entries(parameters).map(([name, value]) => [name.replace('version', 'VERSION'), value])
    const query = new URLSearchParams(renamed.reverse())
    expect(http.answer({ method: 'POST', path: `/apps/3/events?${query}`, body }).status).toBe(200)
  })

  const otherBody = body.replace('foo', 'bar')
  const other = { key: 'x', timestamp: '1353080000' }
  const signedWith = (changed: Record<string, string>) => {
    const { auth_signature: _, ...rest } = { ...parameters, ...changed }
    const pairs = Object.entries(rest).map(([name, value]) => `${name}=${value}`)
    return { ...changed, auth_signature: sign(`POST\n/apps/3/events\n${pairs.sort().join('&')}`) }
  }

  it.each<[string, Record<string, string>, string, pusher: number, reverb: number]>([
    ['no signature', { auth_signature: '' }, body, 401, 401],
    ['a signature that is too short', { auth_signature: parameters.auth_signature.slice(1) }, body, 401, 401],
    ['a signature with something behind it', { auth_signature: `${parameters.auth_signature}0` }, body, 401, 401],
    ['another body', {}, otherBody, 401, 401],
    ['another body and its digest', { body_md5: md5(otherBody) }, otherBody, 401, 401],
    ['the digest of another body, signed', signedWith({ body_md5: md5('x') }), body, 401, 401],
    ['another key, signed', signedWith({ auth_key: other.key }), body, 401, 200],
    ['an old timestamp, signed', signedWith({ auth_timestamp: other.timestamp }), body, 401, 200],
    ['no timestamp at all, signed', signedWith({ auth_timestamp: '' }), body, 401, 200],
    ['a timestamp that is no number, signed', signedWith({ auth_timestamp: 'now' }), body, 401, 200],
    ['one parameter more', { info: 'user_count' }, body, 401, 401],
  ])('with %s', (_what, changed, text, pusher, reverb) => {
    expect([ask({}, changed, text), ask({ like: 'reverb' }, changed, text)]).toEqual([pusher, reverb])
  })

  it('are in time up to 600 s either way', () => {
    for (const [seconds, status] of [
      [-600, 200],
      [600, 200],
      [-602, 401],
      [602, 401],
    ] as const) {
      vi.setSystemTime(1_353_088_179_000 + seconds * 1000)
      expect(ask({})).toBe(status)
    }
  })
})
