import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, chance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

describe('an error before the greeting', () => {
  it('6: 4009 for the origin, left open by a Reverb, is terminal, and we close', async () => {
    const rig = new Rig({ server: { allowedOrigins: ['other.test'] } })
    await advance(60_000)
    expect(rig.attempts).toHaveLength(1)
    expect(rig.echo.connection.get()).toMatchObject({ status: 'failed', error: { closeCode: 4009 } })
    expect(rig.echo.connection.get().error?.message).toContain('Origin not allowed')
    expect(rig.server.connections.size).toBe(0)
  })

  it('6: 4004 for the quota, left open by a Reverb, is slow, and we close', async () => {
    const rig = new Rig({ server: { maxConnections: 0 } })
    chance(0)
    await advance(5_000)
    expect(rig.echo.connectionStatus()).toBe('connecting')
    expect(rig.server.connections.size).toBe(0)
    await advance(6_000)
    expect(rig.attempts).toHaveLength(2)
  })

  const frames: [string, unknown, 'failed' | 'retried'][] = [
    ['as an object', { event: 'pusher:error', data: { code: 4001, message: 'no' } }, 'failed'],
    ['as a text', { event: 'pusher:error', data: '{"code":4003,"message":"no"}' }, 'failed'],
    ['with a code as text', { event: 'pusher:error', data: { code: '4001', message: 'no' } }, 'retried'],
    ['without a code', { event: 'pusher:error', data: { message: 'no' } }, 'retried'],
    ['with the code null', { event: 'pusher:error', data: { code: null, message: 'no' } }, 'retried'],
    ['with the code 1000', { event: 'pusher:error', data: { code: 1000, message: 'no' } }, 'retried'],
    ['without data', { event: 'pusher:error' }, 'retried'],
    ['with data null', { event: 'pusher:error', data: null }, 'retried'],
    [
      'with a message that is none',
      { event: 'pusher:error', data: { code: 4001, message: { toString: 1 } } },
      'failed',
    ],
  ]
  for (const [what, frame, outcome] of frames)
    it(`6: comes ${what}, and the connection is ${outcome}`, async () => {
      const rig = new Rig()
      rig.server.faults.greeting = { junk: JSON.stringify(frame) }
      await advance(50)
      expect(rig.server.connections.size).toBe(0)
      const error = outcome === 'failed' ? 'connection-refused' : 'connection-lost'
      if (what !== 'with a code as text') expect(rig.echo.connection.get().error?.code).toBe(error)
      rig.server.faults.clear()
      await advance(20_000)
      // A code as text may be read as a number or not, but it may not hang.
      if (what === 'with a code as text') expect(['failed', 'connected']).toContain(rig.echo.connectionStatus())
      else expect(rig.echo.connectionStatus()).toBe(outcome === 'failed' ? 'failed' : 'connected')
      expect(rig.attempts.length).toBeLessThanOrEqual(3)
    })
})

describe('an error after the greeting', () => {
  for (const code of [4000, 4001, 4004, 4009, 4100, 4200, 4201, 4301, null, undefined, 'x'])
    it(`6: says ${code} and changes nothing`, async () => {
      const rig = await connected()
      const heard = vi.fn()
      rig.echo.channel('news').on('any', heard)
      await advance(50)
      for (const data of [{ code, message: 'no' }, JSON.stringify({ code, message: 'no' })])
        rig.connection.send({ event: 'pusher:error', data })
      await advance(5_000)
      expect(rig.attempts).toHaveLength(1)
      rig.server.publish('news', 'any', {})
      await advance(10)
      expect(heard).toHaveBeenCalledTimes(1)
    })
})
