import { backoff } from '../base/backoff'
import { isTime } from '../base/time'
import type { Channel } from '../channels/channel'
import { type Hold, hold } from '../channels/hold'
import * as tells from '../channels/tells'
import { MISSED_SPREAD } from '../channels/topic'
import type { ChannelTypes, Gap } from '../contract'
import { EchoError } from '../errors'
import { Gate } from './gate'

/** When to load, besides after each gap. */
export interface CatchUpOptions {
  /** Also when the channel is joined for the first time; at once, if it is already. */
  readonly initial?: boolean | undefined
  /** Also every so many milliseconds while the channel is not joined: for networks that block WebSockets. */
  readonly every?: number | undefined
}

/** Loads what may have been missed. `gap` is undefined where none is known: at the first join, and while polling. */
export type Load = (gap: Gap | undefined, signal: AbortSignal) => unknown

/** For how long events wait, and how retries of a load spread, in milliseconds. */
const PATIENCE = 30_000
const SPREAD = { min: 2000, max: 30_000 }

/**
 * Keeps a page right across gaps: after each one `load` is called, and the events of this channel object wait until that has
 * settled, then follow in their order. `signal` aborts when the result is not wanted any more. Ends with the channel, or by
 * the undo that it returns.
 *
 * @example
 * const undo = catchUp(echo.private('orders'), async (gap, signal) => {
 *   const response = await fetch('/orders', { signal })
 *   show(await response.json())
 * })
 */
export function catchUp<T extends ChannelTypes>(
  channel: Channel<T>,
  load: Load,
  options: CatchUpOptions = {},
): () => void {
  const { every } = options
  if (typeof load !== 'function') throw new EchoError('invalid-listener', 'What catchUp() is to call is no function.')
  if (every != null && !(every > 0 && isTime(every))) throw new EchoError('invalid-option', 'Option every is no time.')
  const catching = channel.status.get() !== 'left' && new CatchUp(channel, load, options)
  return () => catching && catching.end()
}

/** `off`: nobody wants a connection. */
type Phase = 'joined' | 'away' | 'off'

class CatchUp {
  readonly #channel: Channel<any>
  readonly #load: Load
  readonly #every: number | undefined
  readonly #hold: Hold
  readonly #gate: Gate
  readonly #undo: readonly (() => void)[]
  #phase: Phase = 'off'
  /** Whether the next join follows a time in which events may have been lost. */
  #due: boolean
  #joinedBefore = false
  #gap: Gap | undefined
  #failingSince: number | undefined
  #request: AbortController | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #patience: ReturnType<typeof setTimeout> | undefined

  constructor(channel: Channel<any>, load: Load, { initial, every }: CatchUpOptions) {
    this.#channel = channel
    this.#load = load
    this.#due = !!initial
    this.#every = every ?? undefined
    this.#hold = channel[hold]
    this.#gate = Gate.of(this.#hold)
    const follow = () => this.#follow()
    const missed = (gap: Gap) => this.#missed(gap)
    channel.missed(missed)
    this.#undo = [
      channel.status.subscribe(follow),
      this.#context.connector.state.subscribe(follow),
      () => this.#hold.stop(tells.missed, missed),
    ]
    this.#follow()
  }

  end(): void {
    this.#rest()
    for (const undo of this.#undo) undo()
    this.#open()
  }

  get #context() {
    return this.#hold.topic!.context
  }

  #follow(): void {
    const status = this.#channel.status.get()
    if (status === 'left') return this.end()
    const off = status !== 'joined' && this.#context.connector.state.get().status === 'disconnected'
    const phase = off ? 'off' : status === 'joined' ? 'joined' : 'away'
    if (phase === this.#phase) return
    this.#phase = phase
    // Whatever is under way had another reason.
    this.#rest()
    if (phase === 'away' && this.#every) this.#later(this.#every)
    if (phase === 'off') {
      clearTimeout(this.#patience)
      this.#patience = undefined
    }
    if (phase === 'joined') {
      // After a loss the topic tells of the gap within that time; not every connector knows of one.
      if (this.#due) this.#begin(this.#joinedBefore ? MISSED_SPREAD : 0)
      this.#due = this.#joinedBefore = true
    }
  }

  // What could not be loaded after an earlier gap is part of this one.
  #missed(gap: Gap): void {
    this.#gap = { ...gap, from: this.#gap?.from ?? gap.from }
    this.#begin(0)
  }

  #begin(wait: number): void {
    this.#rest()
    this.#gate.close(this.#full)
    this.#patience ??= setTimeout(this.#full, PATIENCE)
    this.#later(wait)
  }

  async #run(): Promise<void> {
    const polling = this.#phase === 'away'
    const request = new AbortController()
    const { signal } = request
    this.#request = request
    this.#due = true
    try {
      await this.#load(polling ? undefined : this.#gap, signal)
      if (signal.aborted) return
      this.#gap = this.#failingSince = undefined
      if (polling) this.#later(this.#every!)
      this.#open()
    } catch (cause) {
      if (!signal.aborted) this.#failed(cause, polling ? this.#every! : 0)
    }
  }

  #failed(cause: unknown, soonest: number): void {
    const { listeners } = this.#hold.topic!
    const message = `What ${this.#channel.name} may have missed could not be loaded.`
    const error = new EchoError('catch-up-failed', message, cause)
    this.#failingSince ??= Date.now()
    this.#later(Math.max(soonest, backoff(Date.now() - this.#failingSince, SPREAD, Math.random())))
    this.#context.trace?.('channel', message, this.#channel.name)
    const own = listeners.get(tells.error)?.filter(({ owner }) => owner === this.#hold)
    listeners.emit(tells.error, error, undefined, own)
  }

  #later(wait: number): void {
    this.#timer = setTimeout(() => void this.#run(), wait)
  }

  #rest(): void {
    clearTimeout(this.#timer)
    this.#request?.abort()
  }

  // Too many events wait, or for too long.
  readonly #full = (): void => {
    this.#context.trace?.('channel', 'events wait no longer for what is being loaded', this.#channel.name)
    this.#open()
  }

  #open(): void {
    clearTimeout(this.#patience)
    this.#patience = undefined
    this.#gate.open(this.#full)
  }
}
