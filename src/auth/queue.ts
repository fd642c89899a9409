import type { Authorizer, AuthRequest } from '../contract'
import { AuthError } from '../errors'
import type { ResolvedOptions } from '../options'
import type { Report } from '../base/report'
import { type Answer, answerOf, grantOf } from './answer'
import { createCustomAsk } from './custom'
import { type Ask, createPost } from './http'
import { meaningOf, retryDelay } from './retry'

/** More would keep the application's own requests waiting: a browser opens six at a time. */
const IN_FLIGHT = 6
/** PHP cuts a form at 1,000 fields. */
const BATCH = 200
const PATIENCE = 10_000

/** Makes one Echo's authorizer: it asks, and asks again, until the answer is final or nobody wants it any more. */
export function createAuthorizer({ options, report, trace }: ResolvedOptions): Authorizer {
  const custom = createCustomAsk(options)
  const ask = createQueue(custom ?? createPost(options), report)
  return async (request, signal) => {
    const { channel } = request
    const statuses: number[] = []
    for (;;) {
      const answer = await ask(request, signal, !custom && !!options.auth?.batch)
      if (answer instanceof AuthError) throw answer
      // A function of the application's that fails is a callback of Laravel's that throws.
      const { status = 500, body, wait = 0, cause } = answer
      const grant = status === 200 ? grantOf(body, channel) : `status ${answer.status}`
      if (typeof grant === 'object') return grant
      const attempt = statuses.push(status)
      const delay = retryDelay(statuses, wait, Math.random())
      const retryable = delay !== undefined
      trace?.('auth', retryable ? `${grant}, again in ${delay | 0} ms` : grant, channel)
      const [code, hint] = meaningOf(status)
      const failure = { channel, status: answer.status ?? 0, retryable, attempt, hint, cause }
      const error = new AuthError(code, `${channel} was not authorized: ${grant}.`, failure)
      if (!retryable) throw error
      request.retrying?.(error)
      await abortable<void>(signal, (resolve) => {
        const timer = setTimeout(resolve, delay)
        return () => clearTimeout(timer)
      })
    }
  }
}

/** What is asked for in one request, and who waits for it. It is aborted when nobody does any more. */
interface Batch {
  readonly members: Map<AuthRequest, (answer: Answer) => void>
  readonly controller: AbortController
  readonly gathers: boolean
}

/** Asks in order, six requests at a time; a batch gathers what is wanted in the same tick. */
function createQueue(ask: Ask, report: Report) {
  const gathering = new Map<string, Batch>()
  const waiting: Batch[] = []
  let free = IN_FLIGHT

  const batchFor = (socketId: string, gathers: boolean): Batch => {
    const open = gathers && gathering.get(socketId)
    if (open && open.members.size < BATCH) return open
    const batch = { members: new Map(), controller: new AbortController(), gathers }
    if (gathers) gathering.set(socketId, batch)
    queueMicrotask(() => {
      gathering.delete(socketId)
      waiting.push(batch)
      void next()
    })
    return batch
  }

  const next = async (): Promise<void> => {
    const batch = free && waiting.shift()
    if (!batch) return
    free--
    if (batch.members.size) await send(batch)
    free++
    return next()
  }

  const send = async ({ members, controller, gathers }: Batch) => {
    const { signal } = controller
    const timer = setTimeout(() => controller.abort(), PATIENCE)
    const answers = await new Promise<(channel: string) => Answer>((resolve) => {
      signal.addEventListener('abort', () => resolve(() => ({ status: 0 })))
      ask([...members.keys()], signal, gathers).then(resolve, (error: unknown) => {
        const answer = answerOf(error)
        // What carries a status is no mistake, nor what fails because it was told to stop.
        if (!signal.aborted && answer.status === undefined) report(error)
        resolve(() => answer)
      })
    })
    clearTimeout(timer)
    for (const [{ channel }, answer] of members) answer(answers(channel))
  }

  return (request: AuthRequest, signal: AbortSignal, gathers: boolean) =>
    abortable<Answer>(signal, (answer) => {
      const { members, controller } = batchFor(request.socketId, gathers)
      members.set(request, answer)
      return () => {
        members.delete(request)
        if (members.size) return
        // Whoever comes in the same tick must not join it.
        gathering.delete(request.socketId)
        controller.abort()
      }
    })
}

// Settled by `start`, or rejected as soon as the signal aborts: then what `start` returned clears up.
function abortable<T>(signal: AbortSignal, start: (resolve: (value: T) => void) => () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      stop()
      reject(signal.reason)
    }
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', abort)
    const stop = start((value) => {
      signal.removeEventListener('abort', abort)
      resolve(value)
    })
  })
}
