/** Where errors of the application's own listeners and hooks go. Never throws. */
export type Report = (error: unknown) => void

/** Reports as the platform does for a listener of its own: `reportError`, or an uncaught exception where there is none. */
export function rethrow(error: unknown): void {
  if (typeof reportError === 'function') reportError(error)
  else
    setTimeout(() => {
      throw error
    })
}

/** The application's `onError`, guarded: what it throws itself is reported as the platform does. */
export function createReport(onError: Report = rethrow): Report {
  return (error) => guarded(rethrow, () => onError(error))
}

/** Calls a listener of the application's; what it throws, or what its promise rejects with, is reported. */
export function guarded<A, B>(report: Report, listener: (first: A, second: B) => unknown, first?: A, second?: B): void {
  try {
    const result = listener(first as A, second as B)
    if (result instanceof Promise) result.catch(report)
  } catch (error) {
    report(error)
  }
}
