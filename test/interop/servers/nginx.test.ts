import { Agent } from 'node:https'
import { Echo } from 'antiphon'
import { type RunningServer, serve } from 'antiphon/server'
import Pusher from 'pusher'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { documented } from './documented'
import { Nginx } from './nginx'

let running: RunningServer
let nginx: Nginx
const pages: Echo<'reverb'>[] = []

beforeAll(async () => {
  running = await serve({ port: 0, like: 'reverb', activityTimeout: 1 })
  nginx = await Nginx.start(documented('Behind nginx', 'nginx'), running.port)
})

afterEach(() => {
  for (const echo of pages.splice(0)) echo.disconnect()
})

afterAll(async () => {
  await nginx?.stop()
  await running?.close()
})

/** A client of Node's that takes the certificate as it is. */
class TrustingSocket extends WebSocket {
  constructor(url: string) {
    super(url, { rejectUnauthorized: false })
  }
}

async function page(): Promise<Echo<'reverb'>> {
  const echo = new Echo({
    broadcaster: 'reverb',
    key: 'app-key',
    wsHost: '127.0.0.1',
    wssPort: nginx.port,
    authorize: async ({ channel, socketId }) => running.server.authorize(socketId, channel),
    WebSocket: TrustingSocket as never,
    autoConnect: true,
  })
  pages.push(echo)
  await eventually(() => expect(echo.connectionStatus()).toBe('connected'))
  return echo
}

const eventually = (assertion: () => void) => vi.waitFor(assertion, { timeout: 60_000, interval: 20 })

/** The application, which publishes through nginx as well. */
const application = () => {
  const settings = { appId: 'app-id', key: 'app-key', secret: 'app-secret', host: '127.0.0.1' }
  return new Pusher({
    ...settings,
    port: String(nginx.port),
    useTLS: true,
    agent: new Agent({ rejectUnauthorized: false }),
  })
}

describe('the nginx of docs/servers.md', () => {
  it('passes on pages, and what the application publishes', async () => {
    const echo = await page()
    const heard: unknown[] = []
    await echo
      .private('orders.1')
      .listen('OrderShipped', (event) => heard.push(event))
      .ready()
    await application().trigger('private-orders.1', 'App\\Events\\OrderShipped', { id: 1 })
    await eventually(() => expect(heard).toEqual([{ id: 1 }]))
  })

  it('passes on whispers from page to page, up to the longest', async () => {
    const [ada, ben] = [await page(), await page()]
    const heard: string[] = []
    await ben
      .private('room')
      .listenForWhisper('typing', ({ text }) => heard.push(text))
      .ready()
    const text = 'x'.repeat(9_000)
    await ada.private('room').whisper('typing', { text }).ready()
    await eventually(() => expect(heard).toEqual([text]))
  })

  it('answers for a server that is away, and pages come back when it is there again', async () => {
    const echo = await page()
    const heard: unknown[] = []
    await echo
      .private('orders.1')
      .listen('OrderShipped', (event) => heard.push(event))
      .ready()
    const { port } = running
    await running.close('killed')
    await eventually(() => expect(echo.connection.get()).toMatchObject({ status: 'reconnecting' }))
    running = await serve({ port, like: 'reverb', activityTimeout: 1 })
    await eventually(() => expect(echo.private('orders.1').status.get()).toBe('joined'))
    running.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 2 })
    await eventually(() => expect(heard).toEqual([{ id: 2 }]))
  })
})
