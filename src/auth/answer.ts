import { bare } from '../base/record'
import type { Grant } from '../contract'
import { EchoError } from '../errors'
import { fields, payload, text } from '../wire/frame'

/**
 * What came of one try. `status` 0: no answer came; none at all: something of the application's failed. `body` is the
 * opened answer; `wait`: how long the server wants to be left alone, in milliseconds. An error is final.
 */
export type Answer =
  | EchoError
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
  const grant: Partial<Grant> = bare(Object.fromEntries(texts))
  if (!grant.auth) return "the answer has no auth: 'key:signature'"
  const data = payload(grant.channel_data) as { user_id?: unknown } | null | undefined
  if (channel.startsWith('presence-') && data?.user_id == null) return 'the answer has no channel_data with a user_id'
  if (channel.startsWith('private-encrypted-') && !/^[a-z\d+/]{43}=$/i.test(grant.shared_secret ?? ''))
    return 'the answer has no shared_secret of 32 bytes'
  if (!channel && !text(fields(grant.user_data).id)) return 'the answer has no user_data with an id'
  return grant as Grant
}

/** What a failure of the application's own function says: the HTTP status, where it carries one. */
export function answerOf(error: unknown, data?: unknown): Answer {
  if (error instanceof EchoError) return error
  // It is a status, or has one, or has a response that has one, as axios's errors do.
  const found = ([error, data] as Failure[]).flatMap((value) => [value?.response?.status, value?.status, value])
  return { status: found.find((value) => typeof value === 'number'), cause: error }
}

type Failure = { status?: unknown; response?: { status?: unknown } | null } | null | undefined
