import type { Echo } from 'antiphon'
import { useConnection, useEcho, usePresence, usePresenceChannel } from 'antiphon/svelte'
import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected } from '../../support/rig'
import { show } from './stage'

fakeTime()

/** What a hook throws while a component is made. */
function thrown(hook: () => unknown, echo?: Echo): unknown {
  let error: unknown
  show(() => {
    try {
      hook()
    } catch (told) {
      error = told
    }
    return () => ''
  }, echo)
  return error
}

describe('a hook says what is wrong, by its name', () => {
  it.each([
    ['useEcho', () => useEcho('orders')],
    ['usePresence', () => usePresence('chat')],
    ['useConnection', () => useConnection()],
  ])('%s, without an Echo', (hook, make) => {
    const fix = 'Call configureEcho() or setEcho(echo) first.'
    const error = { code: 'not-configured', message: `Echo has not been configured, and ${hook} needs it. ${fix}` }
    expect(thrown(make)).toMatchObject(error)
    expect(make).toThrow(expect.objectContaining(error))
  })

  it.each([
    ['number', 7],
    ['undefined', undefined],
    ['object', {}],
    ['number', () => 7],
  ])('a channel that is neither text nor null, but %s', async (type, name) => {
    const { echo } = await connected()
    expect(thrown(() => useEcho(name as never), echo)).toMatchObject({
      code: 'invalid-channel',
      message: `useEcho: a channel is a string, or null for none, not ${type}.`,
    })
  })

  it.each([
    ['useEcho', () => useEcho(null)],
    ['usePresenceChannel', () => usePresenceChannel(() => null)],
  ])('%s, for a channel while its name is null', async (hook, make) => {
    const { echo } = await connected()
    expect(thrown(() => make().channel(), echo)).toMatchObject({
      code: 'invalid-channel',
      message: `${hook}: there is no channel while its name is null. Ask status first.`,
    })
  })

  it('a channel that becomes neither, and goes on with the next', async () => {
    const { echo } = await connected()
    let name = $state<any>('orders')
    const part = show(() => {
      const orders = useEcho(() => name)
      return () => `${orders.status} ${orders.channel().name}`
    }, echo)
    name = 7
    expect(flushSync).toThrow('useEcho: a channel is a string, or null for none, not number.')
    await advance(300)
    expect(part.text).toBe('left private-orders')
    name = 'invoices'
    flushSync()
    await advance(100)
    expect(part.text).toBe('joined private-invoices')
  })

  it('a visibility that there is not', async () => {
    const { echo } = await connected()
    expect(thrown(() => useEcho('orders', [], () => {}, [], 'secret' as never), echo)).toMatchObject({
      code: 'invalid-channel',
      message: 'useEcho: no visibility is called secret, only public, private, presence, encrypted.',
    })
  })
})
