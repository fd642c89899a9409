import { EchoError } from 'antiphon'
import { beforeEach, describe, expect, it } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, Rig, type RigOptions } from '../support/rig'

fakeTime()
let page: Page
beforeEach(() => {
  page = new Page()
})

/** The headers of the one authorization that was asked for. */
async function headersOf(options: RigOptions['echo']): Promise<Headers> {
  const rig = await connected({ echo: options ?? {} })
  rig.echo.private('room')
  await advance(100)
  return rig.auth.last.headers
}

/** Everything of an error that a log could show. */
function shown(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, stack, cause, hint } = error as EchoError
  return [message, stack, hint, JSON.stringify(error), Object.values(error).join(), cause && shown(cause)].join()
}

describe('what is sent to the auth endpoint', () => {
  it('goes there and nowhere else, and no redirect is followed', async () => {
    const rig = await connected({ echo: { authEndpoint: 'https://api.test/auth', bearerToken: 'token' } })
    rig.echo.private('room')
    await advance(100)
    expect(rig.auth.requests.map(({ url }) => url)).toEqual(['https://api.test/auth'])
    expect(rig.auth.last.init).toMatchObject({ method: 'POST', redirect: 'manual', credentials: 'same-origin' })
    expect(rig.auth.last.headers.get('Accept')).toContain('application/json')
    expect(rig.auth.last.headers.get('Content-Type')).toContain('application/x-www-form-urlencoded')
    expect([...rig.auth.last.fields.keys()].sort()).toEqual(['channel_name', 'socket_id'])
    expect(rig.sockets.map(({ url }) => new URL(url).host)).toEqual(['ws.test'])
    expect(rig.socket.url).not.toContain('token')
  })

  it('has the page’s CSRF token where the endpoint is the page’s own', async () => {
    page.csrfToken = 'from-meta'
    for (const authEndpoint of [undefined, '/auth', 'auth', 'http://app.test/auth'])
      expect((await headersOf({ authEndpoint })).get('X-CSRF-TOKEN')).toBe('from-meta')
  })

  for (const authEndpoint of [
    'https://api.test/auth',
    'https://app.test/auth',
    'http://app.test:8080/auth',
    '//other.test/auth',
    'http://app.test@other.test/auth',
    'http://app.test.other.test/auth',
  ])
    it(`has no CSRF token of the page for ${authEndpoint}`, async () => {
      page.csrfToken = 'from-meta'
      page.document.cookie = 'XSRF-TOKEN=from-cookie'
      const headers = await headersOf({ authEndpoint })
      expect(headers.get('X-CSRF-TOKEN')).toBeNull()
      expect(headers.get('X-XSRF-TOKEN')).toBeNull()
      expect(headers.get('X-Requested-With')).toBeNull()
    })

  it('has a CSRF token that was given by hand, also for another origin', async () => {
    const headers = await headersOf({ authEndpoint: 'https://api.test/auth', csrfToken: 'by-hand' })
    expect(headers.get('X-CSRF-TOKEN')).toBe('by-hand')
  })

  it('takes the CSRF token from the option, then Laravel’s object, then the meta tag, then the cookie', async () => {
    page.document.cookie = 'x=1; XSRF-TOKEN=a%2Fb%3D'
    expect((await headersOf({})).get('X-XSRF-TOKEN')).toBe('a/b=')
    page.csrfToken = 'meta'
    expect((await headersOf({})).get('X-CSRF-TOKEN')).toBe('meta')
    Object.assign(page.window, { Laravel: { csrfToken: 'laravel' } })
    expect((await headersOf({})).get('X-CSRF-TOKEN')).toBe('laravel')
    expect((await headersOf({ csrfToken: () => 'option' })).get('X-CSRF-TOKEN')).toBe('option')
  })

  it('survives a cookie that cannot be decoded', async () => {
    page.document.cookie = 'XSRF-TOKEN=%E0%A4%A'
    const rig = await connected()
    const channel = rig.echo.private('room')
    await advance(100)
    expect(channel.status.get()).toBe('joined')
  })

  for (const [what, echo] of Object.entries({
    bearerToken: { bearerToken: 'canary-2\r\nX-Evil: 1' },
    csrfToken: { csrfToken: 'canary-2\nX-Evil: 1' },
    'a header': { auth: { headers: { 'X-Team': 'canary-2\r\nX-Evil: 1' } } },
    'a header’s name': { auth: { headers: { 'X-Team: 1\r\nX-Evil': '1' } } },
  } as Record<string, RigOptions['echo']>))
    it(`with a line break in ${what} is not sent, and its channel is told`, async () => {
      const errors: EchoError[] = []
      const rig = new Rig({ echo: echo ?? {} })
      await advance(50)
      const channel = rig.echo.private('room').error((error) => errors.push(error))
      await advance(600_000)
      expect(rig.auth.requests).toEqual([])
      expect(channel.status.get()).toBe('failed')
      expect(errors).toHaveLength(1)
      expect(errors[0]).toBeInstanceOf(EchoError)
      expect(errors.map(shown).join()).not.toContain('canary-2')
    })
})

describe('what is sent to the server', () => {
  it('has the key encoded, so that it cannot leave its place', async () => {
    const rig = new Rig({ echo: { key: 'a/b?c=d#e&f g' } })
    await advance(10)
    const url = new URL(rig.socket.url)
    expect(url.host).toBe('ws.test')
    expect(url.pathname).toBe(`/app/${encodeURIComponent('a/b?c=d#e&f g')}`)
    expect(url.hash).toBe('')
    expect([...url.searchParams.keys()].sort()).toEqual(['client', 'flash', 'protocol', 'version'])
  })

  for (const wsHost of [
    'ws.test/path',
    'user:canary-2@ws.test',
    'ws.test?x',
    'ws.test#x',
    'http://ws.test',
    'a b',
    'ws.test\\x',
    '@ws.test',
    'ws.test:80@evil.test',
  ])
    it(`goes to no host like ${wsHost}`, () => {
      expect(() => new Rig({ echo: { wsHost } })).toThrow(EchoError)
      try {
        new Rig({ echo: { wsHost } })
      } catch (error) {
        expect(shown(error)).toContain('wsHost')
        expect(shown(error)).not.toContain('canary-2')
      }
    })
})
