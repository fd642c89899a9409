/** What carries frames to one client: a WebSocket, an in-memory pair, a list in a test. */
export interface Transport {
  send(text: string): void
  /** Ends the connection with a close frame. */
  close(code: number, reason: string): void
  /** Cuts the connection without a close frame: the client sees 1006. Safe twice. */
  drop(): void
}

/** What a client asked for when it opened its WebSocket. */
export interface UpgradeRequest {
  /** Path and query, e.g. `/app/KEY?protocol=7`. Absent: whatever key would be right. */
  readonly path?: string | undefined
  /** The `Origin` header; absent outside browsers. */
  readonly origin?: string | undefined
}
