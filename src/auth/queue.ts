import type { Report } from '../base/report'
import type { Authorizer, AuthRequest, Grant } from '../contract'
import { AuthError } from '../errors'
import type { ResolvedOptions } from '../options'
import { type Answer, answerOf, grantOf } from './answer'
import { createCredentials } from './credentials'
import { createCustomAsk } from './custom'
import { type Ask, createPost } from './http'
import { codeOf, retryDelay } from './retry'

/** More would keep the application's own requests waiting: a browser opens six at a time. */
const IN_FLIGHT = 6
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

/** Makes one Echo's authorizer: it asks, and asks again, until the answer is final or nobody wants it any more. */
export function createAuthorizer({ options, report, trace }: ResolvedOptions): Authorizer {
  const read = createCredentials(options)
  const custom = createCustomAsk(options, read)
  const join = createQueue(custom ?? createPost(options, read), () => !custom && !!options.auth?.batch, report)
  return (request, signal) => {
    const { channel } = request
    const statuses: number[] = []
    let abort = () => {}
    return new Promise<Grant>((resolve, reject) => {
      const hear: Wish['hear'] = (answer, chance) => {
        if (answer instanceof AuthError) return reject(answer)
        const { status = 0, body, wait = 0, cause } = answer
        const grant = status === 200 ? grantOf(body, channel) : status ? `status ${status}` : 'no answer'
        if (typeof grant === 'object') return resolve(grant)
        // A function of the application's that fails is a callback of Laravel's that throws.
        const attempt = statuses.push(answer.status ?? 500)
        const delay = retryDelay(statuses, wait, chance)
        const retryable = delay !== undefined
        const failure = { channel, status, retryable, attempt, cause }
        const error = new AuthError(codeOf(status), `${channel} was not authorized: ${grant}.`, failure)
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

/** Asks in order, six requests at a time; what `gathers`, in one request with all that is wanted in the same tick. */
function createQueue(ask: Ask, gathers: () => boolean, report: Report): (wish: Wish) => void {
  const waiting = new Set<Wish>()
  let free = IN_FLIGHT

  const work = async () => {
    if (!free) return
    free--
    for (const wish of waiting) await send(wish)
    free++
  }

  const send = async (first: Wish) => {
    const batch = new Set([...waiting].filter((wish) => wish.group === first.group).slice(0, BATCH))
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
      ask(requests, signal, first.group !== first).then(resolve, (error: unknown) => {
        const answer = answerOf(error)
        // What carries a status is no mistake, nor what fails because it was told to stop.
        if (!signal.aborted && answer.status === undefined) report(error)
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
    const start = () => void work()
    let timer: ReturnType<typeof setTimeout> | undefined
    if (gathered) timer = setTimeout(start)
    else queueMicrotask(start)
    wish.leave = () => {
      waiting.delete(wish)
      clearTimeout(timer)
    }
  }
}
