import type { Grant } from '../contract'
import { AuthError } from '../errors'
import { payload } from '../wire/frame'

/**
 * What came of one try. `status` 0: no answer came; none at all: something of the application's failed. `body` is the
 * opened answer; `wait`: how long the server wants to be left alone, in milliseconds.
 */
export type Answer =
  | AuthError
  | {
      readonly status: number | undefined
      readonly body?: unknown
      readonly wait?: number
      readonly cause?: unknown
    }

/** The grant in an answer; or, in words, what it lacks (protocol 7, "authentication"). */
export function grantOf(body: unknown, channel: string): Grant | string {
  const { auth, channel_data: data, shared_secret } = (body ?? {}) as { [Name in keyof Grant]?: unknown }
  if (typeof auth !== 'string' || !auth) return 'the answer has no "auth"'
  if (channel.startsWith('presence-') && userOf(data) == null) return 'the answer has no "channel_data" with "user_id"'
  return {
    auth,
    ...(typeof data === 'string' && { channel_data: data }),
    ...(typeof shared_secret === 'string' && { shared_secret }),
  }
}

// It must be text: what was signed is its exact bytes.
function userOf(data: unknown): unknown {
  return typeof data === 'string' ? (payload(data) as { user_id?: unknown } | null)?.user_id : undefined
}

/** What a failure of the application's own function says: the HTTP status, where it carries one. */
export function answerOf(error: unknown, data?: unknown): Answer {
  return error instanceof AuthError ? error : { status: statusOf(error) ?? statusOf(data), cause: error }
}

// It is a status, or has one, or has a response that has one, as axios's errors do.
function statusOf(value: unknown): number | undefined {
  const holder = value as { status?: unknown; response?: { status?: unknown } } | null | undefined
  const status = holder?.response?.status ?? holder?.status ?? value
  return typeof status === 'number' ? status : undefined
}
