/** Every failure this library names. Stable: applications switch on it. Each has an anchor in docs/errors.md. */
export type ErrorCode =
  | 'invalid-option'
  | 'unknown-broadcaster'
  | 'not-supported'
  | 'invalid-channel'
  | 'invalid-listener'
  | 'invalid-whisper'
  | 'whisper-dropped'
  | 'auth-refused'
  | 'auth-expired'
  | 'auth-invalid'
  | 'auth-failed'
  | 'subscribe-refused'
  | 'subscribe-timeout'
  | 'channel-left'
  | 'connection-refused'
  | 'connection-lost'
  | 'connection-timeout'
  | 'frame-invalid'

const DOCS = 'https://github.com/antiphon/antiphon/blob/main/docs/errors.md#'

/** What went wrong (`message`), its stable name (`code`), what to do next (`hint`) and, where there is one, the `cause`. */
export class EchoError extends Error {
  readonly code: ErrorCode
  readonly hint: string

  constructor(code: ErrorCode, message: string, hint = '', cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.errorName
    this.code = code
    this.hint = `${hint && `${hint} `}${DOCS}${code}`
  }

  /** Kept beside the class, because minifiers rename classes. */
  protected static errorName = 'EchoError'
}

/** What an `AuthError` knows beside its code. `status` is 0 where no answer came; `attempt` counts from 1. */
export interface AuthFailure {
  readonly channel: string
  readonly status?: number
  readonly retryable?: boolean
  readonly attempt?: number
  readonly hint?: string
  readonly cause?: unknown
}

/** An authorization that did not succeed; `type`, `status` and `error` are named as pusher-js names them. */
export class AuthError extends EchoError {
  readonly type = 'AuthError'
  readonly channel: string
  readonly status: number
  readonly retryable: boolean
  readonly attempt: number

  constructor(code: ErrorCode, message: string, failure: AuthFailure) {
    super(code, message, failure.hint, failure.cause)
    this.channel = failure.channel
    this.status = failure.status ?? 0
    this.retryable = failure.retryable ?? false
    this.attempt = failure.attempt ?? 1
  }

  get error(): string {
    return this.message
  }

  protected static override errorName = 'AuthError'
}

/** A connection that was lost or refused; `closeCode` is the WebSocket's, or the Pusher protocol's (4000 and up). */
export class ConnectionError extends EchoError {
  readonly closeCode: number | undefined

  constructor(code: ErrorCode, message: string, closeCode?: number, hint?: string, cause?: unknown) {
    super(code, message, hint, cause)
    this.closeCode = closeCode
  }

  protected static override errorName = 'ConnectionError'
}

/** Something a server sent that is no frame of its protocol. */
export class FrameError extends EchoError {
  protected static override errorName = 'FrameError'
}
