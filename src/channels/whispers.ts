import { EchoError } from '../errors'
import { tells, type Topic } from './topic'

/** Pusher relays ten client events a second for each connection. */
const PER_SECOND = 10
/** How many wait for one channel, and for how long, in milliseconds. */
const MOST = 64
const PATIENCE = 10_000
/** Reverb refuses longer frames (`max_message_size`). In bytes of UTF-8. */
const LONGEST = 10_000

interface Whisper {
  readonly topic: Topic
  readonly event: string
  readonly data: unknown
  readonly until: number
}

interface Throttle {
  latest?: { readonly data: unknown }
  readonly timer: ReturnType<typeof setTimeout>
}

/** An Echo's whispers: they wait until their channel is joined, and go out no faster than a server relays them. */
export class Whispers {
  #queue: Whisper[] = []
  #sent: number[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #throttles = new Map<string, Throttle>()

  /** Sends it in its turn; what is dropped reaches the channel's `error()`. */
  send(topic: Topic, event: string, data: unknown): void {
    const frame = JSON.stringify({ event: `client-${event}`, data, channel: topic.name.wire })
    const whisper = { topic, event, data, until: Date.now() + PATIENCE }
    if (new TextEncoder().encode(frame).length > LONGEST) drop(whisper, `is longer than ${LONGEST} bytes`)
    else if (this.#queue.filter((other) => other.topic === topic).length >= MOST) drop(whisper, 'is one too many')
    else this.#queue.push(whisper)
    this.flush()
  }

  /** Sends the latest data at most once per `ms`. */
  throttle(topic: Topic, event: string, data: unknown, ms: number): void {
    const key = `${topic.name.wire} ${event}`
    const running = this.#throttles.get(key)
    if (running) {
      running.latest = { data }
      return
    }
    this.send(topic, event, data)
    const timer = setTimeout(() => {
      this.#throttles.delete(key)
      if (throttle.latest && topic.status !== 'left') this.throttle(topic, event, throttle.latest.data, ms)
    }, ms)
    const throttle: Throttle = { timer }
    this.#throttles.set(key, throttle)
  }

  /** Sends what waits for channels that are joined now. */
  flush(): void {
    const now = Date.now()
    this.#sent = this.#sent.filter((at) => at > now - 1000 && at <= now)
    const queue = this.#queue
    this.#queue = []
    for (const whisper of queue) {
      const { topic, event, data, until } = whisper
      if (topic.status === 'left') continue
      if (topic.status === 'joined' && this.#sent.length < PER_SECOND && topic.whisper(event, data))
        this.#sent.push(now)
      else if (now < until) this.#queue.push(whisper)
      else drop(whisper, 'could not be sent in time')
    }
    clearTimeout(this.#timer)
    if (this.#queue.length) this.#timer = setTimeout(() => this.flush(), 1000 / PER_SECOND)
  }

  /** Gives up what still waits. */
  clear(): void {
    for (const whisper of this.#queue.splice(0)) drop(whisper, 'was given up')
    for (const { timer } of this.#throttles.values()) clearTimeout(timer)
    this.#throttles.clear()
    clearTimeout(this.#timer)
  }
}

function drop({ topic, event }: Whisper, why: string): void {
  topic.listeners.emit(
    tells.error,
    new EchoError('whisper-dropped', `The whisper ${event} on ${topic.name.wire} ${why}.`),
  )
}
