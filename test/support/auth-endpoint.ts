import type { PusherServer } from 'antiphon/testing'
import { Encryption } from './encryption'

/** Who the endpoint says has asked. */
export interface User {
  readonly user_id: string | number
  readonly user_info?: unknown
  /** Whom they watch, once they have signed in. */
  readonly watchlist?: readonly string[]
}

/**
 * What the endpoint does about one request. `grant`: what Laravel answers to a user who may; `never`: no answer at all;
 * `cut`: the connection breaks; `redirect`: to a login page, as `redirect: 'manual'` shows it. `after`: milliseconds;
 * `deaf`: also answers a request that was aborted; `stall`: the body never ends, or breaks.
 */
export type Answer =
  | 'grant'
  | 'never'
  | 'cut'
  | 'redirect'
  | { readonly grant: true; readonly after: number; readonly deaf?: boolean }
  | {
      readonly status: number
      readonly body?: string | object | null
      readonly headers?: Record<string, string>
      readonly after?: number
      readonly stall?: 'never' | 'cut'
    }

/** One request that came, with what became of it. */
export interface AuthAttempt {
  readonly at: number
  readonly url: string
  readonly init: RequestInit
  readonly headers: Headers
  readonly fields: URLSearchParams
  readonly channel: string
  readonly socketId: string
  aborted: boolean
  settled: boolean
}

/** An application's `/broadcasting/auth`, behind a `fetch` that answers from a script. */
export class AuthEndpoint {
  /** What came, oldest first. */
  readonly requests: AuthAttempt[] = []
  /** The most requests that were under way at once. */
  busiest = 0
  /** Who asks for a presence channel. */
  user: User = { user_id: '1', user_info: { name: 'Ada' } }
  /** Whose keys it gives to the readers of encrypted channels. */
  encryption = new Encryption()
  /** Answers what `next` does not. */
  reply: (request: AuthAttempt) => Answer = () => 'grant'
  readonly #server: PusherServer
  readonly #next: Answer[] = []

  constructor(server: PusherServer) {
    this.#server = server
  }

  /** Answers the next requests, one each, before `reply` is asked. */
  next(...answers: Answer[]): void {
    this.#next.push(...answers)
  }

  /** The requests for one channel. */
  for(channel: string): AuthAttempt[] {
    return this.requests.filter((request) => request.channel === channel)
  }

  /** The last request that came. */
  get last(): AuthAttempt {
    const last = this.requests.at(-1)
    if (!last) throw new Error('Nobody asked for an authorization.')
    return last
  }

  /** How many requests are under way. */
  get busy(): number {
    return this.requests.filter(({ aborted, settled }) => !aborted && !settled).length
  }

  /** Hand it to `new Echo`. */
  readonly fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const fields = new URLSearchParams(String(init.body))
    const request: AuthAttempt = {
      at: Date.now(),
      url: String(url),
      init,
      headers: new Headers(init.headers),
      fields,
      channel: fields.get('channel_name') ?? '',
      socketId: fields.get('socket_id') ?? '',
      aborted: false,
      settled: false,
    }
    this.requests.push(request)
    this.busiest = Math.max(this.busiest, this.busy)
    const answer = this.#next.shift() ?? this.reply(request)
    return new Promise<Response>((resolve, reject) => {
      const settle = (act: () => void) => {
        request.settled = true
        act()
      }
      init.signal?.addEventListener('abort', () => {
        if (!request.settled) request.aborted = true
        if (typeof answer === 'object' && 'deaf' in answer && answer.deaf) return
        settle(() => reject(init.signal?.reason))
      })
      if (answer === 'never') return
      const after = (typeof answer === 'object' && answer.after) || 0
      setTimeout(() => {
        if (answer === 'cut') settle(() => reject(new TypeError('Failed to fetch')))
        else settle(() => resolve(this.#respond(answer, request, init.signal)))
      }, after)
    })
  }

  #respond(
    answer: Exclude<Answer, 'never' | 'cut'>,
    { channel, socketId }: AuthAttempt,
    signal: RequestInit['signal'],
  ) {
    if (answer === 'redirect') return redirected()
    if (answer === 'grant' || 'grant' in answer) {
      const secret = channel.startsWith('private-encrypted-') && { shared_secret: this.encryption.secretOf(channel) }
      if (channel) return json(200, { ...this.#server.authorize(socketId, channel, this.#member(channel)), ...secret })
      // Laravel labels what it says of a user as HTML.
      return json(200, this.#server.authenticate(socketId, this.#signedIn), { 'Content-Type': 'text/html' })
    }
    const { status, body = '', headers, stall } = answer
    const response =
      typeof body === 'string'
        ? withHeaders(new Response(status === 204 ? null : body, { status }), headers)
        : json(status, body, headers)
    if (stall) return stalled(response, stall, signal)
    return response
  }

  #member(channel: string): User | undefined {
    const { user_id, user_info } = this.user
    return channel.startsWith('presence-') ? { user_id, user_info } : undefined
  }

  get #signedIn() {
    const { user_id, ...rest } = this.user
    return { id: String(user_id), ...rest }
  }
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return withHeaders(new Response(JSON.stringify(body), { status }), { 'Content-Type': 'application/json', ...headers })
}

/** A response with these headers: Node's own way to make one reads what hostile pages have put on every object. */
export function withHeaders(response: Response, headers: Record<string, string> = {}): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** What fetch gives for a redirect under `redirect: 'manual'`: no status, no header, no body. */
function redirected(): Response {
  return Object.defineProperties(new Response(null), {
    type: { value: 'opaqueredirect' },
    status: { value: 0 },
    ok: { value: false },
  })
}

/** The headers came; the body never does, or breaks on the way. */
function stalled(response: Response, how: 'never' | 'cut', signal: RequestInit['signal']): Response {
  const body = () =>
    new Promise<never>((_, reject) => {
      if (how === 'cut') reject(new TypeError('network error'))
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
  return Object.assign(response, { text: body, json: body, arrayBuffer: body })
}
