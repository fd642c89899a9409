import type { EchoError } from 'antiphon'
import { useChannel, useConnectionStatus, useEcho, usePresence, useWhisper } from 'antiphon/vue'
import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { advance, fakeTime } from '../../support/clock'
import { connected } from '../../support/rig'
import { mount, run } from './stage'

fakeTime()

/** What a setup that must not succeed was answered. */
function refused(setup: () => unknown, rig?: Parameters<typeof run>[0]): EchoError {
  return run(rig, setup).errors[0] as EchoError
}

describe('a composable', () => {
  it.each<[string, () => unknown]>([
    ['useEcho', () => useEcho('orders.1')],
    ['usePresence', () => usePresence('room')],
    ['useConnectionStatus', () => useConnectionStatus()],
  ])('that finds no Echo says what to do: %s', (hook, setup) => {
    const error = refused(setup)
    expect(error.code).toBe('not-configured')
    expect(error.message).toMatch(/^Echo has not been configured/)
    for (const word of [hook, 'configureEcho()', 'app.use(echoPlugin, echo)']) expect(error.message).toContain(word)
    expect(() => effectScope().run(setup)).toThrow(error.message)
  })

  it.each([7, undefined, { name: 'orders.1' }])('takes no %s for a channel', async (name) => {
    const rig = await connected()
    for (const setup of [() => useEcho(name as never), () => useEcho(() => name as never)]) {
      const error = refused(setup, rig)
      expect([error.code, error.message]).toEqual([
        'invalid-channel',
        expect.stringMatching(/^useEcho: .*string.*null/),
      ])
    }
    expect(rig.subscribes()).toEqual([])
  })

  it('takes no visibility that there is none of', async () => {
    const rig = await connected()
    for (const [hook, setup] of Object.entries({
      useEcho: () => useEcho('a', [], () => {}, [], 'protected' as never),
      useChannel: () => useChannel('a', 'secret' as never),
      useWhisper: () => useWhisper('a', 'typing', 'privat' as never),
    })) {
      const error = refused(setup, rig)
      expect([error.code, error.message]).toEqual(['invalid-channel', expect.stringContaining(hook)])
      expect(error.message).toContain('public, private, presence, encrypted')
    }
  })

  it('leaves its channel when the name becomes none, tells the app, and goes on with the next', async () => {
    const rig = await connected()
    const name = ref<any>('orders.1')
    const page = run(rig, () => useEcho(name))
    await advance(50)
    name.value = undefined
    await nextTick()
    expect(page.errors).toMatchObject([{ code: 'invalid-channel', message: expect.stringContaining('useEcho') }])
    expect(page.result.status.value).toBe('left')
    name.value = ''
    await nextTick()
    expect(page.errors).toMatchObject([{}, { code: 'invalid-channel' }])
    name.value = 'orders.2'
    await advance(300)
    expect([page.result.status.value, page.result.channel().name]).toEqual(['joined', 'private-orders.2'])
    expect(rig.received('pusher:unsubscribe').map(({ data }) => data.channel)).toEqual(['private-orders.1'])
  })

  it.each([1, 2])(
    'leaves its channel while the name cannot be read, and tells the app; then comes user %s',
    async (id) => {
      const rig = await connected()
      const user = ref<{ id: number } | null>({ id: 1 })
      const page = run(rig, () => useEcho(() => `users.${user.value!.id}`))
      await advance(50)
      user.value = null
      await advance(300)
      expect(page.errors.map(String)).toEqual([expect.stringMatching(/^TypeError: .*null/)])
      expect([page.result.status.value, rig.server.channels()]).toEqual(['left', []])
      expect(() => page.result.channel()).toThrow(TypeError)
      user.value = { id }
      await advance(300)
      expect([page.result.status.value, page.result.channel().name]).toEqual(['joined', `private-users.${id}`])
      expect(page.errors).toHaveLength(1)
    },
  )

  it('leaves its channel when it is asked for in the moment in which the name cannot be read', async () => {
    const rig = await connected()
    const user = ref<{ id: number } | null>({ id: 1 })
    const { result, errors } = run(rig, () => useEcho(() => `users.${user.value!.id}`))
    await advance(50)
    user.value = null
    expect(() => result.channel()).toThrow(TypeError)
    expect(result.status.value).toBe('left')
    user.value = { id: 1 }
    await advance(300)
    expect([result.status.value, errors]).toEqual(['joined', []])
  })

  it('that fails takes no other component down', async () => {
    const rig = await connected()
    const heard = vi.fn()
    run(rig, () => useEcho('orders.1', 'OrderShipped', heard))
    refused(() => useEcho(7 as never), rig)
    mount({ setup: () => useEcho('orders.1', [undefined as never]) as never }, rig)
    await advance(50)
    rig.server.publish('private-orders.1', 'App\\Events\\OrderShipped', {})
    await advance(10)
    expect(heard).toHaveBeenCalledTimes(1)
  })
})
