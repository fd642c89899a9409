import * as antiphon from 'antiphon'
import * as laravelEcho from 'laravel-echo'
import { io } from 'socket.io-client'
import { vi } from 'vitest'
import { type ModernPlace, modernServer } from '../connectors/socket-io/modern-server'

/** An application on a real socket.io server with laravel-echo-server's messages. */
export class SocketIoApplication {
  readonly module: any
  readonly place: ModernPlace
  readonly #incumbent: boolean
  readonly #echoes: { disconnect(): void }[] = []

  private constructor(incumbent: boolean, place: ModernPlace) {
    this.#incumbent = incumbent
    this.module = incumbent ? laravelEcho : antiphon
    this.place = place
  }

  static async open(incumbent: boolean): Promise<SocketIoApplication> {
    return new SocketIoApplication(incumbent, await modernServer())
  }

  /** What is answered differently on purpose. */
  readonly either = <T>(theirs: T, ours: T): T => (this.#incumbent ? theirs : ours)

  /** `new Echo(options)`, of a user who is known by name. */
  readonly start = (options: object = {}): any => {
    const { url: host } = this.place
    const own = { broadcaster: 'socket.io', host, client: io, forceNew: true, autoConnect: true, bearerToken: 'Ada' }
    return this.keep(new this.module.default({ ...own, ...options }))
  }

  /** The same, once it is connected. */
  readonly connected = async (options: object = {}): Promise<any> => {
    const echo = this.start(options)
    await this.eventually(() => echo.connectionStatus() === 'connected')
    return echo
  }

  /** Waits until something is so. */
  readonly eventually = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
    const check = async () => {
      if (!(await condition())) throw new Error('It was never so.')
    }
    await vi.waitFor(check, { timeout: 20_000, interval: 10 })
  }

  /** Waits until the server has so many sockets in a channel. */
  readonly joined = (wire: string, sockets = 1): Promise<void> =>
    this.eventually(async () => (await this.place.count(wire)) === sockets)

  readonly keep = <T extends { disconnect(): void }>(echo: T): T => {
    this.#echoes.push(echo)
    return echo
  }

  async close(): Promise<void> {
    for (const echo of this.#echoes) echo.disconnect()
    await this.place.close()
  }
}
