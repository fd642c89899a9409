import { createAuthorizer } from '../../src/auth/queue'
import type { AuthError } from '../../src/errors'
import { type EchoOptions, resolveOptions } from '../../src/options'

/** One request that reached the endpoint. */
export interface Call {
  readonly url: string
  readonly init: RequestInit
  readonly headers: Headers
  readonly fields: Record<string, string>
}

type Reply = (call: Call, index: number) => Response | Promise<Response>

/** An auth endpoint that answers as told and remembers what it was asked; it rejects what is aborted, as fetch does. */
export function endpoint(reply: Reply = () => Response.json({ auth: 'key:signature' })) {
  const calls: Call[] = []
  const seen = { inFlight: 0, most: 0 }
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const call = {
      url,
      init,
      headers: new Headers(init.headers),
      fields: Object.fromEntries(new URLSearchParams(String(init.body))),
    }
    calls.push(call)
    seen.most = Math.max(seen.most, ++seen.inFlight)
    try {
      return await new Promise((resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
        Promise.resolve(reply(call, calls.length - 1)).then(resolve, reject)
      })
    } finally {
      seen.inFlight--
    }
  }
  return { fetch, calls, seen }
}

/** Answers with these statuses in turn, then with a grant. */
export function statuses(...list: (number | (() => Response))[]) {
  return endpoint((_call, index) => {
    const next = list[index]
    if (typeof next === 'function') return next()
    return next ? new Response('<html>', { status: next }) : Response.json({ auth: 'key:signature' })
  })
}

/** An authorizer through its public door, and what it told; `forUser`: as `signin()` asks. */
export function authorizer(options: Partial<EchoOptions>, forUser = false) {
  const reported: unknown[] = []
  const traced: string[] = []
  const problems: AuthError[] = []
  const resolved = resolveOptions({
    broadcaster: 'null',
    onError: (error: unknown) => reported.push(error),
    trace: (entry) => traced.push(JSON.stringify(entry)),
    ...options,
  } as EchoOptions)
  const authorize = createAuthorizer(resolved, forUser ? resolved.options.userAuthentication! : undefined)
  const ask = (channel: string, signal = new AbortController().signal, socketId = '1.1') =>
    authorize({ channel, socketId, retrying: (error) => problems.push(error as AuthError) }, signal)
  /** What it was refused with. */
  const refusal = (channel: string, signal?: AbortSignal): Promise<AuthError> =>
    ask(channel, signal).then(
      () => Promise.reject(new Error('it was granted')),
      (error: unknown) => error as AuthError,
    )
  return { authorize, ask, refusal, options: resolved.options, reported, traced, problems }
}

/** Everything an error says, deep down. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? String(error)
  return [
    error.message,
    error.stack,
    JSON.stringify(error),
    JSON.stringify(Object.entries(error)),
    error.cause && textOf(error.cause),
  ].join()
}
