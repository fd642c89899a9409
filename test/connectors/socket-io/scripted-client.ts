/** What was emitted, in order. */
export interface Emitted {
  readonly event: string
  readonly message: any
}

/** A socket.io client without a network: the test says what happens to its socket. */
export class ScriptedClient {
  readonly emitted: Emitted[] = []
  readonly options: Record<string, unknown>[] = []
  connects = 0
  readonly #listeners = new Map<string, ((...args: unknown[]) => void)[]>()
  readonly #any: ((...args: unknown[]) => void)[] = []
  #ids = 0

  readonly socket = {
    nsp: '/',
    id: undefined as string | undefined,
    connected: false,
    active: false,
    io: { on: (event: string, listener: () => void) => this.#on(`io:${event}`, listener), reconnection: () => true },
    on: (event: string, listener: () => void) => this.#on(event, listener),
    onAny: ((listener) => this.#any.push(listener)) as ((listener: () => void) => unknown) | undefined,
    emit: (event: string, message: unknown) => this.emitted.push({ event, message }),
    connect: () => {
      this.connects++
      this.socket.active = true
    },
    disconnect: () => {
      this.socket.active = false
      if (this.socket.connected) this.lose('io client disconnect')
    },
  }

  /** `version`: of socket.io-client. */
  constructor(version: 2 | 4 = 4) {
    if (version === 2) this.socket.onAny = undefined
  }

  /** Hand it to `new Echo` as `client`. */
  readonly io = (_host: string | undefined, options: object) => {
    this.options.push(options as Record<string, unknown>)
    return this.socket
  }

  /** The connection is there. */
  open(): void {
    Object.assign(this.socket, { connected: true, active: true, id: `socket-${++this.#ids}` })
    this.fire('connect')
  }

  /** The connection is gone. */
  lose(reason = 'transport close'): void {
    Object.assign(this.socket, { connected: false, id: undefined })
    this.fire('disconnect', reason)
  }

  /** What socket.io tells of itself; `io:` in front: by its manager. */
  fire(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args)
  }

  /** What the server sends. */
  receive(event: string, ...args: unknown[]): void {
    for (const listener of this.#any) listener(event, ...args)
  }

  /** The channels for which an event was emitted. */
  channels(event: string): string[] {
    return this.emitted.filter((emitted) => emitted.event === event).map(({ message }) => message.channel)
  }

  #on(event: string, listener: () => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener])
  }
}
