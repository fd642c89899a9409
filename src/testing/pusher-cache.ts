import type { CacheRule } from './personalities/personality'
import type { CachedFrame, ServerFrame } from './pusher-frame'

/** The last frames of cache channels. */
export class ChannelCache {
  readonly #rule: CacheRule
  readonly #last = new Map<string, CachedFrame>()

  constructor(rule: CacheRule) {
    this.#rule = rule
  }

  /** An event was published; `occupied`: there were subscribers. */
  published(frame: ServerFrame, occupied: boolean): void {
    if (occupied || !this.#rule.keepsAll) this.#keep(frame)
  }

  /** Something else went to a channel's subscribers: a whisper, or word of a departure. */
  relayed(frame: ServerFrame): void {
    if (this.#rule.keepsAll) this.#keep(frame)
  }

  /** A channel's last subscriber has gone. */
  vacated(channel: string): void {
    if (this.#rule.keepsAll) this.#last.delete(channel)
  }

  /** What is kept of a channel. */
  of(channel: string): CachedFrame | undefined {
    const cached = this.#last.get(channel)
    return cached && cached.until > Date.now() ? cached : undefined
  }

  /** What a new subscriber is told after its success: the last frame, or that there is none. */
  answer(channel: string): ServerFrame | undefined {
    if (this.#rule.covers(channel)) return this.of(channel)?.frame ?? { event: 'pusher:cache_miss', channel }
    return undefined
  }

  #keep(frame: ServerFrame): void {
    const { channel = '' } = frame
    if (this.#rule.covers(channel)) this.#last.set(channel, { frame, until: Date.now() + this.#rule.lifetime })
  }
}
