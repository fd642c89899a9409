import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, Script } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { install, pack, root, run, scratch } from './consumer'

const folder = scratch()
const dist = join(folder, 'node_modules/antiphon/dist')

beforeAll(() => install(folder, pack(root, folder)))
afterAll(() => rmSync(folder, { recursive: true }))

const gzip = (bytes: string | Uint8Array) => gzipSync(bytes, { level: 9 }).length

// Alpine is handed to its plugin, and Livewire finds `window.Echo`: neither is imported.
describe.each([
  ['alpine', ['antiphon', 'default'], 1_350],
  ['livewire', ['livewire'], 1_200],
] as const)('antiphon/%s', (entry, names, limit) => {
  it.each([
    ['import', 'names.mjs', `import * as entry from 'antiphon/${entry}'`],
    ['require', 'names.cjs', `const entry = require('antiphon/${entry}')`],
  ])('needs no framework to be installed for %s, and gives its names', (_, file, load) => {
    const given = `Object.keys(entry).filter((name) => name !== 'module.exports').sort()`
    expect(run(folder, file, `${load}\nconsole.log(JSON.stringify(${given}))`)).toEqual(names)
  })

  it('names no package', () => {
    for (const ending of ['js', 'cjs', 'd.ts', 'd.cts'])
      expect(readFileSync(join(dist, `${entry}.${ending}`), 'utf8')).not.toMatch(
        /(\bfrom |\bimport\(|require\()["'][^.]/,
      )
  })

  it(`weighs at most ${limit} bytes, minified and after gzip -9`, async () => {
    const { outputFiles } = await build({
      entryPoints: [join(dist, `${entry}.js`)],
      external: ['./index.js'],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      target: 'es2022',
    })
    const bytes = outputFiles.reduce((sum, { contents }) => sum + gzip(contents), 0)
    process.stdout.write(`antiphon/${entry}: ${bytes} B (limit ${limit})\n`)
    expect(bytes).toBeLessThanOrEqual(limit)
  })
})

describe('dist/alpine.global.js', () => {
  const script = () => readFileSync(join(dist, 'alpine.global.js'), 'utf8')

  it('weighs at most 1,600 bytes after gzip -9', () => {
    expect(gzip(script())).toBeLessThanOrEqual(1_600)
  })

  it('waits for Alpine, and adds no global', () => {
    const waiting: string[] = []
    const page = createContext({ document: { addEventListener: (event: string) => waiting.push(event) } })
    new Script(script()).runInContext(page)
    expect([waiting, Object.keys(page)]).toEqual([['alpine:init'], ['document']])
  })
})
