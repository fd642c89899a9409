import { createHmac } from 'node:crypto'
import { Echo } from 'antiphon'
import { PusherServer } from 'antiphon/testing'
import { vi } from 'vitest'
import { type Answer, AuthEndpoint } from '../support/auth-endpoint'
import { advance, randomFrom, sleep } from '../support/clock'
import { Page } from '../support/page'
import { RawClient } from '../testing/raw-client'
import { type Client, ownSocket } from './clients'
import { Handle, type Watched } from './handles'
import { watchedSocket } from './socket'
import type { AuthMood, Manner, Step } from './steps'

const CHANNELS = ['news', 'private-a', 'private-b', 'presence-room', 'presence-hall']
const EVENTS = ['First', 'Second']
const ME = 'me'

/** What the server sends that comes to listeners. */
interface Delivery {
  readonly n: number
  readonly listeners: readonly Watched[]
  readonly called: Watched[]
}

/** An application on a bad network, and a model of what it must see. */
export class World {
  /** What was seen that must not be. */
  readonly violations: string[] = []
  readonly #client: Client
  readonly #random: () => number
  readonly #server: PusherServer
  readonly #auth: AuthEndpoint
  readonly #page = new Page()
  readonly #echo: Echo<'reverb'>
  readonly #handles: Handle[] = []
  readonly #peers = new Map<number, RawClient>()
  /** Whispers that were neither sent nor dropped so far, and whose they are. */
  readonly #whispers = new Map<number, Handle>()
  readonly #sent = new Map<number, number>()
  /** What was asked of the server on each socket: a second time would be one too many. */
  readonly #asked = new WeakMap<object, Set<string>>()
  #socket: object | undefined
  #mood: AuthMood = 'fine'
  #delivery: Delivery | undefined
  #count = 0
  #thrown = 0
  #reported = 0

