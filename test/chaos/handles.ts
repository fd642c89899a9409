import type { Channel, Echo, Gap, PresenceChannel } from 'antiphon'
import type { Manner } from './steps'

/** Where the world writes down what must not be. */
export type Complain = (what: string) => void

/** A `missed` comes within this, in milliseconds. */
const SPREAD = 2000

/** A listener of the application's, as the model knows it. */
export interface Watched {
  readonly id: number
  readonly event: string
  readonly manner: Manner
  readonly handle: Handle
  readonly call: (payload: any) => void
  alive: boolean
}

/** One handle on a channel, with everything it is told held against what it may be told. */
export class Handle {
  readonly channel: Channel
  readonly wire: string
  readonly listeners: Watched[] = []
  readonly release: () => void
  /** Until when a `missed` must have come. */
  due: number | undefined
  alive = true
  readonly #complain: Complain
  /** When the channel was lost that is not back yet, or whose `missed` is due. */
  #lost: number | undefined
  #present: Set<string> | undefined
  #last = 'joining'

  constructor(echo: Echo, name: string, leased: boolean, complain: Complain) {
    const kind = name.startsWith('presence-') ? 'presence' : name.startsWith('private-') ? 'private' : 'public'
    const short = name.replace(/^(presence|private)-/, '')
    this.wire = name
    this.#complain = (what) => complain(`${name}: ${what}`)
    if (leased) {
      const lease = echo.lease(kind, short)
      this.channel = lease.channel
      this.release = () => lease.release()
    } else {
      this.channel =
        kind === 'presence' ? echo.join(short) : kind === 'private' ? echo.private(short) : echo.channel(short)
      this.release = () => echo.leaveChannel(name)
    }
  }

  /** Begins to listen to everything the channel tells of itself. */
  follow(): void {
    const { channel } = this
    const only =
      (act: (...args: any[]) => void) =>
      (...args: unknown[]) => {
        if (!this.alive) this.#complain('a listener was called after its handle was let go')
        else act(...args)
      }
    this.#last = channel.status.get()
    channel.status.subscribe((status) => this.#follow(status))
    channel.missed(only((gap) => this.#missed(gap)))
    channel.subscribed(
      only(() => {
        if (channel.status.get() !== 'joined') this.#complain('subscribed() while it is not joined')
      }),
    )
    channel.error(only(({ code }) => code || this.#complain('an error without a code')))
    if (!('here' in channel)) return
    const room = channel as PresenceChannel
    room.here(only((users: { id: string }[]) => this.#here(users.map(({ id }) => id))))
    room.joining(only(({ id }) => this.#came(id)))
    room.leaving(only(({ id }) => this.#went(id)))
  }

  /** Lets go of it; nothing may be called from now on. */
  end(): void {
    if (!this.alive) return
    this.alive = false
    for (const listener of this.listeners) listener.alive = false
    this.due = undefined
    this.release()
    if (this.channel.status.get() !== 'left') this.#complain('not left in the same tick')
  }

  check(): void {
    if (this.due !== undefined && Date.now() > this.due) {
      this.#complain('missed() did not come')
      this.due = undefined
    }
  }

  #follow(status: string): void {
    if (!this.alive && status !== 'left') this.#complain(`status ${status} after it was let go`)
    if (this.#last === 'joined' && status === 'joining') {
      this.#lost ??= Date.now()
      this.due = undefined
    }
    if (this.#last === 'joined' && status === 'failed') this.#complain('failed, though it was joined')
    if (status === 'joined' && this.#lost) this.due = Date.now() + SPREAD
    if (status === 'left' && this.alive) this.#complain('left, though nobody let it go')
    this.#last = status
  }

  #missed({ from, to }: Gap): void {
    const lost = this.#lost
    if (this.channel.status.get() !== 'joined') this.#complain('missed() while it is not joined')
    if (from > to || to > Date.now()) this.#complain(`missed() from ${from} to ${to}`)
    // A handle that is younger than the loss is told too.
    if (lost && from > lost) this.#complain(`missed() from ${from}, though it was lost at ${lost}`)
    this.#lost = undefined
    this.due = undefined
  }

  #here(ids: string[]): void {
    const present = this.#present
    if (new Set(ids).size < ids.length) this.#complain(`here() with doubles: ${ids.join()}`)
    if (present && [...present].sort().join() !== [...ids].sort().join())
      this.#complain(`here() says ${ids.join()}, but joining and leaving made it ${[...present].join()}`)
    this.#present = new Set(ids)
  }

  #came(id: string): void {
    if (this.#present?.has(id)) this.#complain(`joining(${id}), who is here`)
    this.#present?.add(id)
  }

  #went(id: string): void {
    if (this.#present && !this.#present.delete(id)) this.#complain(`leaving(${id}), who is not here`)
  }
}
