import { type Channel, Echo, type EchoOptions } from 'antiphon'
import { expect, vi } from 'vitest'

/** How long anything may take, in milliseconds. */
const PATIENCE = 20_000

/** What an application hands over as `client`. */
export type Client = NonNullable<EchoOptions<'socket.io'>['client']>

/** Waits until an assertion holds. */
export function eventually(assertion: () => unknown): Promise<void> {
  return vi.waitFor(
    async () => {
      await assertion()
    },
    { timeout: PATIENCE, interval: 10 },
  )
}

/** Waits until these channels are joined; rejects where one has failed. */
export async function joined(...channels: Channel[]): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE)
  await Promise.all(channels.map((channel) => channel.ready(signal)))
}

/** The pages that a test has opened. */
export class Visitors {
  readonly #echoes: Echo<'socket.io'>[] = []

  /** One user's page; its Echo is connecting. */
  open(client: Client, host: string, options: Partial<EchoOptions<'socket.io'>> = {}): Echo<'socket.io'> {
    const echo = new Echo({
      broadcaster: 'socket.io',
      client,
      host,
      autoConnect: true,
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 100,
      ...options,
    })
    this.#echoes.push(echo)
    return echo
  }

  /** The same, connected. */
  async connected(...page: Parameters<Visitors['open']>): Promise<Echo<'socket.io'>> {
    const echo = this.open(...page)
    await eventually(() => expect(echo.connectionStatus()).toBe('connected'))
    return echo
  }

  leave(): void {
    for (const echo of this.#echoes.splice(0)) echo.disconnect()
  }
}
