import type { Report } from '../base/report'
import type { Authorizer, AuthRequest, Grant } from '../contract'
import { AuthError } from '../errors'
import type { ResolvedOptions } from '../options'
import { type Answer, answerOf, grantOf } from './answer'
import { createCustomAsk } from './custom'
import { type Ask, createPost } from './http'
import { codeOf, retryDelay } from './retry'

/** More would keep the application's own requests waiting: a browser opens six at a time. */
const IN_FLIGHT = 6
/** PHP cuts a form at 1,000 fields. */
const BATCH = 200
const PATIENCE = 10_000

/** Makes one Echo's authorizer: it asks, and asks again, until the answer is final or nobody wants it any more. */
export function createAuthorizer({ options, report, trace }: ResolvedOptions): Authorizer {
  const custom = createCustomAsk(options)
  const join = createQueue(custom ?? createPost(options), report)
  return async (request, signal) => {
    const { channel } = request
    const statuses: number[] = []
    let leave: () => void
    let abort = () => {}
    const granted = new Promise<Grant>((resolve, reject) => {
      const ask = () => {
        leave = join(request, !custom && !!options.auth?.batch, hear)
      }
      const hear: Hear = (answer, chance) => {
        if (answer instanceof AuthError) return reject(answer)
        // A function of the application's that fails is a callback of Laravel's that throws.
        const { status = 500, body, wait = 0, cause } = answer
        const grant = status === 200 ? grantOf(body, channel) : answer.status ? `status ${status}` : 'no answer'
        if (typeof grant === 'object') return resolve(grant)
        const attempt = statuses.push(status)
        const delay = retryDelay(statuses, wait, chance)
        const retryable = delay !== undefined
        const failure = { channel, status: answer.status ?? 0, retryable, attempt, cause }
        const error = new AuthError(codeOf(status), `${channel} was not authorized: ${grant}.`, failure)
        // Whoever is told below may leave.
        const timer = retryable ? setTimeout(ask, delay) : undefined
        leave = () => clearTimeout(timer)
        trace?.('auth', error.message, channel)
        if (retryable) request.retrying?.(error)
        else reject(error)
      }
      abort = () => {
        leave()
        reject(signal.reason)
      }
      if (signal.aborted) return reject(signal.reason)
      signal.addEventListener('abort', abort)
      ask()
    })
    return granted.finally(() => signal.removeEventListener('abort', abort))
  }
}

/** Told the answer, and the chance in [0, 1) that spreads what is tried again: one per request, so that a batch stays one. */
type Hear = (answer: Answer, chance: number) => void

/** What is asked for in one request, and who waits for it. It is aborted when nobody does any more. */
interface Batch {
  readonly members: Map<AuthRequest, Hear>
  readonly controller: AbortController
  /** The socket whose channels may join it while it waits. */
  readonly gathers: string | undefined
  readonly timer: ReturnType<typeof setTimeout> | void
}

/** Asks in order, six requests at a time; with `gathers`, in one request for what is wanted in the same tick. */
function createQueue(ask: Ask, report: Report) {
  const waiting = new Set<Batch>()
  let free = IN_FLIGHT

  const work = async () => {
    if (!free) return
    free--
    for (const batch of waiting) {
      waiting.delete(batch)
      await send(batch)
    }
    free++
  }

  const send = async ({ members, controller, gathers }: Batch) => {
    const { signal } = controller
    const timer = setTimeout(() => controller.abort(), PATIENCE)
    const answers = await new Promise<(channel: string) => Answer>((resolve) => {
      signal.addEventListener('abort', () => resolve(() => ({ status: 0 })))
      ask([...members.keys()], signal, !!gathers).then(resolve, (error: unknown) => {
        const answer = answerOf(error)
        // What carries a status is no mistake, nor what fails because it was told to stop.
        if (!signal.aborted && answer.status === undefined) report(error)
        resolve(() => answer)
      })
    })
    clearTimeout(timer)
    const chance = Math.random()
    for (const [{ channel }, hear] of members) hear(answers(channel), chance)
  }

  return (request: AuthRequest, gather: boolean, hear: Hear): (() => void) => {
    const gathers = gather ? request.socketId : undefined
    let batch = [...waiting].find(({ members, ...other }) => gather && other.gathers === gathers && members.size < BATCH)
    if (!batch) {
      // Not a microtask for a batch: timers of retries that are due together are tasks of their own.
      const timer = (gather ? setTimeout : queueMicrotask)(() => void work())
      batch = { members: new Map(), controller: new AbortController(), gathers, timer }
      waiting.add(batch)
    }
    const { members, controller, timer } = batch
    members.set(request, hear)
    return () => {
      members.delete(request)
      if (members.size) return
      if (timer) clearTimeout(timer)
      // Whoever comes in the same tick must not join it.
      waiting.delete(batch)
      controller.abort()
    }
  }
}
