import { EchoError } from '../errors'
import * as tells from './tells'
import type { Topic } from './topic'

/** Pusher relays ten client events a second for each connection; its second begins when the first one arrives there. */
const PER_SECOND = 10
const SECOND = 1100
/** How many wait for one channel, and for how long, in milliseconds. */
const MOST = 64
const PATIENCE = 10_000
/** Reverb refuses longer frames (`max_message_size`). In bytes of UTF-8. */
const LONGEST = 10_000

interface Whisper {
  readonly topic: Topic
  readonly event: string
  readonly data: unknown
  /** The least time between two of them, in milliseconds. */
  readonly throttle: number
  /** When it was asked for, in Unix milliseconds. */
  readonly since: number
}

/** An Echo's whispers: they wait until their channel is joined, and go out no faster than a server relays them. */
export class Whispers {
  #queue: Whisper[] = []
  #sent: number[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #last = new WeakMap<Topic, Map<string, number>>()

  /**
   * Sends it in its turn, as it is now; what is dropped reaches the channel's `error()`. Of those that are throttled only the
   * latest waits.
   */
  send(topic: Topic, event: string, data: unknown, throttle = 0): void {
    const text = written(topic, event, data)
    // A copy: nobody changes it while it waits.
    const whisper = { topic, event, data: JSON.parse(text).data, throttle, since: Date.now() }
    const others = this.#queue.filter(
      (other) => !throttle || !other.throttle || other.topic !== topic || other.event !== event,
    )
    if (bytes(text) > LONGEST) drop(whisper, `is longer than ${LONGEST} bytes`)
    else if (others.filter((other) => other.topic === topic).length >= MOST) drop(whisper, 'is one too many')
    else this.#queue = [...others, whisper]
    this.flush()
  }

  /** Sends what waits for channels that are joined now. Times are compared both ways: a clock may be set back. */
  flush(): void {
    const now = Date.now()
    this.#sent = this.#sent.filter((at) => Math.abs(now - at) < SECOND)
    for (const whisper of this.#queue.splice(0)) {
      if (whisper.topic.status === 'left' || this.#pass(whisper, now)) continue
      if (Math.abs(now - whisper.since) < PATIENCE + whisper.throttle) this.#queue.push(whisper)
      else drop(whisper, 'could not be sent in time')
    }
    clearTimeout(this.#timer)
    if (this.#queue.length) this.#timer = setTimeout(() => this.flush(), 1000 / PER_SECOND)
  }

  /** Gives up what still waits. */
  clear(): void {
    for (const whisper of this.#queue.splice(0)) drop(whisper, 'was given up')
    clearTimeout(this.#timer)
  }

  #pass({ topic, event, data, throttle }: Whisper, now: number): boolean {
    const last = this.#last.get(topic) ?? new Map<string, number>()
    const early =
      topic.status !== 'joined' || this.#sent.length >= PER_SECOND || Math.abs(now - (last.get(event) ?? 0)) < throttle
    if (early || !topic.whisper(event, data)) return false
    if (throttle) this.#last.set(topic, last.set(event, now))
    return !!this.#sent.push(now)
  }
}

function drop({ topic, event }: Whisper, why: string): void {
  const message = `The whisper ${event} on ${topic.name.wire} ${why}.`
  topic.listeners.emit(tells.error, new EchoError('whisper-dropped', message))
}

function written({ name }: Topic, event: string, data: unknown): string {
  try {
    return JSON.stringify({ event: `client-${event}`, data, channel: name.wire })
  } catch (cause) {
    throw new EchoError('invalid-whisper', `The whisper ${event} cannot be written as JSON.`, cause)
  }
}

// Not every engine of React Native has a TextEncoder.
function bytes(text: string): number {
  return encodeURIComponent(text).replace(/%../g, '.').length
}
