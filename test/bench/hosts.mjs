import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const child = fileURLToPath(new URL('./child.mjs', import.meta.url))

/** Runs each measure in a fresh Node process. */
export async function openNode({ folder }) {
  return {
    name: 'node',
    title: `Node ${process.versions.node}`,
    async run(measure, args) {
      const command = ['--expose-gc', child, join(folder, `${measure}.cjs`), JSON.stringify(args)]
      const { stdout } = await execute(process.execPath, command)
      return JSON.parse(stdout)
    },
  }
}

const off = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`)
const heap = ['--js-flags=--expose-gc', '--enable-precise-memory-info']

/**
 * Runs each measure in a fresh Chromium, which opens a page of the server; `undefined` where there is none. No developer tools
 * are attached: they are told of every frame and request, and that alone doubles the time of a subscription.
 */
export async function openChromium({ folder, server }) {
  const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  if (!existsSync(path)) return undefined
  const { stdout } = await execute(path, ['--version'])
  return {
    name: 'chromium',
    title: stdout.match(/\w+ [\d.]+/)?.[0] ?? path,
    async run(measure, args) {
      const profile = `--user-data-dir=${mkdtempSync(join(folder, 'profile-'))}`
      const page = `http://127.0.0.1:${server.port}/page?${new URLSearchParams({ measure, args: JSON.stringify(args) })}`
      const options = ['--headless', '--no-sandbox', '--no-first-run', ...off, ...heap, profile, page]
      const browser = spawn(path, options, { stdio: 'ignore' })
      const ended = once(browser, 'exit')
      try {
        const died = ended.then(() => Promise.reject(new Error(`Chromium ended during ${measure}.`)))
        return await Promise.race([server.result(), died])
      } finally {
        browser.kill('SIGKILL')
        await ended
      }
    },
  }
}
