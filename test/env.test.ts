import { Echo, EchoError, type EchoOptions, fromEnv } from 'antiphon'
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest'

const echos: Echo[] = []
afterEach(() => {
  for (const echo of echos.splice(0)) echo.disconnect()
})

/** As `php artisan install:broadcasting` writes them, and Vite hands them over. */
const vite = { BASE_URL: '/', MODE: 'production', DEV: false, PROD: true, SSR: false, VITE_APP_NAME: 'Laravel' }
const reverb = {
  ...vite,
  VITE_REVERB_APP_KEY: 'app-key',
  VITE_REVERB_HOST: 'ws.test',
  VITE_REVERB_PORT: '8080',
  VITE_REVERB_SCHEME: 'http',
}
const pusher = {
  ...vite,
  VITE_PUSHER_APP_KEY: 'pusher-key',
  VITE_PUSHER_HOST: '',
  VITE_PUSHER_PORT: '443',
  VITE_PUSHER_SCHEME: 'https',
  VITE_PUSHER_APP_CLUSTER: 'eu',
}
const ably = { ...vite, VITE_ABLY_PUBLIC_KEY: 'appId.keyId' }

describe('fromEnv', () => {
  it('reads what the installer wrote for Reverb', () => {
    expect(fromEnv(reverb)).toEqual({
      broadcaster: 'reverb',
      key: 'app-key',
      wsHost: 'ws.test',
      wsPort: '8080',
      wssPort: '8080',
      forceTLS: false,
      enabledTransports: ['ws', 'wss'],
    })
  })

  it('takes null for absent, as options do', () => {
    expect(fromEnv(reverb, 'reverb', { key: null, wsHost: null })).toMatchObject({ key: 'app-key', wsHost: 'ws.test' })
  })

  it('reads what it wrote for Pusher', () => {
    expect(fromEnv(pusher)).toEqual({
      broadcaster: 'pusher',
      key: 'pusher-key',
      cluster: 'eu',
      wsHost: undefined,
      wsPort: '443',
      wssPort: '443',
      forceTLS: true,
    })
  })

  it('reads what it wrote for Ably', () => {
    expect(fromEnv(ably)).toEqual({ broadcaster: 'ably', key: 'appId.keyId' })
  })

  it.each([
    [undefined, true],
    ['', true],
    ['https', true],
    ['http', false],
  ])('takes TLS for granted, unless the scheme is http: %j', (VITE_REVERB_SCHEME, forceTLS) => {
    expect(fromEnv({ ...reverb, VITE_REVERB_SCHEME })).toMatchObject({ forceTLS })
  })

  it('prefers Reverb to Pusher, and Pusher to Ably, but takes what it is told to', () => {
    const all = { ...ably, ...pusher, ...reverb }
    expect(fromEnv(all).broadcaster).toBe('reverb')
    expect(fromEnv({ ...ably, ...pusher }).broadcaster).toBe('pusher')
    expect(fromEnv(all, 'pusher').broadcaster).toBe('pusher')
    expect(fromEnv(all, 'ably').broadcaster).toBe('ably')
  })

  it('does not take an empty variable for one, as an older .env has them for Pusher', () => {
    const empty = { VITE_REVERB_APP_KEY: '', VITE_REVERB_HOST: '', VITE_PUSHER_HOST: '' }
    expect(fromEnv({ ...ably, ...empty }).broadcaster).toBe('ably')
  })

  it('takes the one that has a key, whatever else is left of another', () => {
    expect(fromEnv({ ...pusher, VITE_REVERB_HOST: 'ws.test', VITE_REVERB_PORT: '8080' }).broadcaster).toBe('pusher')
  })

  it.each<[string, object, Parameters<typeof fromEnv>[1]?]>([
    ['VITE_REVERB_APP_KEY', { ...reverb, VITE_REVERB_APP_KEY: undefined }],
    ['VITE_REVERB_APP_KEY', { ...reverb, VITE_REVERB_APP_KEY: '' }],
    ['VITE_REVERB_APP_KEY', pusher, 'reverb'],
    ['VITE_PUSHER_APP_KEY', { ...pusher, VITE_PUSHER_APP_KEY: '' }],
    ['VITE_PUSHER_APP_CLUSTER', { ...pusher, VITE_PUSHER_APP_CLUSTER: '' }],
    ['VITE_ABLY_PUBLIC_KEY', reverb, 'ably'],
    ['VITE_REVERB_APP_KEY or VITE_PUSHER_APP_KEY or VITE_ABLY_PUBLIC_KEY', vite],
    ['VITE_REVERB_APP_KEY or VITE_PUSHER_APP_KEY or VITE_ABLY_PUBLIC_KEY', {}],
  ])('names what is missing: %s', (name, env, broadcaster) => {
    const error = mistake(() => fromEnv(env, broadcaster))
    expect(error).toMatchObject({ code: 'invalid-option', message: expect.stringContaining(`${name} is missing`) })
    expect(error.message).toContain('.env')
  })

  it('needs no cluster for a server of one’s own', () => {
    expect(fromEnv({ ...pusher, VITE_PUSHER_HOST: 'soketi.test', VITE_PUSHER_APP_CLUSTER: '' })).toMatchObject({
      wsHost: 'soketi.test',
      cluster: undefined,
    })
  })

  it.each([
    [reverb, 'reverb'],
    [pusher, 'pusher'],
    [ably, 'ably'],
  ])('gives what new Echo takes', (env, broadcaster) => {
    const echo = new Echo(fromEnv(env))
    echos.push(echo)
    expect(echo.options.broadcaster).toBe(broadcaster)
    const more = new Echo({ ...fromEnv(env), bearerToken: 'token', autoConnect: false })
    echos.push(more)
    expect(more.connectionStatus()).toBe('disconnected')
  })

  it('is typed by the broadcaster that was named', () => {
    expectTypeOf(fromEnv(reverb, 'reverb')).toEqualTypeOf<EchoOptions<'reverb'>>()
    const echo = new Echo(fromEnv(reverb, 'reverb'))
    echos.push(echo)
    expectTypeOf(echo).toEqualTypeOf<Echo<'reverb'>>()
    // @ts-expect-error: its address is in no variable
    expect(mistake(() => fromEnv(reverb, 'socket.io')).code).toBe('unknown-broadcaster')
  })
})

function mistake(act: () => unknown): EchoError {
  try {
    act()
  } catch (error) {
    if (error instanceof EchoError) return error
    throw error
  }
  throw new Error('Nothing was missing.')
}
