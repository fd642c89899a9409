import type { Echo } from 'antiphon'
import { Handle } from '../chaos/handles'
import { randomFrom } from '../support/clock'
import { RawClient } from '../testing/raw-client'
import { type Stage, until, wait } from './stage'

const CHANNELS = ['news', 'private-a', 'private-b', 'private-c', 'presence-room', 'presence-hall']
const CODES = [1000, 1001, 1011, 4100, 4200, 4299, 4301, 4555]
const STATUSES = [401, 419, 429, 500, 503]
const PEER = { user_id: 'peer', user_info: { id: 'peer' } }
/** What must be right again after the last fault has this long, in milliseconds. */
const PATIENCE = 60_000

/** An application on a network that fails at random, held against what it may see. */
export class World {
  /** What was seen that must not be. */
  readonly violations: string[] = []
  readonly #stage: Stage
  readonly #random: () => number
  readonly #echo: Echo
  readonly #handles = new Set<Handle>()
  /** The numbers of what was said in each channel, oldest first. */
  readonly #said = new Map<string, number[]>(CHANNELS.map((name) => [name, []]))
  /** The last number that each handle heard, and the handles whose connection has held since. */
  readonly #heard = new Map<Handle, number>()
  readonly #unbroken = new Set<Handle>()
  readonly #whispers = new Set<number>()
  #peer: RawClient | undefined
  #count = 0
  /** Until when the network and the auth endpoint stay as they are. */
  #wireUntil = 0
  #roadUntil = 0

  constructor(stage: Stage, seed: number) {
    this.#stage = stage
    this.#random = randomFrom(seed)
    this.#echo = stage.echo({ onError: (error) => this.#complain(`reported: ${String(error)}`) })
  }

