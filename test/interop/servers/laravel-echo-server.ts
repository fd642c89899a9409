import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePort } from '../../connectors/socket-io/place'
import { ProcessGroup } from '../support/process-group'
import { adapted } from './documented'

const { resolve } = createRequire(import.meta.url)
const program = join(dirname(resolve('laravel-echo-server/package.json')), 'bin/server.js')

/** laravel-echo-server by its own command, with a `laravel-echo-server.json`, as an administrator runs it. */
export class LaravelEchoServer {
  readonly port: number
  readonly #folder: string
  #group: ProcessGroup | undefined

  private constructor(port: number, folder: string) {
    this.port = port
    this.#folder = folder
  }

  /** `settings`: what is documented, where Laravel is at port 8000 and Redis at 6379. */
  static async start(settings: string, at: { laravel: string; redis: number }): Promise<LaravelEchoServer> {
    const folder = await mkdtemp(join(tmpdir(), 'antiphon-echo-server-'))
    const port = await freePort()
    const own = adapted(settings, {
      'http://localhost:8000': at.laravel,
      '"port": "6379"': `"port": "${at.redis}"`,
      '"port": "6001"': `"port": "${port}"`,
    })
    await writeFile(join(folder, 'laravel-echo-server.json'), own)
    const server = new LaravelEchoServer(port, folder)
    try {
      await server.run()
    } catch (error) {
      await server.stop()
      throw error
    }
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Ends it at once, as a crash would. */
  async crash(): Promise<void> {
    await this.#group?.end()
  }

  /** Starts it, at the same address. */
  async run(): Promise<void> {
    // What crashed has left its lock.
    await rm(join(this.#folder, 'laravel-echo-server.lock'), { force: true })
    // Newer versions of Node die of what it stumbles over.
    const args = ['--unhandled-rejections=warn', program, 'start', `--dir=${this.#folder}`]
    this.#group = ProcessGroup.start({ command: process.execPath, args })
    await this.#group.says(/Server ready!/)
  }

  async stop(): Promise<void> {
    await this.crash()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
