import type { Report } from '../base/report'
import type { Authorizer, AuthRequest } from '../contract'
import { AuthError } from '../errors'
import type { ResolvedOptions } from '../options'
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
      const [answer, chance] = await ask(request, signal, !custom && !!options.auth?.batch)
      if (answer instanceof AuthError) throw answer
      // A function of the application's that fails is a callback of Laravel's that throws.
      const { status = 500, body, wait = 0, cause } = answer
      const grant = status === 200 ? grantOf(body, channel) : reasonOf(answer.status)
      if (typeof grant === 'object') return grant
      const attempt = statuses.push(status)
      const delay = retryDelay(statuses, wait, chance)
      const retryable = delay !== undefined
      const [code, hint] = meaningOf(status)
      const failure = { channel, status: answer.status ?? 0, retryable, attempt, hint, cause }
      const error = new AuthError(code, `${channel} was not authorized: ${grant}.`, failure)
      trace?.('auth', error.message, channel)
      if (!retryable) throw error
      request.retrying?.(error)
      await abortable<void>(signal, (resolve) => {
        const timer = setTimeout(resolve, delay)
        return () => clearTimeout(timer)
      })
    }
  }
}

/** An answer, and the chance in [0, 1) that spreads what is tried again: one per request, so that a batch stays one. */
type Outcome = readonly [answer: Answer, chance: number]

/** What is asked for in one request, and who waits for it. It is aborted when nobody does any more. */
interface Batch {
  readonly members: Map<AuthRequest, (outcome: Outcome) => void>
  readonly controller: AbortController
  timer?: ReturnType<typeof setTimeout>
}

/** Asks in order, six requests at a time; with `gathers`, in one request for what is wanted in the same tick. */
function createQueue(ask: Ask, report: Report) {
  const gathering = new Map<string, Batch>()
  const waiting: (() => Promise<void>)[] = []
  let free = IN_FLIGHT

  const next = async (): Promise<void> => {
    const send = free && waiting.shift()
    if (!send) return
    free--
    await send()
    free++
    return next()
  }

  const batchFor = (socketId: string, gathers: boolean): Batch => {
    const open = gathers && gathering.get(socketId)
    if (open && open.members.size < BATCH) return open
    const batch: Batch = { members: new Map(), controller: new AbortController() }
    const close = () => {
      gathering.delete(socketId)
      waiting.push(() => send(batch, gathers))
      void next()
    }
    if (gathers) {
      gathering.set(socketId, batch)
      // Not a microtask: timers of retries that are due together are tasks of their own.
      batch.timer = setTimeout(close)
    } else queueMicrotask(close)
    return batch
  }

  const send = async (batch: Batch, gathers: boolean) => {
    const { members, controller } = batch
    const { signal } = controller
    if (!members.size) return
    batch.timer = setTimeout(() => controller.abort(), PATIENCE)
    const answers = await new Promise<(channel: string) => Answer>((resolve) => {
      signal.addEventListener('abort', () => resolve(() => ({ status: 0 })))
      ask([...members.keys()], signal, gathers).then(resolve, (error: unknown) => {
        const answer = answerOf(error)
        // What carries a status is no mistake, nor what fails because it was told to stop.
        if (!signal.aborted && answer.status === undefined) report(error)
        resolve(() => answer)
      })
    })
    clearTimeout(batch.timer)
    const chance = Math.random()
    for (const [{ channel }, tell] of members) tell([answers(channel), chance])
  }

  return (request: AuthRequest, signal: AbortSignal, gathers: boolean) =>
    abortable<Outcome>(signal, (tell) => {
      const batch = batchFor(request.socketId, gathers)
      const { members, controller } = batch
      members.set(request, tell)
      return () => {
        members.delete(request)
        if (members.size) return
        clearTimeout(batch.timer)
        controller.abort()
        // Whoever comes in the same tick must not join it.
        gathering.delete(request.socketId)
      }
    })
}

function reasonOf(status: number | undefined): string {
  return status ? `status ${status}` : status === 0 ? 'no answer' : 'the authorizer failed'
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
