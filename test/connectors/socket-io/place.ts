import { createServer } from 'node:net'
import type { Application } from './application'

/** A server of laravel-echo-server's protocol, which is asked over HTTP as Laravel would. */
export interface Place {
  readonly application: Application
  /** As an application writes it into `host`. */
  readonly url: string
  /** What Laravel does with an event; `except`: the socket that is left out. */
  publish(channel: string, event: string, data: unknown, except?: string): Promise<void>
  /** How many sockets are in a channel. */
  count(channel: string): Promise<number>
  /** How many clients are connected. */
  clients(): Promise<number>
  /** How often it has tripped over itself. */
  readonly faults: number
  /** Ends it at once, as a crash would. */
  stop(): Promise<void>
  /** Starts it anew, at the same address. */
  start(): Promise<void>
  close(): Promise<void>
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
