import { guarded, type Report } from './report'

/** One thing worth knowing, for logs and tools; never holds a token, a signature or a secret. `at` in Unix milliseconds. */
export interface TraceEntry {
  readonly at: number
  readonly about: 'connection' | 'frame' | 'channel' | 'auth' | 'option'
  readonly message: string
  readonly channel?: string | undefined
}

/** Writes an entry. Absent when nobody listens, so that `trace?.(…)` does not even build its arguments. */
export type Trace = ((about: TraceEntry['about'], message: string, channel?: string) => void) | undefined

/** The application's `trace`, guarded and stamped with the time. */
export function createTrace(listener: ((entry: TraceEntry) => void) | undefined, report: Report): Trace {
  return (
    listener && ((about, message, channel) => guarded(report, listener, { at: Date.now(), about, message, channel }))
  )
}
