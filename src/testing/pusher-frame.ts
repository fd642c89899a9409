/** A frame as the server sends it. `data` is whatever the personality puts there: often JSON text, sometimes plain JSON. */
export interface ServerFrame {
  readonly event: string
  readonly data?: unknown
  readonly channel?: string
  readonly [field: string]: unknown
}

/** What is kept of a cache channel: its last frame, and until when, in Unix milliseconds. */
export interface CachedFrame {
  readonly frame: ServerFrame
  readonly until: number
}

/** A frame as a client sent it: only its `event` has been looked at. */
export interface ClientFrame {
  readonly event: string
  readonly data?: unknown
  readonly channel?: unknown
  readonly [field: string]: unknown
}

/** The fields of a JSON object, none of them checked. */
export type Fields = Readonly<Record<string, unknown>>

/** The JSON value in `text`, or `undefined` where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Opens the envelope of a client's frame; `undefined` if it is none. */
export function decodeFrame(text: string): ClientFrame | undefined {
  const value = parseJson(text) as ClientFrame | null | undefined
  return typeof value?.event === 'string' ? value : undefined
}

/** A value that was sent as JSON text, opened; anything else as it is. */
export function openText(data: unknown): unknown {
  if (typeof data !== 'string') return data
  const value = parseJson(data)
  return value === undefined ? data : value
}

/** What a control frame carries in `data`, sent as an object or as JSON text; `undefined` if it is neither. */
export function fieldsOf(data: unknown): Fields | undefined {
  const value = openText(data)
  if (!value) return {}
  // Nothing of what something in this process has put on every object.
  return typeof value === 'object' ? Object.assign(Object.create(null), value) : undefined
}
