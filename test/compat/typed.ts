/** A row of docs/migrating.md about types: what compiles with one of the two only. */
interface TypedDifference {
  readonly row: string
  readonly compiles: 'laravel-echo' | 'antiphon'
  readonly code: string
}

const echo = "import Echo from 'laravel-echo'\ndeclare const echo: Echo<'reverb'>\n"

/** What is typed differently on purpose. */
export const typed: readonly TypedDifference[] = [
  {
    row: 'a misspelt option',
    compiles: 'laravel-echo',
    code: `${echo}new Echo({ broadcaster: 'reverb', key: 'k', wshost: 'localhost' })`,
  },
  {
    row: 'payloads',
    compiles: 'laravel-echo',
    code: `${echo}
      declare module 'laravel-echo' {
        interface Register { private: { invoices: { events: { Paid: { id: number } } } } }
      }
      echo.private('invoices').listen('Piad', () => {})`,
  },
  {
    row: '`Echo.connector.pusher` in TypeScript',
    compiles: 'antiphon',
    code: `${echo}echo.connector.pusher.user.bind('renamed').anything`,
  },
]
