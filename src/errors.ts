/** Every failure this library names. Stable: applications switch on it. Each has an anchor in docs/errors.md. */
export type ErrorCode =
  | 'invalid-option'
  | 'unknown-broadcaster'
  | 'not-supported'
  | 'not-configured'
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
  | 'encryption-unavailable'
  | 'decryption-failed'
  | 'channel-left'
  | 'disconnected'
  | 'catch-up-failed'
  | 'load-failed'
  | 'connection-refused'
  | 'connection-lost'
  | 'connection-timeout'
  | 'frame-invalid'

const DOCS = 'https://github.com/antiphon/antiphon/blob/main/docs/errors.md#'

/** What went wrong (`message`), its stable name (`code`), where to read on (`hint`) and, where there is one, the `cause`. */
export class EchoError extends Error {
  // A text, because minifiers rename classes.
  override readonly name: string = 'EchoError'
  readonly code: ErrorCode
  readonly hint: string

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause ? { cause } : undefined)
    this.code = code
    this.hint = DOCS + code
  }
}

/** What an `AuthError` knows beside its code. `status` is 0 where no answer came; `attempt` counts from 1. */
export interface AuthFailure {
  readonly channel: string
  readonly status?: number
  readonly retryable?: boolean
  readonly attempt?: number
  readonly cause?: unknown
}

/** An authorization that did not succeed; `type`, `status` and `error` are named as pusher-js names them. */
export class AuthError extends EchoError {
  override readonly name = 'AuthError'
  readonly type = 'AuthError'
  readonly channel: string = ''
  readonly status: number = 0
  readonly retryable: boolean = false
  readonly attempt: number = 1

  constructor(code: ErrorCode, message: string, { cause, ...known }: AuthFailure) {
    super(code, message, cause)
    Object.assign(this, known)
  }

  get error(): string {
    return this.message
  }
}

/** A connection that was lost or refused; `closeCode` is the WebSocket's, or the Pusher protocol's (4000 and up). */
export class ConnectionError extends EchoError {
  override readonly name = 'ConnectionError'
  readonly closeCode: number | undefined

  constructor(code: ErrorCode, message: string, closeCode?: number) {
    super(code, message)
    this.closeCode = closeCode
  }
}

/** Something a server sent that is no frame of its protocol. */
export class FrameError extends EchoError {
  override readonly name = 'FrameError'
}
