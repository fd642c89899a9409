import { AuthError } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, Rig, type RigOptions } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

const boom = new Error('boom')
const throws = () => {
  throw boom
}
const rejects = async () => {
  await Promise.resolve()
  throw boom
}

describe('a hook of the application that throws', () => {
  for (const [how, bad] of Object.entries({ throws, rejects }))
    for (const [what, options] of Object.entries({
      bearerToken: { bearerToken: bad },
      csrfToken: { csrfToken: bad },
      'auth.headers': { auth: { headers: bad } },
      'auth.params': { auth: { params: bad } },
      headersProvider: { channelAuthorization: { endpoint: '/auth', headersProvider: bad } },
      authorize: { authorize: bad },
      authorizer: { authorizer: () => ({ authorize: bad }) },
      ...(bad === throws && { 'authorizer, when it is made': { authorizer: throws } }),
      customHandler: { channelAuthorization: { customHandler: bad } },
      fetch: { fetch: bad },
    } as Record<string, RigOptions['echo']>))
      it(`13: ${what} that ${how} is told to its channel, and the others live`, async () => {
        const rig = await connected({ echo: options ?? {} })
        const errors: unknown[] = []
        const channel = rig.echo.private('room').error((error) => errors.push(error))
        const heard = vi.fn()
        rig.echo.channel('news').on('any', heard)
        await advance(1_000)
        rig.server.publish('news', 'any', {})
        await advance(10)
        expect(heard).toHaveBeenCalledTimes(1)
        expect(channel.status.get()).not.toBe('joined')
        expect(errors[0]).toBeInstanceOf(AuthError)
        // A fetch that rejects is a network that fails.
        if (what !== 'fetch')
          expect([...rig.errors, ...rig.errors.map((error) => (error as Error).cause)]).toContain(boom)
        await rig.reconnect()
        expect(rig.echo.connectionStatus()).toBe('connected')
      })

  it('13: a token function may recover', async () => {
    let token = throws as () => string
    const rig = await connected({ echo: { bearerToken: () => token() } })
    const channel = rig.echo.private('room')
    await advance(1_000)
    token = () => 'fine'
    channel.retry()
    await advance(31_000)
    expect(channel.status.get()).toBe('joined')
  })

  it('13: a token function that never answers is given up like a request', async () => {
    let token: () => string | Promise<string> = () => new Promise<string>(() => {})
    const rig = await connected({ echo: { bearerToken: () => token() } })
    const failed = vi.fn()
    const channel = rig.echo.private('room').error(failed)
    await advance(10_050)
    expect(failed).toHaveBeenCalled()
    token = () => 'fine'
    await advance(1_000)
    expect(channel.status.get()).toBe('joined')
  })

  it('13: an authorizer that never answers is given up like a request', async () => {
    const rig = await connected({ echo: { authorize: () => new Promise(() => {}) } })
    const failed = vi.fn()
    rig.echo.private('room').error(failed)
    await advance(10_050)
    expect(failed).toHaveBeenCalled()
  })

  it('13: a trace is reported, and does not stop what it traces', async () => {
    const rig = await connected({ echo: { trace: throws } })
    const heard = vi.fn()
    rig.echo.channel('news').on('any', heard)
    rig.echo.private('room')
    await advance(100)
    rig.connection.sendRaw('junk')
    rig.server.publish('news', 'any', {})
    await rig.reconnect()
    expect(heard).toHaveBeenCalledTimes(1)
    expect(rig.errors.length).toBeGreaterThan(0)
    expect(new Set(rig.errors)).toEqual(new Set([boom]))
  })

  it('13: a WebSocket that cannot be made is tried again', async () => {
    let works = false
    const rig: Rig = new Rig({
      echo: {
        WebSocket: class {
          constructor(url: string) {
            if (!works) throw new DOMException('blocked', 'SecurityError')
            return Reflect.construct(Made, [url]) as object
          }
        } as never,
      },
    })
    const Made = rig.webSocket
    expect(rig.echo.connection.get()).toMatchObject({
      status: 'connecting',
      retryAt: expect.any(Number),
      error: { code: 'connection-lost' },
    })
    expect(rig.errors).toHaveLength(1)
    await advance(5_000)
    works = true
    await advance(5_000)
    expect(rig.echo.connectionStatus()).toBe('connected')
  })
})
