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
  // All of it must be text: what was signed is its exact bytes.
  const texts = Object.entries(body ?? {}).filter(([, value]) => typeof value === 'string')
  const grant = Object.fromEntries(texts) as Partial<Grant>
  if (!grant.auth) return 'no auth'
  const data = payload(grant.channel_data) as { user_id?: unknown } | null | undefined
  if (channel.startsWith('presence-') && data?.user_id == null) return 'no user_id in channel_data'
  return grant as Grant
}

/** What a failure of the application's own function says: the HTTP status, where it carries one. */
export function answerOf(error: unknown, data?: unknown): Answer {
  if (error instanceof AuthError) return error
  // It is a status, or has one, or has a response that has one, as axios's errors do.
  const found = ([error, data] as Failure[]).flatMap((value) => [value?.response?.status, value?.status, value])
  return { status: found.find((value) => typeof value === 'number'), cause: error }
}

type Failure = { status?: unknown; response?: { status?: unknown } | null } | null | undefined
