import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a transcript says about the application: names as Reverb's configuration has them. */
export interface App {
  readonly id: string
  readonly key: string
  readonly secret: string
  readonly accept_client_events_from: 'members' | 'all' | 'none'
  readonly activity_timeout: number
  readonly allowed_origins?: readonly string[]
  readonly max_connections?: number
  readonly max_message_size?: number
  readonly ping_interval?: number
  readonly rate_limiting?: { max_attempts: number; decay_seconds: number; terminate_on_limit: boolean }
}

/** How an HTTP request of a transcript is signed. */
export type Signed = boolean | { secret?: string; timestamp?: string; key?: string; md5?: string }

/** An HTTP request of a transcript; a body is sent as JSON, or as it is where it says `raw`. */
export interface Request {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly signed: Signed
}

export interface Answer {
  readonly status: number
  readonly contentType: string | null
  readonly body: string
}

export type Step =
  | { readonly client: string; readonly open: { readonly path: string; readonly origin?: string } }
  | { readonly client: string; readonly send: unknown; readonly binary?: boolean }
  | { readonly client: string; readonly raw: string; readonly binary?: boolean }
  | { readonly client: string; readonly receive: unknown; readonly raw?: string }
  | { readonly client: string; readonly close: { readonly code?: number; readonly reason?: string } }
  | { readonly client: string; readonly drop: true }
  | { readonly client: string; readonly closed: { readonly code: number; readonly reason: string } }
  | { readonly client: string; readonly refused: Answer }
  | { readonly http: Request; readonly answer: Answer }
  | { readonly wait: number; readonly nothing?: string }
  | { readonly unordered: readonly Step[] }
  | { readonly server: 'SIGTERM' | 'SIGINT' | 'SIGKILL' }

export interface Scenario {
  readonly name: string
  readonly app: App
  readonly slow?: boolean
  readonly steps: readonly Step[]
}

/** The recorded scenarios of a real Reverb. */
export const scenarios: readonly Scenario[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../transcripts/reverb-1.10.2.json'), 'utf8'),
)

export const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex')
export const md5 = (text: string) => createHash('md5').update(text).digest('hex')
