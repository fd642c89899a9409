import { createHmac } from 'node:crypto'
import { catchUp, Echo, type EchoError, type EchoOptions, events, inspect } from 'antiphon'
import { inMemoryWebSocket, PusherServer } from 'antiphon/testing'
import { AuthEndpoint } from '../support/auth-endpoint'
import { pages } from './pages'

/** Waits for what must come; there is no other measure of time here. */
async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`It did not come: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function check(what: string, holds: unknown): void {
  if (!holds) throw new Error(`It does not hold: ${what}`)
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value) {
    Object.freeze(value)
    for (const part of Object.values(value)) frozen(part)
  }
  return value
}

/** A bit of everything an application does. Rejects where something is not as it is on a friendly page. */
async function play(): Promise<void> {
  const sign = (message: string) => createHmac('sha256', 'app-secret').update(message).digest('hex')
  const server = new PusherServer({ like: 'pusher', sign })
  const auth = new AuthEndpoint(server)
  const uncaught: unknown[] = []
  const sockets: string[] = []
  let refuses = true
  const Reachable = inMemoryWebSocket(server)
  const options: EchoOptions<'pusher'> = {
    broadcaster: 'pusher',
    key: 'app-key',
    wsHost: 'ws.test',
    forceTLS: false,
    bearerToken: 'token',
    auth: { headers: { 'X-Team': 'blue' }, params: { tenant: '7' } },
    reconnect: { min: 10, max: 20 },
    linger: 0,
    autoConnect: true,
    // In a list of its own, which is frozen with the options.
    interceptorOrigins: ['http://app.test'],
    fetch: auth.fetch,
    WebSocket: class {
      constructor(url: string) {
        sockets.push(url)
        if (refuses) throw new DOMException('Forbidden by a policy', 'SecurityError')
        return new Reachable(url)
      }
    } as never,
    onError: (error) => uncaught.push(error),
  }
  const echo = new Echo(frozen(options))
  await until('a retry after the constructor has thrown', () => sockets.length > 1)
  check('the constructor’s error is reported', uncaught.splice(0).length > 0)
  refuses = false
  await until('connected', () => echo.connectionStatus() === 'connected')

  const heard: unknown[] = []
  const news = echo.channel('news').listen('.Said', (said: object) => heard.push(said))
  const abort = new AbortController()
  news.listen('.Said', () => heard.push('until aborted'), { signal: abort.signal })
  news.listen('.Said', () => heard.push('once'), { once: true })
  const told = () =>
    heard
      .splice(0)
      .map((item) => JSON.stringify(item))
      .join()
  const orders = echo.private('orders').listen('.Said', (said: object) => heard.push(said))
  const secret = echo.encryptedPrivate('pay').listen('.Said', (said: object) => heard.push(said))
  const here: unknown[] = []
  const room = echo.join('room').here((users: unknown[]) => here.push(...users))
  await Promise.all([news, orders, secret, room].map((channel) => channel.ready()))
  check('one private request goes out with what it must carry, and no more', headersOf(auth) === SENT)
  check('who is here', JSON.stringify(here) === '[{"name":"Ada"}]')
  check('only what is subscribed', server.channels().length === 4)

  server.publish('news', 'Said', { n: 1 })
  await until('an event', () => heard.length === 3)
  check('each listener once', told() === '{"n":1},"until aborted","once"')
  abort.abort()
  server.publish('news', 'Said', { n: 2 })
  server.publish('private-orders', 'Said', [3])
  server.publish(secret.name, 'Said', auth.encryption.seal(secret.name, { n: 4 }))
  await until('three events', () => heard.length === 3)
  check('in order', told() === '{"n":2},[3],{"n":4}')
  orders.whisper('typing', { name: 'Ada' })
  const frames = () => [...server.connections.values()].flatMap(({ received }) => received as { event: string }[])
  await until('a whisper', () => frames().some(({ event }) => event === 'client-typing'))

  const user = await echo.signin()
  check('the user', user.id === '1')
  const { pusher } = echo.connector
  pusher.channel('news').bind('Said', (said: unknown) => heard.push(said))
  pusher.connection.bind('state_change', () => {})

  auth.next({ status: 403 }, { status: 401 }, { status: 401 }, { status: 200, body: {} })
  const failures: EchoError[] = []
  for (const name of ['a', 'b', 'c']) {
    const refused = echo.private(name).error((error: EchoError) => failures.push(error))
    await until('a failure', () => refused.status.get() === 'failed')
    check('its channel', (failures.at(-1) as { channel?: string }).channel === `private-${name}`)
    refused.unsubscribe()
  }
  check('each by its name', failures.map(({ code }) => code).includes('auth-refused'))

  for (const junk of [
    '{}',
    '[]',
    '{"event":"pusher:error","data":{"code":4009,"message":"no"}}',
    '{"event":"x","data":5}',
  ])
    for (const connection of server.connections.values()) connection.sendRaw(junk)

  const gaps: unknown[] = []
  const loads: unknown[] = []
  orders.missed((gap) => gaps.push(gap))
  catchUp(news, (gap) => loads.push(gap))
  const lost = echo.socketId()
  server.drop()
  await until('another connection', () => !!echo.socketId() && echo.socketId() !== lost)
  await Promise.all([news, orders, secret, room].map((channel) => channel.ready()))
  await until('gaps', () => gaps.length === 1 && loads.length === 1)
  server.publish('news', 'Said', { n: 5 })
  await until('an event after it', () => heard.length === 2)
  check('once for each', told() === '{"n":5},{"n":5}')

  const loop = events(news, '.Said', {})
  const next = loop.next()
  await Promise.resolve()
  server.publish('news', 'Said', { n: 6 })
  check('an event to loop over', JSON.stringify((await next).value) === '{"n":6}')
  await loop.return()
  check('a picture', inspect(echo).channels.length === server.channels().length)
  check('JSON', JSON.stringify(echo).includes('connected'))

  auth.reply = () => 'never'
  const stuck = echo.private('stuck')
  await until('a request that is never answered', () => auth.busy === 1)
  stuck.unsubscribe()
  check('it ends with its channel', auth.busy === 0)
  echo.leaveAllChannels()
  echo.disconnect()
  check(`nobody threw ${String(uncaught[0])}`, !uncaught.length)
  server.close()
}

const SENT =
  '{"accept":"application/json","authorization":"Bearer token","content-type":"application/x-www-form-urlencoded","x-team":"blue"}'

function headersOf(auth: AuthEndpoint): string {
  const headers = [...auth.requests[0]!.headers].filter(([name]) => name !== 'x-requested-with')
  check('the parameters', auth.requests[0]!.fields.get('tenant') === '7')
  return JSON.stringify(Object.fromEntries(headers))
}

// Node loads its fetch when it is first used, and cannot on such a page.
await new Response('').text()
const restore = pages[process.argv[2] as keyof typeof pages]()
play().then(
  () => {
    restore()
    process.stdout.write('It holds.\n')
  },
  (error: unknown) => {
    restore()
    process.stdout.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    // What the scenario had begun goes on.
    process.exit(1)
  },
)
