import type { Readable } from '../base/store'
import type { ConnectionState } from '../contract'
import type { EchoError } from '../errors'

/**
 * Fails what is asked for on a connection that has failed for good, unless it has become another one by then. Not in a microtask:
 * who retries whenever it fails would never let the page have its turn.
 */
export function failSoon(state: Readable<ConnectionState>, fail: (error: EchoError) => void): void {
  const { status, error } = state.get()
  if (status === 'failed' && error) setTimeout(() => state.get().error === error && fail(error))
}