  constructor(seed: number, client: Client = ownSocket) {
    this.#client = client
    this.#random = randomFrom(seed)
    const sign = (message: string) => createHmac('sha256', 'app-secret').update(message).digest('hex')
    this.#server = new PusherServer({ like: 'reverb', sign, random: randomFrom(seed + 1) })
    this.#auth = new AuthEndpoint(this.#server)
    this.#auth.user = { user_id: ME, user_info: { id: ME } }
    this.#auth.reply = () => this.#answer()
    const WebSocket = watchedSocket(this.#server, {
      opened: (socket) => {
        this.#socket = socket
        this.#asked.set(socket, new Set())
      },
      deliver: (text, act) => this.#deliver(text, act),
      heard: (socket, text) => this.#heard(socket, parse(text)),
      say: (socket, text) => this.#say(socket, parse(text)),
      closed: (socket) => {
        if (socket === this.#socket && this.#echo.connectionStatus() === 'connected')
          this.#complain('connected, though its socket is closed')
      },
    })
    this.#echo = new Echo({
      broadcaster: 'reverb',
      key: 'app-key',
      wsHost: 'ws.test',
      forceTLS: false,
      fetch: this.#auth.fetch,
      onError: (error) => this.#report(error),
      ...client.options(this.#page, WebSocket),
    })
    this.#echo.connection.subscribe(({ status, socketId }) => {
      if ((status === 'connected') !== (socketId !== undefined)) this.#complain(`${status} with socket id ${socketId}`)
    })
  }

  /** Lets one thing happen and looks whether everything is as it must be. */
  async perform(step: Step): Promise<void> {
    await this.#act(step)
    this.#check()
  }

  /** Ends every fault; within two minutes everything must be right again. */
  async settle(): Promise<void> {
    this.#server.faults.clear()
    this.#mood = 'fine'
    this.#page.online()
    // What is late has still to come.
    await advance(20_000)
    this.#echo.connect()
    await advance(70_000)
    for (const { channel } of this.#alive()) channel.retry()
    await advance(30_000)
    this.#check()
    if (this.#echo.connectionStatus() !== 'connected') this.#complain(`at the end ${this.#echo.connectionStatus()}`)
    const held = new Set(this.#alive().map(({ wire }) => wire))
    for (const { wire, channel } of this.#alive())
      if (channel.status.get() !== 'joined') this.#complain(`at the end ${wire} is ${channel.status.get()}`)
    const mine = this.#server.connections.get(this.#echo.socketId() ?? '')
    for (const name of CHANNELS) {
      const peers = [...this.#peers.values()].filter((peer) => isIn(peer, name)).length
      const { subscriptions = 0 } = this.#server.channels().find((channel) => channel.name === name) ?? {}
      if (mine && subscriptions !== peers + (held.has(name) ? 1 : 0))
        this.#complain(`at the end ${name} has ${subscriptions} subscriptions, ${peers} of peers`)
    }
    // Somebody may be leaving at this very moment.
    if (this.#misled().length) await advance(100)
    for (const what of this.#misled()) this.#complain(what)
    for (const name of CHANNELS) for (const event of EVENTS) this.#publish(name, event)
    await advance(100)
    for (const [n, times] of this.#sent) if (times > 1) this.#complain(`whisper ${n} was sent ${times} times`)
    for (const [n, { alive }] of this.#whispers)
      if (alive && !this.#client.forgets && !this.#sent.has(n))
        this.#complain(`whisper ${n} was neither sent nor dropped`)
  }

  /** The presence channels that show others than those who are there. */
  #misled(): string[] {
    return this.#alive().flatMap(({ wire, channel }) => {
      if (!('presence' in channel)) return []
      const { members } = (channel as ReturnType<Echo['join']>).presence.get()
      const shown = members.map(({ id }) => id).sort()
      const real = this.#server
        .members(wire)
        .map(({ id }) => String(id))
        .sort()
      return shown.join() === real.join()
        ? []
        : [`at the end ${wire} shows ${shown.join()}, but ${real.join()} are there`]
    })
  }

  /** Ends it all; nothing may be left. */
  end(): void {
    this.#echo.disconnect()
    if (this.#page.listeners) this.#complain(`${this.#page.listeners} listeners of the page are left`)
    this.#server.close()
    if (this.#auth.busiest > 6) this.#complain(`${this.#auth.busiest} authorizations at once`)
    if (this.#thrown !== this.#reported) this.#complain(`${this.#thrown} thrown, ${this.#reported} reported`)
  }

  async #act(step: Step): Promise<void> {
    const faults = this.#server.faults
    switch (step.do) {
      case 'wait':
        return advance(step.milliseconds)
      case 'hold':
        return this.#hold(pick(CHANNELS, step.channel), step.leased)
      case 'let go':
        return pick(this.#alive(), step.handle)?.end()
      case 'retry':
        return void pick(this.#alive(), step.handle)?.channel.retry()
      case 'whisper':
        return this.#whisper(pick(this.#alive(), step.handle))
      case 'listen':
        return this.#listen(pick(this.#alive(), step.handle), pick(EVENTS, step.event), step.manner)
      case 'stop listening':
        return this.#stop(pick(this.#listeners(), step.handle))
      case 'publish':
        return this.#publish(pick(CHANNELS, step.channel), pick(EVENTS, step.event))
      case 'arrive':
        return this.#arrive(step.peer % 4)
      case 'depart':
        return this.#peers.get(step.peer % 4)?.connection.closed()
      case 'cut':
        return this.#server.connections.get(this.#echo.socketId() ?? '')?.drop()
      case 'restart':
        return this.#server.drop()
      case 'close':
        return this.#server.connections.get(this.#echo.socketId() ?? '')?.close(step.code)
      case 'refuse':
        return faults.refuse(step.count, step.code)
      case 'mute':
        faults.withholdPong = true
        return
      case 'heal':
        return faults.clear()
      case 'delay':
        faults.delay = step.milliseconds
        return
      case 'greet':
        faults.greeting = step.how === 'junk' ? { junk: '{"event":"pusher:connection_established"}' } : step.how
        return
      case 'disturb':
        return faults.disturbSubscribe(step.how === 'delay' ? { delay: 4000 } : step.how, step.count)
      case 'vanish': {
        const connection = this.#server.connections.get(this.#echo.socketId() ?? '')
        faults.offline = true
        await advance(step.milliseconds)
        faults.offline = false
        // What vanished is lost, and a connection that has lost something does not go on.
        return connection?.drop()
      }
      case 'sleep':
        for (const handle of this.#handles) if (handle.due) handle.due += step.milliseconds
        return sleep(step.milliseconds)
      case 'offline':
        return this.#page.offline()
      case 'online':
        return this.#page.online()
      case 'connect':
        return this.#echo.connect()
      case 'disconnect':
        this.#echo.disconnect()
        if (this.#page.listeners) this.#complain('disconnect() left listeners on the page')
        return
      case 'auth':
        this.#mood = step.mood
        return
      case 'junk':
        return this.#server.connections.get(this.#echo.socketId() ?? '')?.sendRaw(step.text)
    }
  }

  #hold(name: string, leased: boolean): void {
    const handle = new Handle(this.#echo, name, leased, (what) => this.#complain(what))
    if (this.#alive().some(({ channel }) => channel === handle.channel)) return
    this.#handles.push(handle)
    handle.follow()
    handle.channel.error((error) => {
      const [, n] = /w(\d+) on/.exec(error.message) ?? []
      if (error.code === 'whisper-dropped' && n) this.#whispers.delete(Number(n))
    })
  }

  #listen(handle: Handle | undefined, event: string, manner: Manner): void {
    if (!handle) return
    const watched: Watched = {
      id: this.#count++,
      event: `App\\Events\\${event}`,
      manner,
      handle,
      alive: true,
      call: ({ n }) => this.#called(watched, n),
    }
    handle.listeners.push(watched)
    handle.channel.listen(event as never, watched.call, { once: manner === 'once' })
  }

  #stop(watched: Watched | undefined): void {
    if (!watched?.alive) return
    watched.alive = false
    watched.handle.channel.on(watched.event, () => {}).stopListening(`.${watched.event}` as never, watched.call)
  }

  #called(watched: Watched, n: number): void {
    const { manner, handle, event } = watched
    const delivery = this.#delivery
    const name = `listener ${watched.id} of ${handle.wire} ${event}`
    if (!delivery) return this.#complain(`${name} was called without a frame`)
    if (n !== delivery.n) this.#complain(`${name} was told ${n}, not ${delivery.n}`)
    if (!watched.alive) this.#complain(`${name} was called after its end`)
    if (!delivery.listeners.includes(watched)) this.#complain(`${name} was not to be called`)
    if (delivery.called.some(({ id }) => id >= watched.id)) this.#complain(`${name} was called out of turn`)
    delivery.called.push(watched)
    if (manner === 'once') watched.alive = false
    if (manner === 'leaves') handle.end()
    if (manner === 'removes') this.#stop(pick(this.#listeners(), n))
    if (manner === 'adds') this.#listen(handle, 'First', 'once')
    if (manner !== 'throws') return
    this.#thrown++
    throw new Error('on purpose')
  }

  #whisper(handle: Handle | undefined): void {
    if (!handle || handle.wire === 'news') return
    const n = this.#count++
    this.#whispers.set(n, handle)
    handle.channel.whisper(`w${n}` as never, { n } as never)
  }

  #publish(channel: string, event: string): void {
    this.#server.publish(channel, `App\\Events\\${event}`, { n: this.#count++ })
  }

  #arrive(peer: number): void {
    if (this.#server.offline || this.#peers.get(peer)?.connection.open) return
    const greeting = this.#server.faults.greeting
    this.#server.faults.greeting = 'proper'
    const client = new RawClient(this.#server)
    this.#server.faults.greeting = greeting
    // Two of them are one user in two tabs.
    const id = `peer ${peer >> 1}`
    for (const room of CHANNELS.filter(peerRoom)) {
      const authorization = this.#server.authorize(client.socketId, room, { user_id: id, user_info: { id } })
      client.send({ event: 'pusher:subscribe', data: { channel: room, ...authorization } })
    }
    if (client.connection.open) this.#peers.set(peer, client)
  }

  #answer(): Answer {
    const chance = this.#random()
    const after = Math.floor(this.#random() * 400)
    switch (this.#mood) {
      case 'fine':
        return { grant: true, after }
      case 'slow':
        return { grant: true, after: after * 30 }
      case 'deaf':
        return { grant: true, after: after * 10, deaf: true }
      case 'flaky':
        if (chance < 0.3) return { grant: true, after }
        if (chance < 0.4) return 'never'
        if (chance < 0.6) return 'cut'
        return { status: chance < 0.7 ? 429 : chance < 0.9 ? 503 : 500, after }
      case 'expired':
        return chance < 0.5 ? { status: 419, after } : { grant: true, after }
      case 'refusing':
        return { status: 403, after }
      case 'junk':
        return { status: 200, body: chance < 0.5 ? '<html>' : { auth: 7 }, after }
    }
  }

  #deliver(text: string, act: () => void): void {
    const frame = parse(text)
    const { event, channel, data } = frame
    const listeners = this.#listeners()
      .filter(({ handle, event: own }) => handle.wire === channel && own === event)
      .filter(({ handle }) => handle.channel.status.get() === 'joined')
    const delivery = { n: Number(parse(String(data)).n), listeners, called: [] as Watched[] }
    this.#delivery = delivery
    try {
      act()
    } catch (error) {
      if (!this.#client.throws) throw error
    }
    this.#delivery = undefined
    for (const listener of listeners)
      if (listener.alive && !delivery.called.includes(listener))
        this.#complain(`listener ${listener.id} of ${channel} ${event} was not called`)
  }

  #heard(socket: object, { event }: ReturnType<typeof parse>): void {
    // Who is refused may ask again; the refusal may name nobody.
    if (event === 'pusher:error') this.#asked.get(socket)?.clear()
  }

  #say(socket: object, { event = '', data }: ReturnType<typeof parse>): void {
    const asked = this.#asked.get(socket)
    const { channel = '', n } = (data ?? {}) as { channel?: string; n?: number }
    if (event === 'pusher:unsubscribe') asked?.delete(channel)
    if (event === 'pusher:subscribe') {
      if (asked?.has(channel)) this.#complain(`${channel} was asked for twice`)
      asked?.add(channel)
    }
    if (event.startsWith('client-') && n !== undefined) this.#sent.set(n, (this.#sent.get(n) ?? 0) + 1)
  }

  #report(error: unknown): void {
    if ((error as Error).message === 'on purpose') this.#reported++
    else this.#complain(`reported: ${String(error)}`)
  }

  #check(): void {
    for (const handle of this.#alive()) handle.check()
    if (vi.getTimerCount() > 2000) this.#complain('too many timers')
  }

  #alive(): Handle[] {
    return this.#handles.filter(({ alive }) => alive)
  }

  /** In the order in which they were registered. */
  #listeners(): Watched[] {
    return this.#alive()
      .flatMap(({ listeners }) => listeners)
      .filter(({ alive }) => alive)
      .sort((a, b) => a.id - b.id)
  }

  #complain(what: string): void {
    this.violations.push(what)
  }
}

function isIn({ connection }: RawClient, room: string): boolean {
  const frames = connection.sent as readonly { event?: string; channel?: string }[]
  const accepted = frames.some(
    ({ event, channel }) => channel === room && event === 'pusher_internal:subscription_succeeded',
  )
  return connection.open && accepted
}

function peerRoom(name: string): boolean {
  return name.startsWith('presence-')
}

function pick<T>(list: readonly T[], index: number): T
function pick<T>(list: readonly T[], index: number): T | undefined {
  return list[index % list.length]
}

function parse(text: string): { event?: string; channel?: string; data?: unknown; n?: unknown } {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}
