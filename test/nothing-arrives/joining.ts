import { expect } from 'vitest'
import type { Answer } from '../support/auth-endpoint'
import { advance } from '../support/clock'
import { connected, type Rig, type RigOptions } from '../support/rig'
import type { Causes } from './cause'

/** What becomes of a private channel whose auth endpoint answers so. */
async function answered(answer: Answer, options: RigOptions = {}): Promise<{ rig: Rig; error: unknown }> {
  const rig = await connected(options)
  rig.auth.reply = () => answer
  const error = rig.echo
    .private('orders.1')
    .ready()
    .catch((reason: unknown) => reason)
  await advance(120_000)
  return { rig, error: await error }
}

const ada = { user_id: '1', user_info: { name: 'Ada' } }

export const joining: Causes = {
  'The application fails, and is asked again': async () => {
    const rig = await connected()
    rig.auth.reply = () => ({ status: 503 })
    const errors: unknown[] = []
    const channel = rig.echo.private('orders.1').error((error) => errors.push(error))
    await advance(60_000)
    expect(channel.status.get()).toBe('joining')
    expect(errors.length).toBeGreaterThan(2)
    expect(errors.at(-1)).toMatchObject({ code: 'auth-failed', status: 503, retryable: true })
  },

  'The server limits the rate': async () => {
    const rig = await connected({ server: { rateLimit: { frames: 60, per: 60_000 } } })
    const channels = Array.from({ length: 100 }, (_, index) => rig.echo.private(`orders.${index}`))
    const still = () => channels.filter(({ status }) => status.get() === 'joining').length
    await advance(30_000)
    expect(still()).toBeGreaterThan(20)
    await advance(300_000)
    expect(still()).toBe(0)
  },

  'The server refuses the name in silence': async () => {
    const rig = await connected()
    const channel = rig.echo.channel('privateer')
    await advance(15_000)
    expect(channel.status.get()).toBe('joining')
    const error = channel.ready().catch((reason: unknown) => reason)
    await advance(6_000)
    expect(await error).toMatchObject({ code: 'subscribe-timeout' })
  },

  'A member of the room has no user_info': async () => {
    const rig = await connected()
    rig.auth.user = { user_id: '7' }
    rig.echo.join('chat.1')
    await advance(100)
    const other = await connected({ on: rig.server })
    const room = other.echo.join('chat.1')
    await advance(5_000)
    expect(room.status.get()).toBe('joining')
    expect(other.connection.sent.at(-1)).toMatchObject({ event: 'pusher:error', data: expect.stringContaining('4200') })
  },

  'The callback in routes/channels.php says no': async () => {
    const { error } = await answered({ status: 403, body: { message: '' } })
    expect(error).toMatchObject({ code: 'auth-refused', status: 403 })
  },

  'The auth endpoint is not there': async () => {
    const { error } = await answered({ status: 404 })
    expect(error).toMatchObject({ code: 'auth-refused', status: 404 })
  },

  'The session or the CSRF token has ended': async () => {
    for (const status of [401, 419])
      expect((await answered({ status })).error).toMatchObject({ code: 'auth-expired', status })
  },

  'The auth endpoint leads to a login page': async () => {
    expect((await answered('redirect')).error).toMatchObject({ code: 'auth-invalid', status: 302 })
  },

  'The application broadcasts with log or null': async () => {
    expect((await answered({ status: 200, body: '' })).error).toMatchObject({ code: 'auth-invalid', status: 200 })
  },

  'The application signs with another secret': async () => {
    const auth = 'app-key:0000000000000000000000000000000000000000000000000000000000000000'
    const { error } = await answered({ status: 200, body: { auth } })
    expect(error).toMatchObject({ code: 'subscribe-refused', message: expect.stringContaining('4009') })
  },

  'The callback throws': async () => {
    const { rig, error } = await answered({ status: 500 })
    expect(error).toMatchObject({ code: 'auth-failed', status: 500, retryable: false })
    expect(rig.auth.requests).toHaveLength(6)
  },

  'The channel is encrypted, and there is no key': async () => {
    const rig = await connected()
    rig.auth.reply = ({ socketId, channel }) => ({ status: 200, body: rig.server.authorize(socketId, channel, ada) })
    const channel = rig.echo.encryptedPrivate('pay')
    const error = channel.ready().catch((reason: unknown) => reason)
    await advance(1_000)
    expect(await error).toMatchObject({ code: 'auth-invalid', message: expect.stringContaining('shared_secret') })
  },
}
