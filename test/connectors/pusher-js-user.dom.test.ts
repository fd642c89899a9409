import { Echo, type EchoOptions, type User } from 'antiphon'
import { PusherServer } from 'antiphon/testing'
import Pusher from 'pusher-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CROSSING, pageWebSocket } from './stage'

let server: PusherServer
let asked: number
const echoes: Echo[] = []

const options = { cluster: '', wsHost: 'localhost', wsPort: 80, forceTLS: false, enabledTransports: ['ws' as const] }

const handler = ({ socketId }: { socketId: string }, answer: (error: Error | null, user: any) => void) => {
  asked++
  answer(null, server.authenticate(socketId, { id: '1', user_info: { name: 'Ada' } }))
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new PusherServer()
  asked = 0
  vi.stubGlobal('WebSocket', pageWebSocket(server))
  localStorage.clear()
})

afterEach(() => {
  for (const echo of echoes.splice(0)) echo.disconnect()
  for (const pusher of Pusher.instances.splice(0)) pusher.disconnect()
  server.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const settle = (ms = CROSSING) => vi.advanceTimersByTimeAsync(ms)

async function connect(more: Partial<EchoOptions<'reverb'>> = {}): Promise<Echo<'reverb'>> {
  const echo = new Echo({
    broadcaster: 'reverb',
    key: 'app-key',
    Pusher,
    ...options,
    authorize: async ({ channel, socketId }) => server.authorize(socketId, channel),
    userAuthentication: { customHandler: handler },
    ...more,
  })
  echoes.push(echo)
  await settle()
  return echo
}

/** A sign-in whose code is loaded; `settled`: what came of it so far. */
async function begin(echo: Echo<any>): Promise<{ readonly settled: unknown }> {
  const outcome: { settled: unknown } = { settled: undefined }
  const settled = (result: unknown) => {
    outcome.settled = result
  }
  echo.signin().then(settled, settled)
  await vi.dynamicImportSettled()
  return outcome
}

/** What came of a sign-in after so many milliseconds. */
async function signin(echo: Echo<any>, after = CROSSING): Promise<unknown> {
  const outcome = await begin(echo)
  await settle(after)
  return outcome.settled
}

/** A pusher-js of the application's own. */
const instance = () =>
  new Pusher('app-key', {
    ...options,
    userAuthentication: { transport: 'ajax', endpoint: '', customHandler: handler },
  })

const sent = () =>
  [...server.connections.values()]
    .flatMap(({ received }) => received as { event: string }[])
    .filter(({ event }) => event === 'pusher:signin')

describe('a user behind a pusher-js of the application’s own', () => {
  it('is signed in by its settings, and hears what is for them', async () => {
    const client = instance()
    const echo = await connect({ client })
    const user = (await signin(echo)) as User
    expect([user.id, user.info]).toEqual(['1', { name: 'Ada' }])
    const heard: unknown[] = []
    const event = 'my_internal:event'
    user.listen(`.${event}`, (payload) => heard.push(payload))
    client.user.bind(event, (payload: unknown) => heard.push(['pusher-js', payload]))
    server.publish('#server-to-user-1', event, { a: 1 })
    await settle()
    expect(heard).toEqual([{ a: 1 }, ['pusher-js', { a: 1 }]])
  })

  it('may have been signed in before', async () => {
    const client = instance()
    client.signin()
    const echo = await connect({ client })
    const user = (await signin(echo)) as User
    expect([user.id, user.info, asked]).toEqual(['1', { name: 'Ada' }, 1])
    const heard: unknown[] = []
    user.listen('.e', (event) => heard.push(event))
    server.publish('#server-to-user-1', 'e', { a: 1 })
    await settle()
    expect(heard).toEqual([{ a: 1 }])
  })

  it('that it could not sign in before is asked for again', async () => {
    let refuse = true
    const client = new Pusher('app-key', {
      ...options,
      userAuthentication: {
        transport: 'ajax',
        endpoint: '',
        customHandler: (request, answer) => (refuse ? answer(new Error('no'), null) : handler(request, answer)),
      },
    })
    client.signin()
    const echo = await connect({ client })
    expect(await signin(echo)).toMatchObject({ type: 'AuthError', code: 'auth-failed' })
    refuse = false
    expect(await signin(echo)).toMatchObject({ id: '1' })
  })

  it('is not signed in by one that is too old', async () => {
    const client = instance()
    Object.defineProperty(client, 'user', { value: undefined })
    expect(await signin(await connect({ client }))).toMatchObject({ code: 'not-supported' })
    client.disconnect()
  })
})

describe('a sign-in through pusher-js', () => {
  it('that the server does not answer is given up after 10 s, and can be asked for again', async () => {
    const echo = await connect()
    const [connection] = server.connections.values()
    const deaf = vi.spyOn(connection!, 'receive').mockImplementation(() => {})
    expect(await signin(echo, 9_900)).toBe(undefined)
    await settle(200)
    deaf.mockRestore()
    expect(await signin(echo)).toMatchObject({ id: '1' })
    expect(asked).toBe(2)
  })

  it('is not refused by an error that is about a channel', async () => {
    const echo = await connect()
    const [connection] = server.connections.values()
    vi.spyOn(connection!, 'receive').mockImplementation(() => {})
    echo.private('orders')
    const refuse = async (code: number) => {
      connection!.send({ event: 'pusher:error', data: { code, message: 'No' } })
      await settle()
    }
    const outcome = await begin(echo)
    await settle()
    await refuse(4009)
    echo.leave('orders')
    await refuse(4301)
    expect(outcome.settled).toBe(undefined)
    await refuse(4009)
    expect(outcome.settled).toMatchObject({ code: 'subscribe-refused' })
  })

  it('drops an answer that comes when its connection is gone', async () => {
    const late: (() => void)[] = []
    const echo = await connect({
      userAuthentication: {
        customHandler: (request, answer) => {
          const grant = server.authenticate(request.socketId, { id: '1' })
          if (late.push(() => answer(null, grant)) > 1) answer(null, grant)
        },
      },
    })
    const outcome = await begin(echo)
    await settle()
    server.drop()
    await settle(3_000)
    late[0]?.()
    await settle()
    expect(outcome.settled).toMatchObject({ id: '1' })
    expect(sent()).toHaveLength(1)
  })

  it('that was lost under way is not given up by the clock of the lost one', async () => {
    const echo = await connect()
    const [connection] = server.connections.values()
    vi.spyOn(connection!, 'receive').mockImplementation(() => {})
    const outcome = await begin(echo)
    await settle(8_000)
    server.drop()
    await settle(1_900)
    const user = outcome.settled as User
    expect(user.id).toBe('1')
    await settle(20_000)
    expect(user.channel.status.get()).toBe('joined')
  })

  it('that has succeeded is not refused by what comes later', async () => {
    const echo = await connect()
    const user = (await signin(echo)) as User
    const [connection] = server.connections.values()
    for (const code of [4200, 4009]) connection!.send({ event: 'pusher:error', data: { code, message: 'No' } })
    await settle()
    expect(user.channel.status.get()).toBe('joined')
  })

  it('of a user who is gone leaves pusher-js signed out', async () => {
    const echo = await connect()
    await signin(echo)
    echo.disconnect()
    await settle()
    echo.connect()
    await settle()
    expect(echo.connectionStatus()).toBe('connected')
    expect(asked).toBe(1)
  })
})
