import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile, install, pack, root, run, scratch } from './consumer'

interface Adapter {
  readonly entry: string
  /** The package that it must not bring along. */
  readonly framework: string
  /** What the framework's users install beside it, for its types. */
  readonly types: readonly string[]
  /** What its file must begin with. */
  readonly directive?: string
  /** The most that its own file may be, in bytes after gzip -9: 1,200 if nothing else is said. */
  readonly limit?: number
}

const adapters: readonly Adapter[] = [
  { entry: 'react', framework: 'react', types: ['@types/react'], directive: 'use client' },
  // What is asked for in the middle of a tick is of now, and an effect that asks follows the channel and nothing else.
  { entry: 'vue', framework: 'vue', types: [], limit: 1400 },
  // Outside of a compiler, following what a function reads and holding what an effect reads is work of its own.
  { entry: 'svelte', framework: 'svelte', types: [], limit: 1400 },
]

const bare = scratch()
const folder = scratch()
const installed = join(folder, 'node_modules/antiphon')

beforeAll(() => {
  const tarball = pack(root, folder)
  install(bare, tarball)
  install(folder, tarball, [...new Set(adapters.flatMap(({ framework, types }) => [framework, ...types]))])
})
afterAll(() => {
  for (const made of [bare, folder]) rmSync(made, { recursive: true })
})

const read = (file: string) => readFileSync(join(installed, 'dist', file), 'utf8')

describe.each(adapters)('antiphon/$entry', ({ entry, framework, directive, limit = 1200 }) => {
  it('leaves its framework outside, and names nothing else', () => {
    for (const [file, call] of [
      [`${entry}.js`, /\bfrom\s*"([^".][^"]*)"/g],
      [`${entry}.cjs`, /\brequire\("([^".][^"]*)"\)/g],
    ] as const) {
      const names = Array.from(read(file).matchAll(call), ([, name]) => name)
      expect(new Set(names.map((name) => name?.split('/')[0]))).toEqual(new Set([framework]))
    }
  })

  it.each([
    ['import', 'missing.mjs', `import('antiphon/${entry}')`],
    ['require', 'missing.cjs', `Promise.resolve().then(() => require('antiphon/${entry}'))`],
  ])('says by %s that the framework is missing, and no more', (_, file, load) => {
    const program = `${load}.catch(({ message }) => console.log(JSON.stringify(message.split('\\n')[0])))`
    expect(run(bare, file, program)).toMatch(new RegExp(`^Cannot find (package|module) '${framework}(/[\\w/-]+)?'`))
  })

  it('gives the same names to import and require, and does nothing at either', () => {
    const names = `JSON.stringify(Object.keys(entry).filter((name) => name !== 'module.exports').sort())`
    const imported = run(folder, 'names.mjs', `import * as entry from 'antiphon/${entry}'\nconsole.log(${names})`)
    const required = run(folder, 'names.cjs', `const entry = require('antiphon/${entry}')\nconsole.log(${names})`)
    expect(imported).toEqual(required)
    expect(imported).not.toEqual([])
  })

  it('begins with what its framework looks for', () => {
    const start = directive ? new RegExp(`^("use strict";\\s*)?"${directive}";`) : /^/
    for (const file of [`${entry}.js`, `${entry}.cjs`]) expect(read(file)).toMatch(start)
  })

  it('shares classes with the main entry: what it throws is its EchoError', () => {
    const program = `import { EchoError } from 'antiphon'\nimport { echo } from 'antiphon/${entry}'
try { echo() } catch (error) { console.log(JSON.stringify(error instanceof EchoError)) }`
    expect(run(folder, 'classes.mjs', program)).toBe(true)
  })

  it(`is at most ${limit} bytes, after gzip -9`, async () => {
    const { outputFiles } = await build({
      entryPoints: [join(installed, 'dist', `${entry}.js`)],
      ...{ bundle: true, minify: true, write: false, format: 'esm', target: 'es2022' },
      external: [framework, `${framework}/*`, './*'],
    })
    const bytes = gzipSync(outputFiles[0]!.contents, { level: 9 }).length
    process.stdout.write(`antiphon/${entry}: ${bytes} B (limit ${limit})\n`)
    expect(bytes).toBeLessThanOrEqual(limit)
  })
})

describe.each(['typescript-5.4', 'typescript-5.9', 'typescript', 'typescript-7'])('types for %s', (typescript) => {
  const shared = { strict: true, noEmit: true, target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] }
  const settings = {
    node16: { ...shared, module: 'Node16', moduleResolution: 'Node16' },
    bundler: { ...shared, module: 'ESNext', moduleResolution: 'Bundler' },
  }
  const cases = adapters.flatMap(({ entry }) => [
    { entry, resolution: 'node16', files: [`${entry}.mts`, `${entry}.cts`] } as const,
    { entry, resolution: 'bundler', files: [`${entry}.ts`] } as const,
  ])

  it.concurrent.each(cases)(
    'antiphon/$entry, $resolution',
    { timeout: 300_000 },
    async ({ entry, resolution, files }) => {
      for (const file of files) copyFileSync(join(root, 'test/package', `${entry}.ts`), join(folder, file))
      const project = join(folder, `tsconfig.${typescript}.${entry}.${resolution}.json`)
      writeFileSync(project, JSON.stringify({ compilerOptions: settings[resolution], files }))
      expect(await compile(typescript, project)).toBe('')
    },
  )
})
