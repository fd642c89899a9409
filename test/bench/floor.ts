/** What a channel's listeners are called with. */
type Listener = (payload: any) => void

interface FloorOptions {
  readonly url: string
  readonly authEndpoint: string
  readonly WebSocket: new (url: string) => WebSocket
  readonly fetch?: typeof fetch
}

/** The most channels in one authorization: PHP cuts a form at 1,000 fields. */
const BATCH = 200
const ACTIVITY = 120_000
const PONG = 10_000

/** One channel of the floor: its listeners by event and, in a presence channel, its members by id. */
class FloorChannel {
  readonly name: string
  readonly listeners = new Map<string, Listener[]>()
  members: Map<string, unknown> | undefined
  joined = false

  constructor(name: string) {
    this.name = name
  }

  on(event: string, listener: Listener): this {
    const listeners = this.listeners.get(event)
    if (listeners) listeners.push(listener)
    else this.listeners.set(event, [listener])
    return this
  }

  receive(event: string, data: string): void {
    const listeners = this.listeners.get(event)
    if (listeners) this.#tell(listeners, JSON.parse(data))
    else if (event.startsWith('pusher_internal:')) this.#internal(event, data)
  }

  #internal(event: string, data: string): void {
    const body = JSON.parse(data)
    if (event === 'pusher_internal:subscription_succeeded') {
      this.joined = true
      if (body.presence) this.members = new Map(Object.entries(body.presence.hash))
      this.#tell(this.listeners.get('joined'), this.members)
    } else if (event === 'pusher_internal:member_added') {
      this.members?.set(String(body.user_id), body.user_info)
      this.#tell(this.listeners.get('joining'), body.user_info)
    } else if (event === 'pusher_internal:member_removed') {
      this.members?.delete(String(body.user_id))
      this.#tell(this.listeners.get('leaving'), body.user_info)
    }
  }

  #tell(listeners: Listener[] | undefined, payload: unknown): void {
    if (listeners) for (const listener of listeners) listener(payload)
  }
}

/** The least code that speaks the Pusher protocol with private channels: what no client can be faster than. Never shipped. */
export class Floor {
  readonly #options: FloorOptions
  readonly #channels = new Map<string, FloorChannel>()
  #ws: WebSocket | undefined
  #socketId: string | undefined
  #heard = 0
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #wanted: string[] = []

  constructor(options: FloorOptions) {
    this.#options = options
    this.#connect()
  }

  subscribe(name: string): FloorChannel {
    const known = this.#channels.get(name)
    if (known) return known
    const channel = new FloorChannel(name)
    this.#channels.set(name, channel)
    if (this.#socketId) this.#want(name)
    return channel
  }

  unsubscribe(name: string): void {
    if (this.#channels.delete(name) && this.#socketId) this.#send('pusher:unsubscribe', { channel: name })
  }

  #connect(): void {
    const ws = new this.#options.WebSocket(this.#options.url)
    this.#ws = ws
    ws.onmessage = ({ data }) => this.#receive(data)
    ws.onclose = () => {
      clearTimeout(this.#timer)
      this.#socketId = undefined
      setTimeout(() => this.#connect(), Math.random() * 2000)
    }
  }

  // A frame writes the time and resets no timer: one coarse timer compares.
  #receive(text: string): void {
    this.#heard = Date.now()
    const { event, channel, data } = JSON.parse(text)
    if (channel !== undefined) this.#channels.get(channel)?.receive(event, data)
    else if (event === 'pusher:connection_established') this.#greet(JSON.parse(data).socket_id)
    else if (event === 'pusher:ping') this.#send('pusher:pong', {})
  }

  #greet(socketId: string): void {
    this.#socketId = socketId
    this.#watch(ACTIVITY)
    for (const name of this.#channels.keys()) this.#want(name)
  }

  #watch(patience: number): void {
    this.#timer = setTimeout(() => {
      if (Date.now() - this.#heard < ACTIVITY) return this.#watch(ACTIVITY)
      if (this.#asked > this.#heard) return this.#ws?.close()
      this.#asked = Date.now()
      this.#send('pusher:ping', {})
      this.#watch(PONG)
    }, patience)
  }

  #send(event: string, data: unknown): void {
    this.#ws?.send(JSON.stringify({ event, data }))
  }

  // All channels wanted in one tick are authorized together.
  #want(name: string): void {
    if (!/^(private|presence)-/.test(name)) return this.#send('pusher:subscribe', { channel: name })
    if (this.#wanted.push(name) > 1) return
    queueMicrotask(() => {
      while (this.#wanted.length > 0) void this.#authorize(this.#wanted.splice(0, BATCH))
    })
  }

  async #authorize(names: readonly string[]): Promise<void> {
    const body = new URLSearchParams({ socket_id: this.#socketId ?? '' })
    for (const [index, name] of names.entries()) body.set(`channel_name[${index}]`, name)
    const { authEndpoint, fetch = globalThis.fetch } = this.#options
    const answer = await fetch(authEndpoint, { method: 'POST', body, priority: 'low' })
    const grants = (await answer.json()) as Record<string, { data: object }>
    for (const name of names) this.#send('pusher:subscribe', { channel: name, ...grants[name]?.data })
  }
}
