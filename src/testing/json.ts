/**
 * JSON as PHP's `json_encode` writes it, for a Reverb that is true to the byte: slashes and non-ASCII escaped, an empty
 * object is a list, and so is one whose keys count from 0. A `Map` is an object whose order is kept.
 */
export function phpJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(phpJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return scalar(value)
  const entries = value instanceof Map ? [...value].map(([key, item]) => [String(key), item]) : Object.entries(value)
  if (entries.every(([key], index) => key === String(index))) return phpJson(entries.map(([, item]) => item))
  return `{${entries.map(([key, item]) => `${scalar(key)}:${phpJson(item)}`).join(',')}}`
}

function scalar(value: unknown): string {
  return JSON.stringify(value ?? null)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** JSON as everyone else writes it; a `Map` is an object. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value, (_key, item) => (item instanceof Map ? Object.fromEntries(item) : item))
}
