import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../connectors/socket-io/place'
import { ProcessGroup } from '../support/process-group'

/** A Redis of our own: its own port and folder, and nothing is kept. */
export class Redis {
  readonly port: number
  readonly #group: ProcessGroup
  readonly #folder: string

  private constructor(port: number, group: ProcessGroup, folder: string) {
    this.port = port
    this.#group = group
    this.#folder = folder
  }

  static async start(): Promise<Redis> {
    const folder = await mkdtemp(join(tmpdir(), 'antiphon-redis-'))
    const port = await freePort()
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--daemonize', 'no']
    const group = ProcessGroup.start({ command: 'redis-server', args: settings })
    const redis = new Redis(port, group, folder)
    try {
      await group.says(/Ready to accept connections/)
    } catch (error) {
      await redis.stop()
      throw error
    }
    return redis
  }

  async stop(): Promise<void> {
    await this.#group.end()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
