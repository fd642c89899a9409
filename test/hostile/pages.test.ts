import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pages } from './pages'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
let folder: string
let script: string

// In processes of their own: a test runner cannot live on such pages.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'antiphon-'))
  script = join(folder, 'scenario.mjs')
  await build({
    entryPoints: [at('./scenario.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    alias: { antiphon: at('../../src/index.ts'), 'antiphon/testing': at('../../src/testing/index.ts') },
  })
})

afterAll(() => rm(folder, { recursive: true }))

function play(page: string, ...flags: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--no-warnings', ...flags, script, page])
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
    child.on('error', reject)
    child.on('close', () => resolve(output))
  })
}

// They wait more than they compute.
describe.concurrent('an application works', { timeout: 60_000 }, () => {
  it.each(Object.keys(pages))('on a page that is %s, and the process ends by itself', async (page) => {
    expect(await play(page)).toBe('It holds.\n')
  })

  it.each([
    '--disable-proto=throw',
    '--disable-proto=delete',
    '--frozen-intrinsics',
    '--disallow-code-generation-from-strings',
  ])('with %s', async (flag) => {
    expect(await play('plain', flag)).toBe('It holds.\n')
  })
})
