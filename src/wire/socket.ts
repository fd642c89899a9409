import type { Spread } from '../base/backoff'
import type { Report } from '../base/report'
import type { Trace } from '../base/trace'
import { decode, encode, type Frame } from './frame'
import { type Effect, type Input, initialState, next, type SocketState } from './machine'
import { watchNetwork } from './network'

/** Where to connect, and with what. */
export interface SocketOptions {
  readonly url: (tls: boolean) => string
  readonly tls: boolean
  readonly loopback: boolean
  readonly WebSocket: new (url: string) => WebSocket
  readonly reconnect: Spread
  readonly trace: Trace
  readonly report: Report
}

/** A connection to a Pusher server: performs what `next` decides on one WebSocket and one timer. */
export class Socket {
  readonly #options: SocketOptions
  readonly #tell: (frame: Frame) => void
  readonly #changed: (state: SocketState, before: SocketState) => void
  readonly #inputs: Input[] = []
  #state: SocketState
  #ws: WebSocket | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #unwatch: (() => void) | undefined
  #heard = 0
  #last = 0
  #behind = 0

  constructor(
    options: SocketOptions,
    tell: (frame: Frame) => void,
    changed: (state: SocketState, before: SocketState) => void,
  ) {
    this.#options = options
    this.#tell = tell
    this.#changed = changed
    this.#state = initialState(options.tls)
  }

  get state(): SocketState {
    return this.#state
  }

  /** When the last frame of any kind came, in Unix milliseconds. */
  get heard(): number {
    return this.#heard - this.#behind
  }

  /** By how much the state's times are ahead of the clock, which may have been set back, in milliseconds. */
  get behind(): number {
    return this.#behind
  }

  /** Whether a deadline has passed that no timer has told yet, because the machine slept. */
  get overdue(): boolean {
    return this.#now() >= this.#state.until
  }

  /** Hands a frame to the WebSocket; `false` while there is no connection. */
  send(event: string, data: unknown, channel?: string): boolean {
    if (this.overdue) this.step('timeout')
    if (this.#state.name !== 'open' || !this.#ws) return false
    this.#ws.send(encode(event, data, channel))
    return true
  }

  /** Takes a command, or whatever else happens. Performing an effect may bring the next input: they wait for their turn. */
  step(input: Input): void {
    if (this.#inputs.push(input) > 1) return
    for (let current: Input | undefined = input; current; current = this.#inputs[0]) {
      const before = this.#state
      const moment = { now: this.#now(), heard: this.#heard, chance: Math.random() }
      const [state, ...effects] = next(before, current, moment, this.#options)
      this.#state = state
      clearTimeout(this.#timer)
      if (state.until < Infinity) this.#timer = setTimeout(() => this.step('timeout'), state.until - moment.now)
      for (const effect of effects) this.#perform(effect)
      if (state !== before) this.#follow(state, before)
      this.#inputs.shift()
    }
  }

  // Time goes on where a clock is set back: every wait would be longer by as much.
  #now(): number {
    const now = Date.now() + this.#behind
    this.#last = Math.max(this.#last, now)
    this.#behind += this.#last - now
    return this.#last
  }

  #follow(state: SocketState, before: SocketState): void {
    const { name, error } = state
    if (name === 'failed' || name === 'closed') {
      this.#unwatch?.()
      this.#unwatch = undefined
    }
    if (name !== before.name) this.#options.trace?.('connection', (error !== before.error && error?.message) || name)
    this.#changed(state, before)
  }

  #perform(effect: Effect): void {
    if (effect === 'open') return this.#open()
    const ws = this.#ws
    if (effect !== 'close') return ws?.send(encode(`pusher:${effect}`, {}))
    this.#ws = undefined
    ws?.close()
  }

  #open(): void {
    this.#unwatch ??= watchNetwork((change) => this.step(change))
    const { WebSocket, url, report } = this.#options
    try {
      const ws = new WebSocket(url(this.#state.tls))
      this.#ws = ws
      // Handlers stay on a replaced WebSocket, because some report their end as an error; what it says is dropped.
      ws.onmessage = ({ data }) => ws === this.#ws && this.#receive(data)
      ws.onclose = ({ code, reason }) => ws === this.#ws && this.step({ code, reason })
      ws.onerror = () => {}
    } catch (error) {
      report(error)
      this.step({ code: 1006, reason: 'no WebSocket' })
    }
  }

  #receive(data: unknown): void {
    this.#heard = this.#now()
    const frame = decode(data)
    if (!frame) return this.#options.trace?.('frame', 'dropped: not a frame')
    // An application's frame changes no state of the connection, so it does not pass through `next`.
    if (this.#state.name === 'opening' || frame.event === 'pusher:ping') this.step({ frame })
    else if (frame.event !== 'pusher:pong') this.#tell(frame)
  }
}
