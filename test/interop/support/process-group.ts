import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** A program and all that it starts, which end together: PHP's own server, say, leaves its workers behind otherwise. */
export class ProcessGroup {
  static readonly #running = new Set<ProcessGroup>()
  readonly #child: ChildProcess
  readonly #name: string
  #printed = ''

  private constructor({ command, args, cwd, env = {} }: Launch) {
    this.#name = command
    this.#child = spawn(command, args, {
      // A group of its own; nothing is read from the terminal.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(cwd && { cwd }),
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#printed += text
      })
  }

  static start(launch: Launch): ProcessGroup {
    const group = new ProcessGroup(launch)
    ProcessGroup.#running.add(group)
    group.#child.once('error', () => ProcessGroup.#running.delete(group))
    return group
  }

  /** Runs a program to its end; rejects, with the last that it said, if it fails. */
  static async run(launch: Launch): Promise<string> {
    const group = ProcessGroup.start(launch)
    try {
      const code = await group.#closed()
      if (code !== 0) throw new Error(`${launch.command} ended with code ${code}: ${group.lastLine}`)
      return group.#printed
    } finally {
      await group.end()
    }
  }

  /** Ends at once whatever is running, as this process is about to end. */
  static abandonAll(): void {
    for (const group of ProcessGroup.#running) group.#kill()
  }

  /** All that it printed. */
  get printed(): string {
    return this.#printed
  }

  /** The last line that it printed. */
  get lastLine(): string {
    return this.#printed.trim().split('\n').at(-1) ?? ''
  }

  /** Waits until it prints something; rejects with the last line that it printed if it ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const { stdout, stderr } = this.#child
    const heard = new Promise<RegExpExecArray>((resolve) => {
      const look = () => {
        const found = pattern.exec(this.#printed)
        if (found) resolve(found)
      }
      for (const stream of [stdout, stderr]) stream?.on('data', look)
      look()
    })
    const ended = this.#closed().then(() => {
      throw new Error(this.lastLine || `${this.#name} ended without a word`)
    })
    return Promise.race([heard, ended])
  }

  /** Ends the program and all that it started; resolves when it is gone. Safe twice. */
  async end(): Promise<void> {
    const gone = this.#closed().catch(() => undefined)
    this.#kill()
    await gone
    ProcessGroup.#running.delete(this)
  }

  /** Its exit code (`null`: ended by a signal), once nobody of the group holds its output any more. */
  async #closed(): Promise<number | null> {
    const { exitCode, signalCode, stdout, stderr } = this.#child
    const over = (exitCode !== null || signalCode !== null) && stdout?.destroyed && stderr?.destroyed
    if (!over) await once(this.#child, 'close')
    return this.#child.exitCode
  }

  #kill(): void {
    const { pid } = this.#child
    if (pid === undefined) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // The whole group has gone already.
    }
  }
}
