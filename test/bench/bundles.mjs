import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const measures = {
  dispatch: new URL('./measures/dispatch.ts', import.meta.url),
  memory: new URL('./measures/memory.ts', import.meta.url),
  presence: new URL('./measures/presence.ts', import.meta.url),
  subscribe: new URL('./measures/subscribe.ts', import.meta.url),
}

/** Bundles every measure with all contestants, for Node and for a page: the sources as they are now, not `dist/`. */
export async function bundleMeasures() {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-bench-'))
  const entryPoints = Object.fromEntries(Object.entries(measures).map(([name, url]) => [name, fileURLToPath(url)]))
  const options = { entryPoints, bundle: true, outdir: folder, target: 'es2022', logLevel: 'error' }
  await build({ ...options, platform: 'node', format: 'cjs', outExtension: { '.js': '.cjs' } })
  await build({ ...options, platform: 'browser', format: 'iife', globalName: 'bench' })
  const scripts = Object.keys(measures).map((name) => [`/${name}.js`, readFileSync(join(folder, `${name}.js`), 'utf8')])
  return {
    folder,
    scripts: Object.fromEntries(scripts),
    remove: () => rmSync(folder, { recursive: true, maxRetries: 10 }),
  }
}
