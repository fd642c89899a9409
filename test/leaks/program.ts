import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** A program of ours, made of the sources as they are now, for processes of its own. */
export class Program {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async of(source: URL): Promise<Program> {
    const folder = await mkdtemp(join(tmpdir(), 'antiphon-leaks-'))
    await build({
      entryPoints: { program: fileURLToPath(source) },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'es2022',
      outExtension: { '.js': '.cjs' },
      outdir: folder,
      external: ['bufferutil', 'utf-8-validate'],
      logLevel: 'error',
    })
    return new Program(folder)
  }

  /** Runs it until it ends by itself, or with the test; rejects with what it complained about. */
  async run(signal: AbortSignal, ...args: string[]): Promise<string> {
    const command = ['--expose-gc', join(this.#folder, 'program.cjs'), ...args]
    const child = spawn(process.execPath, command, { signal, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] })
    const [said, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    if (code !== 0) throw new Error(`It ended with ${code}. ${complaint}`)
    return said
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true })
  }
}
