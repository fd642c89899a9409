import { bare } from '../base/record'
import type { Channel } from '../channels/channel'
import type { ChannelTypes } from '../contract'

/**
 * The payloads of one event, to loop over. Ends when `signal` aborts, or when the channel is left; nothing else ends a loop
 * that waits.
 *
 * @example
 * for await (const order of events(echo.private('orders'), 'OrderShipped', { signal })) show(order)
 */
export async function* events<T extends ChannelTypes, E extends keyof T['events'] & string>(
  channel: Channel<T>,
  event: E,
  options?: { signal?: AbortSignal },
): AsyncGenerator<T['events'][E], void, void> {
  const { signal } = bare(options)
  const waiting: T['events'][E][] = []
  let wake = () => {}
  const take = (payload: T['events'][E]) => {
    waiting.push(payload)
    wake()
  }
  const rouse = () => wake()
  const undo = channel.status.subscribe(rouse)
  signal?.addEventListener('abort', rouse)
  channel.listen(event, take)
  try {
    while (!signal?.aborted) {
      if (waiting.length) yield waiting.shift()!
      else if (channel.status.get() === 'left') return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    undo()
    signal?.removeEventListener('abort', rouse)
    channel.stopListening(event, take)
  }
}
