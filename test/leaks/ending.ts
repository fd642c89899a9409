import { setTimeout as sleep } from 'node:timers/promises'
import { catchUp, Echo, type EchoOptions } from 'antiphon'
import Pusher from 'pusher-js'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'

/** What befalls an application, and the options of its Echo. */
export type Story = readonly [name: string, options: object]

/** Those of an Echo on Node, where no page has a WebSocket. */
type Options = EchoOptions<'reverb'> & { readonly WebSocket: typeof WebSocket }

// Applications in a process of their own, which has to end by itself: `node ending.cjs <stories as JSON>`.
const told = JSON.parse(process.argv[2] ?? '[]') as Story[]

/** Resolves when the application is asked for an authorization, which goes on. */
function asking(): { readonly fetch: typeof fetch; readonly asked: Promise<void> } {
  let ask = () => {}
  const asked = new Promise<void>((resolve) => {
    ask = resolve
  })
  return { fetch: (...args) => (ask(), fetch(...args)), asked }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5)
}

async function whileAuthorized(options: Options, channel: (echo: Echo<any>) => unknown): Promise<void> {
  const { fetch, asked } = asking()
  const echo = new Echo({ ...options, fetch })
  channel(echo)
  await asked
  await sleep(20)
  echo.disconnect()
}

const stories: Record<string, (options: Options) => Promise<void>> = {
  async joined(options) {
    const echo = new Echo(options)
    await Promise.all([echo.channel('news').ready(), echo.private('orders').ready(), echo.join('room').ready()])
    echo.leave('orders')
    echo.lease('private', 'orders').release()
    echo.disconnect()
  },
  async connecting(options) {
    new Echo(options).disconnect()
  },
  async 'not greeted'(options) {
    const echo = new Echo(options)
    echo.channel('news')
    await sleep(200)
    echo.disconnect()
  },
  async retrying(options) {
    const echo = new Echo(away(options))
    await until(() => echo.connection.get().retryAt !== undefined)
    echo.disconnect()
  },
  authorizing: (options) => whileAuthorized(options, (echo) => echo.private('orders')),
  'authorizing in batches': (options) =>
    whileAuthorized({ ...options, auth: { batch: true } }, (echo) => echo.private('orders')),
  'signing in': (options) => whileAuthorized(options, (echo) => void echo.signin().catch(() => {})),
  async refused(options) {
    const echo = new Echo(options)
    await echo
      .private('orders')
      .ready()
      .catch(() => {})
    echo.disconnect()
  },
  async 'authorizing again'(options) {
    const echo = new Echo(options)
    await new Promise((resolve) => echo.private('orders').error(resolve))
    echo.disconnect()
  },
  async whispering(options) {
    const echo = new Echo(options)
    const room = echo.join('room')
    await room.ready()
    for (let i = 0; i < 30; i++) room.whisper(`typing-${i}`, {})
    echo.private('elsewhere').whisper('typing', {})
    echo.disconnect()
  },
  async 'telling a gap'(options) {
    const sockets: WebSocket[] = []
    const Recorded = function (url: string) {
      sockets.push(new WebSocket(url))
      return sockets.at(-1)
    } as unknown as typeof WebSocket
    const echo = new Echo({ ...options, WebSocket: Recorded })
    const room = echo.join('room').missed(() => {})
    catchUp(room, (_, signal) => sleep(60_000, undefined, { signal }), { initial: true, every: 1_000 })
    await room.ready()
    sockets[0]?.terminate()
    await until(() => echo.connectionStatus() === 'reconnecting')
    await until(() => room.status.get() === 'joined')
    echo.disconnect()
  },
  async 'leaving everything, then disconnecting'(options) {
    const echo = new Echo(options)
    await echo.private('orders').ready()
    echo.leaveAllChannels()
    echo.disconnect()
  },
  'pusher-js, joined': (options) => overPusherJs(options, true),
  'pusher-js, connecting': (options) => overPusherJs(options, false),
  'pusher-js, retrying': (options) => overPusherJs(away(options), false),
  'socket.io, connecting': (options) => overSocketIo(options, false),
  'socket.io, joined': (options) => overSocketIo(options, true),
}

/** The same, where no server is. */
function away(options: Options): Options {
  return { ...options, wsPort: 1 }
}

async function overPusherJs(options: Options, joins: boolean): Promise<void> {
  const echo = new Echo({ ...options, enabledTransports: ['ws'], Pusher })
  const channel = echo.private('orders')
  await (joins ? channel.ready() : sleep(100))
  echo.disconnect()
}

async function overSocketIo(options: Options, joins: boolean): Promise<void> {
  const echo = new Echo({ ...options, broadcaster: 'socket.io', client: io })
  const channel = echo.channel('orders')
  await (joins ? channel.ready() : sleep(100))
  echo.disconnect()
}

async function live([name, options]: Story): Promise<void> {
  const story = stories[name]
  if (!story) throw new Error(`There is no story called ${name}.`)
  await story({ WebSocket, autoConnect: true, ...options } as Options)
}

async function main(): Promise<void> {
  await Promise.all(told.map(live))
  // This keeps no process. If something else does for so long, it is said what.
  setTimeout(() => {
    process.stderr.write(process.getActiveResourcesInfo().join())
    process.exit(3)
  }, 5_000).unref()
}

void main()
