import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { Echo } from 'antiphon'
import { type RunningServer, serve } from 'antiphon/server'
import { WebSocket } from 'ws'

/** An application with one room, on a server of its own. */
export class Room {
  readonly #running: RunningServer
  readonly #guests = new Map<string, Echo>()
  /** While true, the application answers no authorization; and how many it was asked for. */
  silent = false
  asked = 0

  private constructor(running: RunningServer) {
    this.#running = running
  }

  /** Opens one; the server takes so many seconds of silence for a reason to ask (`activityTimeout`). */
  static async open(activityTimeout = 30): Promise<Room> {
    const running: RunningServer = await serve({
      port: 0,
      like: 'reverb',
      activityTimeout,
      fallback: (...exchange) => void room.#respond(...exchange),
    })
    const room = new Room(running)
    return room
  }

  async close(): Promise<void> {
    for (const guest of this.#guests.values()) guest.disconnect()
    await this.#running.close()
  }

  get server(): RunningServer['server'] {
    return this.#running.server
  }

  /** The page in which somebody of this name is in the room; `host`: what the browser knows this machine by. */
  page(name: string, host: string): string {
    return `http://${host}:${this.#running.port}/?${name}`
  }

  /** A page that has nothing to do with it. */
  get elsewhere(): string {
    return `${this.#running.url}/elsewhere`
  }

  /** Somebody who has no browser comes; resolves once they are in. */
  async enter(name: string): Promise<void> {
    const { host, port, url } = this.#running
    const echo = new Echo({
      broadcaster: 'reverb',
      key: 'app-key',
      wsHost: host,
      wsPort: port,
      forceTLS: false,
      authEndpoint: `${url}/broadcasting/auth`,
      auth: { headers: { 'X-Name': name } },
      WebSocket,
      autoConnect: true,
    })
    this.#guests.set(name, echo)
    await echo.join('room').ready()
  }

  /** A guest goes, and the server knows it at once. */
  leave(name: string): void {
    const guest = this.#guests.get(name)
    const connection = this.server.connections.get(guest?.socketId() ?? '')
    guest?.disconnect()
    connection?.drop()
  }

  /** Who is in the room, in alphabetical order. */
  members(): string[] {
    return this.server
      .members('presence-room')
      .map(({ id }) => String(id))
      .sort()
  }

  /** Says something to everybody in the room. */
  say(what: string): void {
    this.server.publish('presence-room', 'Said', { what })
  }

  async #respond(...[request, response]: Parameters<RequestListener>): Promise<void> {
    const [path = ''] = request.url?.split('?') ?? []
    if (path === '/broadcasting/auth') {
      this.asked++
      return this.silent ? undefined : void response.end(await this.#authorize(request))
    }
    const script = /^\/dist\/[\w.-]+\.js$/.test(path)
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html')
    response.end(script ? await readFile(new URL(`../..${path}`, import.meta.url)) : path === '/' ? page : elsewhere)
  }

  async #authorize(request: IncomingMessage): Promise<string> {
    const form = new URLSearchParams(await text(request))
    const [socketId, channel] = [form.get('socket_id') ?? '', form.get('channel_name') ?? '']
    const name = String(request.headers['x-name'])
    const member = channel.startsWith('presence-') ? { user_id: name, user_info: { name } } : undefined
    return JSON.stringify(this.server.authorize(socketId, channel, member))
  }
}

const elsewhere = '<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">'

const page = `<!doctype html>
<title>A room</title>
<link rel="icon" href="data:,">
<script type="module">
  import Echo from '/dist/index.js'

  const told = []
  const tell = (what, value) => told.push({ what, value, at: Date.now() })
  for (const type of ['pagehide', 'pageshow']) addEventListener(type, ({ persisted }) => tell(type, persisted))
  for (const type of ['online', 'offline']) addEventListener(type, () => tell('network', type))
  for (const type of ['freeze', 'resume']) document.addEventListener(type, () => tell('life', type))
  document.addEventListener('visibilitychange', () => tell('visibility', document.visibilityState))

  const start = () => new Echo({
    broadcaster: 'reverb',
    key: 'app-key',
    wsPort: location.port,
    forceTLS: false,
    auth: { headers: { 'X-Name': location.search.slice(1) } },
  })
  const echo = start()
  echo.connection.subscribe((state) => tell('state', state))
  const names = (users) => users.map(({ name }) => name).sort()
  const room = echo.join('room')
    .here((users) => tell('here', names(users)))
    .joining(({ name }) => tell('joining', name))
    .leaving(({ name }) => tell('leaving', name))
    .missed((gap) => tell('missed', gap))
    .error(({ code }) => tell('error', code))
    .listen('.Said', ({ what }) => tell('event', what))
  Object.assign(window, { start, echo, room, told })
</script>`
