import type { AuthError, Echo } from 'antiphon'
import { describe, expect, it } from 'vitest'
import { eventually, Gathering } from '../support/gathering'
import type { Member } from '../support/member'

declare const echo: Echo<'reverb'>
declare const tell: (what: string, value?: unknown) => void

const gathering = new Gathering()

const own = '/broadcasting/auth'

/** Asks for a channel, and notes its failures. */
const ask = ({ page }: Member, name: string) =>
  page.evaluate((channel) => {
    echo
      .private(channel)
      .subscribed(() => tell('joined'))
      .error(({ code, status, retryable, attempt }: AuthError) => tell('failed', { code, status, retryable, attempt }))
  }, name)

const outcomes = (exchanges: readonly { status: number }[]) => exchanges.map(({ status }) => status)

describe('what Laravel answers to those who may not listen', () => {
  it.each([
    ['whom the callback refuses', 'Cleo', 'orders.1'],
    ['to a channel of which routes/channels.php knows nothing', 'Ada', 'nothing.1'],
    ['to the channel of a model that does not exist', 'Ada', 'App.Models.Post.999999'],
  ])('is 403 in JSON, %s: the channel has failed, and is not asked for again', async (_, name, channel) => {
    const user = await gathering.connected(name)
    await ask(user, channel)
    await eventually(() => user.told('failed')).toEqual([
      { code: 'auth-refused', status: 403, retryable: false, attempt: 1 },
    ])
    const [asked, ...again] = await user.asked(own)
    expect(asked).toMatchObject({ status: 403, contentType: 'application/json' })
    expect(asked?.headers.accept).toBe('application/json')
    expect(JSON.parse(asked?.body ?? '')).toMatchObject({ message: '' })
    expect(again).toEqual([])
  })

  it('is 403 to a guest, who still hears public channels', async () => {
    const guest = await gathering.guest()
    await guest.connect()
    await ask(guest, 'orders.1')
    await eventually(() => guest.told('failed')).toMatchObject([{ code: 'auth-refused', status: 403 }])
    await guest.page.evaluate(() => echo.channel('reports').ready())
  })

  it('is 500 for a callback that throws: asked six times in all', async () => {
    const ada = await gathering.connected('Ada')
    await ask(ada, 'fails.1')
    await eventually(async () => (await ada.told('failed')).length).toBe(6)
    const told = await ada.told('failed')
    expect(told.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6])
    expect(told.map(({ retryable }) => retryable)).toEqual([true, true, true, true, true, false])
    expect(new Set(told.map(({ code, status }) => `${code} ${status}`))).toEqual(new Set(['auth-failed 500']))
    expect(outcomes(await ada.asked(own))).toEqual([500, 500, 500, 500, 500, 500])
  })

  it('is 401 in JSON to a guest behind the `auth` middleware, who is no person at a page', async () => {
    const guest = await gathering.guest()
    await guest.connect({ authEndpoint: '/guarded/auth' })
    await ask(guest, 'orders.1')
    await eventually(() => guest.told('failed')).toMatchObject([
      { code: 'auth-expired', status: 401, retryable: true },
      { code: 'auth-expired', status: 401, retryable: false },
    ])
    const asked = await guest.asked('/guarded/auth')
    expect(asked.map(({ status, body }) => [status, JSON.parse(body)])).toEqual([
      [401, { message: 'Unauthenticated.' }],
      [401, { message: 'Unauthenticated.' }],
    ])
  })

  it('is a redirect to the login page where the application asks for HTML: it is not followed', async () => {
    const guest = await gathering.guest()
    const headers = { Accept: 'text/html', 'X-Requested-With': 'fetch' }
    await guest.connect({ authEndpoint: '/guarded/auth', auth: { headers } })
    await ask(guest, 'orders.1')
    await eventually(() => guest.told('failed')).toMatchObject([
      { code: 'auth-invalid', status: 302, retryable: false },
    ])
    expect(await guest.asked('/login')).toEqual([])
  })
})

describe('on a route that asks for a CSRF token', () => {
  const strict = '/strict/auth'

  /** Logs out and in again as another tab does: the session has another token, and the page still the old one. */
  const outdate = ({ page }: Member) =>
    page.evaluate(async () => {
      const { axios } = window as any
      await axios.post('/logout')
      await axios.post('/login', { email: 'ada@example.com', password: 'password' })
    })

  it('the page’s token is accepted', async () => {
    const ada = await gathering.connected('Ada', { authEndpoint: strict })
    await ask(ada, 'orders.1')
    await eventually(() => ada.told('joined')).toHaveLength(1)
    const [asked] = await ada.asked(strict)
    expect(asked?.headers['x-csrf-token']).toMatch(/^\w{40}$/)
  })

  it('the XSRF-TOKEN cookie is accepted where the page has no token, because it is URL-decoded', async () => {
    const ada = await gathering.connected('Ada', { authEndpoint: strict })
    const cookie = await ada.page.evaluate(() => {
      document.querySelector('meta[name="csrf-token"]')?.remove()
      return /XSRF-TOKEN=([^;]*)/.exec(document.cookie)?.[1] ?? ''
    })
    await ask(ada, 'orders.1')
    await eventually(() => ada.told('joined')).toHaveLength(1)
    const [asked] = await ada.asked(strict)
    expect(cookie).toContain('%3D')
    expect(asked?.headers['x-xsrf-token']).toBe(decodeURIComponent(cookie))
    expect(asked?.headers).not.toHaveProperty('x-csrf-token')
  })

  it('a stale token is 419: read anew it is tried once more, and accepted if it was renewed', async () => {
    const ada = await gathering.connected('Ada', { authEndpoint: strict })
    await outdate(ada)
    await ada.page.evaluate(() => {
      const { axios } = window as any
      const renewed = async () => ({ 'X-CSRF-TOKEN': (await axios.get('/csrf-token')).data })
      let asked = 0
      // The page's token at first; from then on, what Laravel says it is.
      echo.options.auth = { headers: async () => (asked++ > 0 ? renewed() : {}) }
    })
    await ask(ada, 'orders.1')
    await eventually(() => ada.told('joined')).toHaveLength(1)
    expect(await ada.told('failed')).toEqual([{ code: 'auth-expired', status: 419, retryable: true, attempt: 1 }])
    expect(outcomes(await ada.asked(strict))).toEqual([419, 200])
  })

  it('a token that stays stale fails the channel, until the page has another and retries', async () => {
    const ada = await gathering.user('Ada')
    await outdate(ada)
    await ada.connect({ authEndpoint: strict })
    await ask(ada, 'orders.1')
    await eventually(() => ada.told('failed')).toEqual([
      { code: 'auth-expired', status: 419, retryable: true, attempt: 1 },
      { code: 'auth-expired', status: 419, retryable: false, attempt: 2 },
    ])
    const [refused] = await ada.asked(strict)
    expect(JSON.parse(refused?.body ?? '')).toMatchObject({ message: 'CSRF token mismatch.' })
    await ada.page.evaluate(async () => {
      const { data } = await (window as any).axios.get('/csrf-token')
      document.querySelector('meta[name="csrf-token"]')?.setAttribute('content', data)
      echo.private('orders.1').retry()
    })
    await eventually(() => ada.told('joined')).toHaveLength(1)
    expect(outcomes(await ada.asked(strict))).toEqual([419, 419, 200])
  })

  it('Laravel’s own route asks for none', async () => {
    const ada = await gathering.user('Ada')
    await outdate(ada)
    await ada.connect()
    await ask(ada, 'orders.1')
    await eventually(() => ada.told('joined')).toHaveLength(1)
  })
})
