import type { Application } from './application'

/** One line of the list of what applications of laravel-echo rely on. */
export interface Line<App = Application> {
  /** The line as the list has it. */
  readonly says: string
  /** What of it is answered differently on purpose: rows of docs/migrating.md, by their first cell. */
  readonly differs?: readonly string[]
  /** How the server is, where it matters; otherwise like a Reverb. */
  readonly server?: 'pusher'
  /** Holds on the incumbent and on ours. */
  readonly holds: (application: App) => Promise<void> | void
}
