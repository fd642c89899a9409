/** What a new connection hears first. `ping-first` is a `pusher:ping`, then the greeting. */
export type Greeting = 'proper' | 'none' | 'ping-first' | { readonly junk: string }

/** What becomes of a subscribe: no answer at all, a late one, or the refusal of a bad signature. */
export type SubscribeFault = 'ignore' | 'refuse' | { readonly delay: number }

/** How a connection is refused: TCP cut before it opens, or closed at once with a code. */
export type Refusal = 'cut' | { readonly code: number; readonly reason: string }

/** The misfortunes a server arranges on demand. All are off at first; `clear` ends them. */
export class Faults {
  /** Black hole: frames vanish both ways without a close, and new connections never open. */
  offline = false
  /** Milliseconds by which everything to clients is late; order is kept. */
  delay = 0
  greeting: Greeting = 'proper'
  /** Leaves the pings of clients unanswered. */
  withholdPong = false
  #refusals: Refusal[] = []
  #subscribes: SubscribeFault[] = []

  /** Refuses the next `count` connections: with a close code, or without one, as if nobody listened. */
  refuse(count = 1, code?: number, reason = ''): void {
    const refusal = code === undefined ? 'cut' : { code, reason }
    for (let i = 0; i < count; i++) this.#refusals.push(refusal)
  }

  /** Disturbs the next `count` subscribes. */
  disturbSubscribe(fault: SubscribeFault, count = 1): void {
    for (let i = 0; i < count; i++) this.#subscribes.push(fault)
  }

  /** Whether the connection that is about to open is to be cut before it does; takes that fault. */
  cutsNext(): boolean {
    if (this.#refusals[0] !== 'cut') return false
    this.#refusals.shift()
    return true
  }

  /** Takes the refusal meant for the connection that opens now. */
  nextRefusal(): Refusal | undefined {
    return this.#refusals.shift()
  }

  /** Takes the fault meant for the subscribe that arrives now. */
  nextSubscribe(): SubscribeFault | undefined {
    return this.#subscribes.shift()
  }

  /** Ends every fault, also those still waiting for their turn. */
  clear(): void {
    this.offline = false
    this.delay = 0
    this.greeting = 'proper'
    this.withholdPong = false
    this.#refusals = []
    this.#subscribes = []
  }
}
