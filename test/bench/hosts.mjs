import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'

const child = fileURLToPath(new URL('./child.mjs', import.meta.url))

/** Runs each measure in a fresh Node process. */
export async function openNode({ folder }) {
  return {
    name: 'node',
    title: `Node ${process.versions.node}`,
    async run(measure, args) {
      const command = ['--expose-gc', child, join(folder, `${measure}.cjs`), JSON.stringify(args)]
      const { stdout } = await promisify(execFile)(process.execPath, command)
      return JSON.parse(stdout)
    },
    async close() {},
  }
}

/** Runs each measure in a fresh page, which has a process of its own; `undefined` where there is no Chromium. */
export async function openChromium({ port }) {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) return undefined
  const quiet = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`)
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run', ...quiet] })
  return {
    name: 'chromium',
    title: `Chromium ${browser.version()}`,
    async run(measure, args) {
      const context = await browser.newContext()
      try {
        const page = await context.newPage()
        const devtools = await context.newCDPSession(page)
        await page.exposeFunction('readHeap', async () => {
          for (let i = 0; i < 4; i++) await devtools.send('HeapProfiler.collectGarbage')
          return (await devtools.send('Runtime.getHeapUsage')).usedSize
        })
        await page.goto(`http://127.0.0.1:${port}/`)
        await page.addScriptTag({ url: `/${measure}.js` })
        return await page.evaluate((given) => globalThis.bench.measure(given), args)
      } finally {
        await context.close()
      }
    },
    close: () => browser.close(),
  }
}
