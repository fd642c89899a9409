/** One message of the Pusher protocol. `data` is opened by `payload`, and only when somebody will look at it. */
export interface Frame {
  readonly event: string
  readonly channel?: string
  readonly data?: unknown
  readonly user_id?: string | number
}

/** Longer texts are not parsed: a hostile server must not stall the page. In UTF-16 units. */
const FRAME_LIMIT = 1_000_000

/** Opens the envelope; `undefined` for what is no frame: binary, too long, not JSON, or without an event's name. */
export function decode(text: unknown): Frame | undefined {
  if (typeof text !== 'string' || text.length > FRAME_LIMIT) return undefined
  try {
    const frame: Frame | null = JSON.parse(text)
    if (typeof frame?.event === 'string') return frame
  } catch {
    // Not JSON: the caller traces whatever is no frame.
  }
  return undefined
}

/** Opens a frame's `data`: servers send JSON inside a string, or the value itself; text that is no JSON stays text. */
export function payload(data: unknown): unknown {
  if (typeof data !== 'string') return data
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}

/** The fields of a frame's `data`: none, if it is no object. */
export function fields(data: unknown): Readonly<Record<string, unknown>> {
  const value = payload(data)
  return typeof value === 'object' && value ? (value as Record<string, unknown>) : {}
}

/** Writes a frame as pusher-js does: `data` goes out as it is, not as a string. */
export function encode(event: string, data: unknown, channel?: string): string {
  return JSON.stringify({ event, data, channel })
}

/** What a server says to people, short enough for a log; some quote the signature that they refuse (64 digits of base 16). */
export function words(message: unknown): string {
  return text(message)
    .replace(/[\da-f]{32,}/gi, '…')
    .slice(0, 200)
}

/** A name or number that a server wrote, as text; nothing else is one. */
export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
