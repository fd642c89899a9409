import type { Report } from '../base/report'
import type { Authorizer, AuthRequest, Grant } from '../contract'
import { AuthError, EchoError } from '../errors'
import type { ResolvedOptions } from '../options'
import { type Answer, answerOf, grantOf } from './answer'
import { createCredentials } from './credentials'
import { createCustomAsk } from './custom'
import { type Ask, createPost } from './http'
import { codeOf, retryDelay } from './retry'
import type { UserAuthentication } from './settings'

/** A browser opens six connections to a host: the sixth stays free for what the user clicks on. */
const IN_FLIGHT = 5
/** PHP cuts a form at 1,000 fields. */
const BATCH = 200
const PATIENCE = 10_000

/** One channel that is wanted, wherever it stands: waiting, asked for, or resting before it is asked for again. */
interface Wish {
  readonly request: AuthRequest
  /** Told the answer, and the chance in [0, 1) that spreads what is tried again: one per request, so that a batch stays one. */
  readonly hear: (answer: Answer, chance: number) => void
  /** Takes it away from where it stands. */
  leave?: () => void
  /** What it may be asked for together with: others of the same socket, or itself only. */
  group?: unknown
}

/**
 * Makes one Echo's authorizer: it asks, and asks again, until the answer is final or nobody wants it any more. `user`: it is
 * for the user, whose requests name no channel.
 */
export function createAuthorizer({ options, report, trace }: ResolvedOptions, user?: UserAuthentication): Authorizer {
  const read = createCredentials(options, user)
  const custom = createCustomAsk(options, read, user)
  const join = createQueue(
    custom ?? createPost(options, read, user),
    () => !custom && !user && !!options.auth?.batch,
    report,
  )
  return (request, signal) => {
    const { channel } = request
    const statuses: number[] = []
    let abort = () => {}
    return new Promise<Grant>((resolve, reject) => {
      const hear: Wish['hear'] = (answer, chance) => {
        const who = channel || 'The user'
        if (answer instanceof AuthError) return reject(answer)
        if (answer instanceof EchoError)
          return reject(
            new AuthError(answer.code, `${who} was not authorized: ${answer.message}`, { channel, cause: answer }),
          )
        const { status = 0, body, wait = 0, cause } = answer
        const grant = status === 200 ? grantOf(body, channel) : status ? `status ${status}` : 'no answer'
        if (typeof grant === 'object') return resolve(grant)
        // A function of the application's that fails is a callback of Laravel's that throws.
        const attempt = statuses.push(answer.status ?? 500)
        const delay = retryDelay(statuses, wait, chance)
        const retryable = delay !== undefined
        const failure = { channel, status, retryable, attempt, cause }
        const error = new AuthError(codeOf(status), `${who} was not authorized: ${grant}.`, failure)
        // Whoever is told below may leave.
        const timer = retryable ? setTimeout(join, delay, wish) : undefined
        wish.leave = () => clearTimeout(timer)
        trace?.('auth', error.message, channel)
        if (retryable) request.retrying?.(error)
        else reject(error)
      }
      const wish: Wish = { request, hear }
      abort = () => {
        wish.leave?.()
        reject(signal.reason)
      }
      if (signal.aborted) return abort()
      signal.addEventListener('abort', abort)
      join(wish)
    }).finally(() => signal.removeEventListener('abort', abort))
  }
}

/** Asks in order, five requests at a time; what `gathers`, in one request with all that is wanted in the same tick. */
function createQueue(ask: Ask, gathers: () => boolean, report: Report): (wish: Wish) => void {
  const waiting = new Set<Wish>()
  let free = IN_FLIGHT
  let gathering: ReturnType<typeof setTimeout> | undefined

  const work = async () => {
    if (!free) return
    free--
    for (const wish of waiting) await send(wish)
    free++
  }

  const gather = () => {
    gathering = undefined
    for (let left = waiting.size; left > 0; left -= BATCH) void work()
  }

  const send = async (first: Wish) => {
    const { group } = first
    const alone = group === first
    const batch = new Set(alone ? [first] : [...waiting].filter((wish) => wish.group === group).slice(0, BATCH))
    const controller = new AbortController()
    const { signal } = controller
    for (const wish of batch) {
      waiting.delete(wish)
      wish.leave = () => {
        batch.delete(wish)
        if (!batch.size) controller.abort()
      }
    }
    const timer = setTimeout(() => controller.abort(), PATIENCE)
    const answers = await new Promise<(channel: string) => Answer>((resolve) => {
      signal.onabort = () => resolve(() => ({ status: 0 }))
      const requests = [...batch].map((wish) => wish.request)
      ask(requests, signal, !alone).then(resolve, (error: unknown) => {
        const answer = answerOf(error)
        // What carries a status is no mistake, nor what fails because it was told to stop.
        if (!signal.aborted && !(answer instanceof EchoError) && answer.status === undefined) report(error)
        resolve(() => answer)
      })
    })
    clearTimeout(timer)
    const chance = Math.random()
    for (const { request, hear } of batch) hear(answers(request.channel), chance)
  }

  return (wish) => {
    const gathered = gathers()
    wish.group = gathered ? wish.request.socketId : wish
    waiting.add(wish)
    // Not a microtask where it gathers: timers of retries that are due together are tasks of their own.
    if (gathered) gathering ??= setTimeout(gather)
    else queueMicrotask(() => void work())
    wish.leave = () => {
      waiting.delete(wish)
      if (waiting.size) return
      clearTimeout(gathering)
      gathering = undefined
    }
  }
}
