import * as antiphon from 'antiphon'
import * as laravelEcho from 'laravel-echo'
import Pusher from 'pusher-js'

/** What an application imports. */
export interface Client {
  readonly name: string
  /** It is laravel-echo: what it does is what the list says, or a difference on purpose. */
  readonly incumbent: boolean
  /** What `import * as` gives. */
  readonly module: any
  /** What the application puts into the page as `window.Pusher`. */
  readonly Pusher: typeof Pusher | undefined
}

/** The incumbent first, so that the list itself is checked; then ours after each step of migrating. */
export const clients: readonly Client[] = [
  { name: 'laravel-echo', incumbent: true, module: laravelEcho, Pusher },
  { name: 'antiphon with pusher-js', incumbent: false, module: antiphon, Pusher },
  { name: 'antiphon', incumbent: false, module: antiphon, Pusher: undefined },
]
