import type { ErrorCode } from '../errors'

const HINTS = {
  'auth-expired': 'Is the user logged in, the CSRF token fresh?',
  'auth-failed': "Is authEndpoint reachable? What does the server's log say?",
  'auth-refused': 'See routes/channels.php.',
  'auth-invalid': 'Is authEndpoint right? A redirect mostly leads to a login page.',
}

/** What an answer without a grant means, and what to look at; status 0: no answer came. */
export function meaningOf(status: number): [code: ErrorCode, hint: string] {
  const code = codeOf(status)
  return [code, HINTS[code]]
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
  if (code !== 'auth-failed') return undefined
  // Laravel answers 500 to a callback that throws, which may be for ever.
  if (status === 500 && statuses.filter((other) => other === 500).length > 5) return undefined
  return wait + chance * Math.min(30_000, 500 * 2 ** (statuses.length - 1))
}

function codeOf(status: number): ErrorCode & keyof typeof HINTS {
  if (status === 401 || status === 419) return 'auth-expired'
  if (!status || status >= 500 || [408, 425, 429].includes(status)) return 'auth-failed'
  return status >= 400 ? 'auth-refused' : 'auth-invalid'
}
