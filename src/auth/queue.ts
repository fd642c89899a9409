import type { Authorizer, AuthRequest } from '../contract'
import { AuthError } from '../errors'
import type { ResolvedOptions } from '../options'
import { type Answer, grantOf } from './answer'
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
  const custom = createCustomAsk(options, report)
  const queue = new Queue(custom ?? createPost(options, report))
  return async (request, signal) => {
    const { channel } = request
    const statuses: number[] = []
    for (;;) {
      const answer = await queue.ask(request, signal, !custom && !!options.auth?.batch)
      if (answer instanceof AuthError) throw answer
      const { status = 500, body, wait = 0, cause } = answer
      const grant = status === 200 ? grantOf(body, channel) : `status ${status}`
      if (typeof grant === 'object') return grant
      statuses.push(status)
      const delay = retryDelay(statuses, wait, Math.random())
      const retryable = delay !== undefined
      const [code, hint] = meaningOf(status)
      const error = new AuthError(code, `${channel} was not authorized: ${grant}.`, {
        channel,
        status: answer.status ?? 0,
        retryable,
        attempt: statuses.length,
        hint,
        cause,
      })
      trace?.('auth', `${grant}${retryable ? `, again in ${Math.round(delay)} ms` : ''}`, channel)
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
class Queue {
  readonly #ask: Ask
  readonly #open = new Map<string, Batch>()
  readonly #waiting: Batch[] = []
  #free = IN_FLIGHT

  constructor(ask: Ask) {
    this.#ask = ask
  }

  ask(request: AuthRequest, signal: AbortSignal, gathers: boolean): Promise<Answer> {
    return abortable(signal, (answer) => {
      const { members, controller } = this.#batch(request.socketId, gathers)
      members.set(request, answer)
      return () => {
        members.delete(request)
        if (!members.size) controller.abort()
      }
    })
  }

  #batch(socketId: string, gathers: boolean): Batch {
    const open = this.#open.get(socketId)
    if (gathers && open && open.members.size < BATCH && !open.controller.signal.aborted) return open
    const batch = { members: new Map(), controller: new AbortController(), gathers }
    if (gathers) this.#open.set(socketId, batch)
    queueMicrotask(() => {
      this.#open.delete(socketId)
      this.#waiting.push(batch)
      this.#next()
    })
    return batch
  }

  #next(): void {
    const batch = this.#free ? this.#waiting.shift() : undefined
    if (!batch) return
    this.#free--
    void this.#send(batch).then(() => {
      this.#free++
      this.#next()
    })
  }

  async #send({ members, controller, gathers }: Batch): Promise<void> {
    const { signal } = controller
    if (signal.aborted) return
    const timer = setTimeout(() => controller.abort(), PATIENCE)
    const answers = await new Promise<(channel: string) => Answer>((resolve) => {
      signal.addEventListener('abort', () => resolve(() => ({ status: 0 })))
      void this.#ask([...members.keys()], signal, gathers).then(resolve)
    })
    clearTimeout(timer)
    for (const [{ channel }, answer] of members) answer(answers(channel))
  }
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
