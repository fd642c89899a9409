import type { Echo } from 'antiphon'
import {
  configureEcho,
  echo,
  echoIsConfigured,
  useConnection,
  useConnectionStatus,
  useEcho,
  useSocketId,
} from 'antiphon/svelte'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected, Rig } from '../../support/rig'
import { show } from './stage'

fakeTime()

describe('the connection', () => {
  it('is shown by its status, its socket id, and as a whole', async () => {
    const rig = new Rig()
    const part = show(() => {
      const [status, id, connection] = [useConnectionStatus(), useSocketId(), useConnection()]
      return () => [status(), id(), connection().status, connection().attempt].join(' ')
    }, rig.echo)
    expect(part.text).toBe('connecting  connecting 1')
    await advance(50)
    expect(part.text).toBe(`connected ${rig.echo.socketId()} connected 0`)
    rig.server.drop()
    await advance(1)
    expect(part.text).toMatch(/^reconnecting {2}reconnecting \d$/)
    rig.echo.disconnect()
    await advance(0)
    expect(part.text).toMatch(/^disconnected {2}disconnected/)
  })

  it('is read wherever there is no component', async () => {
    const { echo: instance } = await connected()
    configureEcho(optionsOf(instance))
    const status = useConnectionStatus()
    const parts = [show(() => status), show(() => status)]
    expect(parts.map(({ text }) => text)).toEqual(['connecting', 'connecting'])
    await advance(50)
    expect(parts.map(({ text }) => text)).toEqual(['connected', 'connected'])
    parts[0]!.remove()
    echo().disconnect()
    await advance(0)
    expect(parts[1]!.text).toBe('disconnected')
  })
})

describe('the default instance', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await connected()
    rig.echo.disconnect()
    configureEcho(optionsOf(rig.echo))
  })

  it('is replaced under the components that use it, which go on', async () => {
    const heard = vi.fn<(event: unknown) => void>()
    const part = show(() => {
      const orders = useEcho('orders', 'Shipped', heard)
      const id = useSocketId()
      return () => `${orders.status} ${id()}`
    })
    await advance(100)
    const before = echo()
    expect(part.text).toBe(`joined ${before.socketId()}`)
    configureEcho(optionsOf(rig.echo))
    await advance(100)
    expect(before.connectionStatus()).toBe('disconnected')
    expect(echo()).not.toBe(before)
    expect(part.text).toBe(`joined ${echo().socketId()}`)
    rig.server.publish('private-orders', 'App\\Events\\Shipped', {})
    await advance(10)
    expect(heard).toHaveBeenCalledOnce()
    expect(echoIsConfigured()).toBe(true)
    echo().disconnect()
  })

  it('is not used in components that have an Echo of their own', async () => {
    const own = await connected()
    const part = show(() => useSocketId(), own.echo)
    expect(part.text).toBe(own.echo.socketId())
    configureEcho(optionsOf(rig.echo))
    await advance(100)
    expect(part.text).toBe(own.echo.socketId())
  })
})

/** What another Echo on the same server is made of. */
function optionsOf({ options }: Echo) {
  return { ...options, broadcaster: 'reverb' } as Parameters<typeof configureEcho<'reverb'>>[0]
}
