import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ProcessGroup } from './process-group'
import { recorded, type Server, TargetError } from './target'

const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url))

/** `antiphon serve` as a process of its own, as a developer runs it. */
export class AntiphonServe {
  readonly server: Server
  readonly #group: ProcessGroup

  private constructor(server: Server, group: ProcessGroup) {
    this.server = server
    this.#group = group
  }

  static async start(like: Server['like']): Promise<AntiphonServe> {
    if (!existsSync(cli)) throw new TargetError('dist/ is missing (npm run build)')
    const { id, key, secret } = recorded
    const group = ProcessGroup.start({
      command: process.execPath,
      args: [cli, 'serve', '--port=0', `--like=${like}`, `--app-id=${id}`, `--key=${key}`, `--secret=${secret}`],
    })
    try {
      const [, url = ''] = await group.says(/antiphon serves (\S+) /)
      return new AntiphonServe({ nodes: [url], api: url, like, id, key, secret }, group)
    } catch (error) {
      await group.end()
      throw new TargetError((error as Error).message)
    }
  }

  stop(): Promise<void> {
    return this.#group.end()
  }
}
