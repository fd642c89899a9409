import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** The source files of which a bundle of this program has anything. */
async function contents(program: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: program, resolveDir: root },
    alias: { antiphon: join(root, 'src/index.ts') },
    bundle: true,
    format: 'esm',
    treeShaking: true,
    metafile: true,
    write: false,
    outdir: 'out',
    splitting: true,
    logLevel: 'silent',
  })
  return Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([path, { bytesInOutput }]) => (bytesInOutput ? [path] : []))
}

const functions = {
  attach: 'src/extras/attach.ts',
  catchUp: 'src/extras/catch-up.ts',
  events: 'src/extras/events.ts',
  fromEnv: 'src/env.ts',
  inspect: 'src/extras/inspect.ts',
}

it('leaves out of a bundle every function that is not imported', async () => {
  const found = await contents("export { Echo } from 'antiphon'")
  expect(found).toContain('src/echo.ts')
  expect(found.filter((path) => /extras|env\.ts/.test(path))).toEqual([])
})

it.each(Object.entries(functions))('takes in %s alone, where that is imported', async (name, path) => {
  const found = await contents(`export { Echo, ${name} } from 'antiphon'`)
  expect(found).toContain(path)
  expect(Object.values(functions).filter((other) => found.includes(other))).toEqual([path])
})
