import { AuthError } from 'antiphon'
import { beforeEach, describe, expect, it } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

fakeTime()
let page: Page
beforeEach(() => {
  page = new Page()
})

describe('an authorization whose token has expired', () => {
  it('8: 401 reads the token anew and asks once more', async () => {
    const tokens = ['old', 'new']
    const rig = await connected({ echo: { bearerToken: () => tokens.shift() } })
    rig.auth.next({ status: 401, body: { message: 'Unauthenticated.' } })
    const channel = rig.echo.private('orders')
    await advance(1_000)
    expect(rig.auth.requests.map(({ headers }) => headers.get('Authorization'))).toEqual(['Bearer old', 'Bearer new'])
    expect(channel.status.get()).toBe('joined')
  })

  it('8: 419 reads the CSRF token anew and asks once more', async () => {
    page.csrfToken = 'old'
    const rig = await connected()
    rig.auth.reply = ({ headers }) => {
      page.csrfToken = 'new'
      return headers.get('X-CSRF-TOKEN') === 'new' ? 'grant' : { status: 419, body: '<html>' }
    }
    const channel = rig.echo.private('orders')
    await advance(1_000)
    expect(rig.auth.requests).toHaveLength(2)
    expect(channel.status.get()).toBe('joined')
  })

  it('8: 419 reads the cookie anew, URL-decoded', async () => {
    page.document.cookie = 'a=b; XSRF-TOKEN=old%3D; c=d'
    const rig = await connected()
    rig.auth.reply = ({ headers }) => {
      page.document.cookie = 'XSRF-TOKEN=new%3D'
      return headers.get('X-XSRF-TOKEN') === 'new=' ? 'grant' : { status: 419 }
    }
    const channel = rig.echo.private('orders')
    await advance(1_000)
    expect(rig.auth.requests[0]?.headers.get('X-XSRF-TOKEN')).toBe('old=')
    expect(channel.status.get()).toBe('joined')
  })

  for (const status of [401, 419])
    describe(`as ${status} says twice`, () => {
      const refused = async () => {
        const rig = await connected()
        rig.auth.reply = () => ({ status, body: { message: 'no' } })
        const errors: AuthError[] = []
        const channel = rig.echo.private('orders').error((error) => errors.push(error as AuthError))
        await advance(60_000)
        return { rig, channel, errors, auth: rig.auth, echo: rig.echo }
      }

      it(`8: ${status} is terminal for the channel, not for the connection`, async () => {
        const { channel, errors, auth, echo } = await refused()
        expect(auth.requests).toHaveLength(2)
        expect(channel.status.get()).toBe('failed')
        expect(errors.at(-1)).toBeInstanceOf(AuthError)
        expect(errors.at(-1)).toMatchObject({
          code: 'auth-expired',
          status,
          retryable: false,
          channel: 'private-orders',
        })
        expect(echo.connectionStatus()).toBe('connected')
        await expect(channel.ready()).rejects.toMatchObject({ status })
        await advance(600_000)
        expect(auth.requests).toHaveLength(2)
      })

      it(`8: ${status} is over with retry()`, async () => {
        const { channel, auth } = await refused()
        auth.reply = () => 'grant'
        channel.retry()
        await advance(100)
        expect(channel.status.get()).toBe('joined')
        expect(auth.requests).toHaveLength(3)
      })

      it(`8: ${status} is over when the channel is asked for again, and it is the same channel`, async () => {
        const { channel, auth, echo } = await refused()
        auth.reply = () => 'grant'
        expect(echo.private('orders')).toBe(channel)
        await advance(100)
        expect(channel.status.get()).toBe('joined')
      })

      it(`8: ${status} is over with a reconnection`, async () => {
        const { channel, auth, rig } = await refused()
        auth.reply = () => 'grant'
        await rig.reconnect()
        expect(channel.status.get()).toBe('joined')
      })

      it(`8: ${status} has its second try again after a reconnection`, async () => {
        const { channel, auth, rig } = await refused()
        auth.next({ status })
        auth.reply = () => 'grant'
        await rig.reconnect()
        await advance(1_000)
        expect(channel.status.get()).toBe('joined')
        expect(auth.requests).toHaveLength(4)
      })
    })
})
