import { type Channel, Echo, type EchoOptions } from 'antiphon'
import type { PusherServer, ServerConnection } from 'antiphon/testing'
import Pusher from 'pusher-js'
import { expect, vi } from 'vitest'
import { AuthEndpoint, type User } from '../support/auth-endpoint'
import type { ClientName, Scenario } from './scenario'
import type { Place, Venue } from './venue'

// pusher-js puts itself into the page, where it would be taken for handed over.
Reflect.deleteProperty(window, 'Pusher')

/** How long anything may take, in milliseconds. */
const PATIENCE = 10_000

type Options = Partial<EchoOptions<'reverb'>>

export const ada: User = { user_id: '1', user_info: { name: 'Ada' } }
export const ben: User = { user_id: '2', user_info: { name: 'Ben' } }
export const cleo: User = { user_id: '3', user_info: { name: 'Cleo' } }

/** Waits until an assertion holds. */
export function eventually(assertion: () => void): Promise<void> {
  return vi.waitFor(assertion, { timeout: PATIENCE, interval: 10 })
}

/** Waits until these channels are joined; rejects where one has failed. */
export async function joined(...channels: Channel[]): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE)
  await Promise.all(channels.map((channel) => channel.ready(signal)))
}

/** One page of one user, with an Echo and an auth endpoint of its own. */
export class Visitor {
  readonly echo: Echo<'reverb'>
  readonly auth: AuthEndpoint
  readonly #place: Place
  #marks = 0

  constructor(place: Place, client: ClientName, user: User, options: Options) {
    this.#place = place
    this.auth = new AuthEndpoint(place.server)
    this.auth.user = user
    this.echo = new Echo({
      broadcaster: 'reverb',
      key: 'app-key',
      wsPort: place.port,
      forceTLS: false,
      enabledTransports: ['ws', 'wss'],
      reconnect: { min: 200, max: 1000 },
      ...place.authorizedBy(this.auth),
      ...(client === 'pusher-js' && { Pusher }),
      ...options,
    })
  }

  /** The server's end of this page's connection. */
  get connection(): ServerConnection {
    const connection = this.#place.server.connections.get(this.echo.socketId() ?? '')
    if (!connection) throw new Error('There is no connection.')
    return connection
  }

  /** The data of the frames that the server has heard on this connection, by event. */
  sent(event: string): any[] {
    const frames = this.connection.received as { event: string; data?: unknown }[]
    return frames.filter((frame) => frame.event === event).map(({ data }) => data)
  }

  async connected(): Promise<void> {
    await eventually(() => expect(this.echo.connectionStatus()).toBe('connected'))
  }

  /** Waits until everything that the server has sent so far is here: the order is kept. */
  async caughtUp(): Promise<void> {
    const { channel, release } = this.echo.lease('public', 'marks')
    const heard: unknown[] = []
    channel.listen('.Mark', (mark: unknown) => heard.push(mark))
    await joined(channel)
    const mark = ++this.#marks
    this.connection.send({ event: 'Mark', channel: 'marks', data: String(mark) })
    await eventually(() => expect(heard).toContain(mark))
    release()
  }
}

/** What a scenario plays on: a server, and as many pages as it likes. */
export class Stage {
  readonly client: ClientName
  /** What the applications' own listeners threw. A scenario takes out what it expects. */
  readonly errors: unknown[] = []
  readonly #place: Place
  readonly #host: string
  readonly #visitors: Visitor[] = []

  constructor(host: string, place: Place, client: ClientName) {
    this.#host = host
    this.#place = place
    this.client = client
  }

  get server(): PusherServer {
    return this.#place.server
  }

  /** Opens a page; its Echo is connecting. */
  visitor(user: User = ada, options: Options = {}): Visitor {
    const onError = (error: unknown) => this.errors.push(error)
    const visitor = new Visitor(this.#place, this.client, user, { wsHost: this.#host, onError, ...options })
    this.#visitors.push(visitor)
    return visitor
  }

  /** Opens a page and waits for its connection. */
  async connected(user?: User, options?: Options): Promise<Visitor> {
    const visitor = this.visitor(user, options)
    await visitor.connected()
    return visitor
  }

  /** Kills the server, and starts another one in its place. */
  async restart(): Promise<void> {
    await this.#place.restart()
  }

  leave(): void {
    for (const { echo } of this.#visitors) echo.disconnect()
  }
}

/** Plays one scenario; rejects where it does not hold. */
export async function play({ run, server }: Scenario, client: ClientName, venue: Venue): Promise<void> {
  const place = await venue.open({ like: 'reverb', ...server })
  const stage = new Stage(venue.host, place, client)
  try {
    await run(stage)
    expect(stage.errors, 'errors of listeners').toEqual([])
    expect(place.uncaught, 'uncaught exceptions').toEqual([])
  } finally {
    stage.leave()
    await place.close()
  }
}
