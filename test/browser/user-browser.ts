import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const switches = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
  '--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
]

/**
 * Chromium as a user has it: with a back/forward cache, and windows that are hidden, slowed down and frozen. The one that
 * playwright starts has none of this, because it keeps every page in front. Every name under `test` is this machine.
 */
export class UserBrowser {
  readonly browser: Browser
  readonly #child: ChildProcess
  readonly #profile: string
  /** The processes that are stopped, by their ids. */
  #asleep: number[] = []

  private constructor(browser: Browser, child: ChildProcess, profile: string) {
    this.browser = browser
    this.#child = child
    this.#profile = profile
  }

  /** Starts it; `more` are switches beside the usual ones. */
  static async start(...more: string[]): Promise<UserBrowser> {
    const profile = await mkdtemp(join(tmpdir(), 'user-browser-'))
    const child = spawn(
      process.env.CHROMIUM ?? '/usr/bin/chromium',
      [...switches, ...more, `--user-data-dir=${profile}`, 'about:blank'],
      { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    process.once('exit', () => end(child))
    try {
      const browser = await chromium.connectOverCDP(await endpoint(child), { noDefaults: true })
      return new UserBrowser(browser, child, profile)
    } catch (error) {
      end(child)
      throw error
    }
  }

  /** Stops the processes in which pages live, as the sleep of the machine does. */
  async sleep(): Promise<void> {
    const session = await this.browser.newBrowserCDPSession()
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    await session.detach()
    this.#asleep = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
    for (const id of this.#asleep) process.kill(id, 'SIGSTOP')
  }

  wake(): void {
    for (const id of this.#asleep.splice(0)) process.kill(id, 'SIGCONT')
  }

  async close(): Promise<void> {
    this.wake()
    const gone = once(this.#child, 'exit')
    await this.browser.close()
    end(this.#child)
    await gone
    // Its helpers may still write for a moment.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

/** Where it can be reached, which it says on its standard error. */
function endpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [, address] = /listening on (ws:\S+)/.exec(said) ?? []
      if (address) resolve(address)
    })
    child.once('error', reject)
    child.once('close', () => reject(new Error(`Chromium ended. ${said}`)))
  })
}

/** Ends the process and all that it started. */
function end(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has gone already.
  }
}
