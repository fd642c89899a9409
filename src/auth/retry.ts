import type { ErrorCode } from '../errors'

/** What an answer without a grant means; status 0: no answer came. */
export function codeOf(status: number): ErrorCode {
  if (status === 401 || status === 419) return 'auth-expired'
  if (!status || status >= 500 || [408, 425, 429].includes(status)) return 'auth-failed'
  return status >= 400 ? 'auth-refused' : 'auth-invalid'
}

export const meaningOf = (status: number): [ErrorCode, string] => [codeOf(status), '']

/**
 * How long to wait before the next try, in milliseconds; `undefined`: it is over. `statuses` are those of the tries so
 * far; `wait` is what the server asks for, `chance` in [0, 1).
 */
export function retryDelay(statuses: readonly number[], wait: number, chance: number): number | undefined {
  const codes = statuses.map(codeOf)
  const code = codes.at(-1)
  // Tokens may have changed since: they are read anew, once.
  if (code === 'auth-expired') return codes.indexOf(code) === codes.length - 1 ? 0 : undefined
  // Laravel answers 500 to a callback that throws, which may be for ever.
  const hopeless = statuses.at(-1) === 500 && statuses.filter((status) => status === 500).length > 5
  if (code !== 'auth-failed' || hopeless) return undefined
  return wait + chance * Math.min(30_000, 500 * 2 ** (statuses.length - 1))
}
