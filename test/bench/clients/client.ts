/** Where a client connects, and through what. */
export interface Setup {
  readonly WebSocket: new (url: string) => WebSocket
  readonly port: number
  readonly authEndpoint: string
  /** Authorizes all channels of one tick together, where the client can. */
  readonly batch: boolean
  /** Answers authorizations without a network. */
  readonly fetch?: typeof fetch
}

/** What every contestant is asked to do, in its own words. */
export interface Client {
  /** Listens to an event of a public channel, by its name in the namespace `App.Events`. */
  listen(name: string, event: string, listener: (payload: any) => void): void
  /** Joins a private channel and says when the server has accepted. */
  join(name: string, joined: () => void): void
  /** Joins a presence channel and hears who is in it and who comes. */
  presence(name: string, here: (members: any) => void, joining: (member: any) => void): void
  /** Leaves a presence channel. */
  leave(name: string): void
}

/** Starts a contestant; it connects by itself. */
export type Start = (setup: Setup) => Client