  /** Lets faults happen for so long. */
  async run(seconds: number): Promise<void> {
    const end = Date.now() + seconds * 1000
    while (Date.now() < end) {
      this.#step()
      await wait(this.#random() * 40)
    }
  }

  /** Ends all faults; then everything must become right. */
  async settle(): Promise<void> {
    const echo = this.#echo
    this.#stage.heal()
    // A channel that was given up is asked for again with the next connection.
    echo.connect()
    await this.#within('no connection', () => echo.connectionStatus() === 'connected')
    this.#stage.wire.cut()
    await this.#within('a cut was not noticed', () => echo.connectionStatus() !== 'connected')
    echo.connect()
    const waiting = () => [...this.#handles].filter(({ channel, due }) => channel.status.get() !== 'joined' || due)
    await this.#within('a channel is not back, or its missed() did not come', () => waiting().length === 0)
    const held = new Set([...this.#handles].map(({ wire }) => wire))
    const peers = (name: string) => (name === 'presence-room' && this.#peer?.connection.open ? 1 : 0)
    const subscriptions = () => {
      const found = this.#stage.subscriptions()
      return CHANNELS.filter((name) => (found[name] ?? 0) !== (held.has(name) ? 1 : 0) + peers(name))
    }
    await this.#within('the server has other subscriptions', () => subscriptions().length === 0)
    for (const name of CHANNELS) this.#say(name)
    const deaf = () =>
      [...this.#handles].filter((handle) => this.#heard.get(handle) !== this.#said.get(handle.wire)?.at(-1))
    await this.#within('somebody hears nothing', () => deaf().length === 0)
    this.#listenToPeer()
  }

  /** Ends it all; nothing may be left. */
  async end(): Promise<void> {
    this.#echo.disconnect()
    this.#peer?.leave()
    await this.#within('a connection is left', () => this.#stage.server.connections.size === 0)
  }

  #step(): void {
    const { wire, road } = this.#stage
    if (this.#wireUntil && Date.now() > this.#wireUntil) {
      this.#wireUntil = 0
      wire.heal()
    }
    if (this.#roadUntil && Date.now() > this.#roadUntil) {
      this.#roadUntil = 0
      road.heal()
      this.#stage.reply = () => 'grant'
      this.#stage.thinking = 0
    }
    const chance = this.#random()
    if (chance < 0.6) this.#say(this.#one(CHANNELS))
    else if (chance < 0.7) this.#hold(this.#one(CHANNELS), this.#random() < 0.4)
    else if (chance < 0.77) this.#letGo(this.#one([...this.#handles]))
    else if (chance < 0.87) this.#whisper(this.#one([...this.#handles]))
    else if (chance < 0.91) this.#comeOrGo()
    else if (chance < 0.96) this.#disturbNetwork()
    else this.#disturbAuth()
  }

  #say(name: string): void {
    const n = ++this.#count
    this.#said.get(name)!.push(n)
    this.#stage.publish(name, { n })
  }

  #hold(name: string, leased: boolean): void {
    const handle = new Handle(this.#echo, name, leased, (what) => this.#complain(what))
    const { channel } = handle
    if ([...this.#handles].some((other) => other.channel === channel)) return
    this.#handles.add(handle)
    handle.follow()
    channel.status.subscribe(() => this.#unbroken.delete(handle))
    channel.listen('Said', ({ n }: { n: number }) => this.#hear(handle, n))
  }

  #hear(handle: Handle, n: number): void {
    const { wire } = handle
    const last = this.#heard.get(handle) ?? 0
    const said = this.#said.get(wire)!
    if (!this.#handles.has(handle)) this.#complain(`${wire} was left and heard ${n}`)
    if (n <= last) this.#complain(`${wire} heard ${n} after ${last}`)
    const next = said[said.indexOf(last) + 1]
    if (this.#unbroken.has(handle) && n !== next)
      this.#complain(`${wire} heard ${n} and not ${next} before, on one connection`)
    this.#unbroken.add(handle)
    this.#heard.set(handle, n)
  }

  #letGo(handle: Handle | undefined): void {
    if (!handle) return
    this.#handles.delete(handle)
    handle.end()
  }

  #whisper(handle: Handle | undefined): void {
    if (handle?.wire === 'presence-room') handle.channel.whisper('typing', { n: ++this.#count })
  }

  #comeOrGo(): void {
    this.#listenToPeer()
    const peer = this.#peer
    this.#peer = peer ? undefined : new RawClient(this.#stage.server).subscribe('presence-room', PEER)
    peer?.leave()
  }

  #listenToPeer(): void {
    for (const { event, data } of this.#peer?.heard() ?? []) {
      if (event !== 'client-typing') continue
      if (this.#whispers.has(data.n)) this.#complain(`whisper ${data.n} came twice`)
      this.#whispers.add(data.n)
    }
  }

  #disturbNetwork(): void {
    const { wire, server } = this.#stage
    const lasting = (seconds: number) => {
      this.#wireUntil = Date.now() + this.#random() * seconds * 1000
    }
    const chance = this.#random()
    if (chance < 0.25) wire.cut()
    else if (chance < 0.35) wire.tear()
    else if (chance < 0.5) wire.halfClose(chance < 0.42 ? 'client' : 'server')
    else if (chance < 0.65) server.closeAll(this.#one(CODES)!)
    else if (this.#wireUntil) return
    else if (chance < 0.75) {
      wire.swallow()
      lasting(15)
    } else if (chance < 0.85) {
      wire.refuses = true
      wire.cut()
      lasting(4)
    } else {
      wire.delay = this.#random() * 400
      lasting(5)
    }
  }

  #disturbAuth(): void {
    const { road } = this.#stage
    const chance = this.#random()
    if (chance < 0.3) return road.cut()
    if (chance < 0.4) return road.tear()
    if (this.#roadUntil) return
    this.#roadUntil = Date.now() + this.#random() * (chance < 0.5 ? 12_000 : 4000)
    if (chance < 0.5) road.swallow()
    else if (chance < 0.6) road.refuses = true
    else if (chance < 0.7) road.delay = this.#random() * 500
    else if (chance < 0.8) this.#stage.thinking = this.#random() * 1500
    else this.#stage.reply = () => (this.#random() < 0.5 ? 'grant' : this.#one(STATUSES)!)
  }

  async #within(what: string, condition: () => boolean): Promise<void> {
    const end = Date.now() + PATIENCE
    await until(() => condition() || Date.now() > end)
    if (!condition()) this.#complain(what)
  }

  #one<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!
  }

  #complain(what: string): void {
    this.violations.push(what)
  }
}
