import type { ErrorCode } from '../errors'

/** What an answer without a grant means; status 0: no answer came. */
export function codeOf(status: number): ErrorCode {
  if ([401, 419].includes(status)) return 'auth-expired'
  if (!status || status >= 500 || [408, 425, 429].includes(status)) return 'auth-failed'
  return status >= 400 ? 'auth-refused' : 'auth-invalid'
}

/**
 * How long to wait before the next try, in milliseconds; `undefined`: it is over. `statuses` are those of the tries so
 * far; `wait` is what the server asks for, `chance` in [0, 1).
 */
export function retryDelay(statuses: readonly number[], wait: number, chance: number): number | undefined {
  const status = statuses.at(-1) ?? 0
  const code = codeOf(status)
  // Tokens may have changed since: they are read anew, once.
  if (code === 'auth-expired') return statuses.filter((other) => codeOf(other) === code).length > 1 ? undefined : 0
  // Laravel answers 500 to a callback that throws, which may be for ever.
  const hopeless = statuses.filter((other) => other === 500).length > 5
  if (code !== 'auth-failed' || hopeless) return undefined
  return wait + chance * Math.min(30_000, 500 * 2 ** (statuses.length - 1))
}
