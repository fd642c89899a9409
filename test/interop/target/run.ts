import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))

/** A run of the interop tests: how it ended, and what it said. */
export interface Outcome {
  readonly code: number | null
  /** Its lines on standard error. */
  readonly complaints: readonly string[]
}

/** The scenarios, run as `npm run test:interop` runs them, in an environment of their own. */
export class Run {
  readonly #mark = randomUUID()
  readonly #child
  readonly outcome: Promise<Outcome>

  constructor(env: NodeJS.ProcessEnv) {
    const args = [vitest, 'run', '--config', 'test/interop/vitest.config.ts', '--project', 'laravel']
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(INTEROP_|ANTIPHON_|VITEST|NODE_ENV)/.test(name),
    )
    this.#child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...Object.fromEntries(inherited), INTEROP_MARK: this.#mark, ...env },
    })
    this.outcome = this.#end()
  }

  /** The command lines of all that the run has started and that is running now: each has inherited its mark. */
  get running(): string[] {
    return readdirSync('/proc')
      .filter(
        (pid) => /^\d+$/.test(pid) && Number(pid) !== this.#child.pid && fileOf(pid, 'environ').includes(this.#mark),
      )
      .map((pid) => fileOf(pid, 'cmdline').replaceAll('\0', ' ').trim())
  }

  /** Asks the run to end, as a terminal that is closed does. */
  stop(): void {
    this.#child.kill('SIGTERM')
  }

  async #end(): Promise<Outcome> {
    const said = text(this.#child.stderr)
    const [code] = (await once(this.#child, 'close')) as [number | null]
    return { code, complaints: (await said).split('\n').filter((line) => line !== '') }
  }
}

function fileOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    // It has gone meanwhile, or is not ours to look at.
    return ''
  }
}
