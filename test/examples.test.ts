import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Compiler } from './snippets/compiler'
import { root } from './snippets/markdown'
import { moduleOf } from './snippets/svelte'

// `npm run check` compiles the components of the other frameworks.
const folder = join(root, 'examples')
const components = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.svelte'))

it('compiles the Svelte components of the examples, their markup too', () => {
  const files = new Map(
    components.map((path) => [join(folder, `${path}.tsx`), moduleOf(readFileSync(join(folder, path), 'utf8'))]),
  )
  const ambient = [join(root, 'test/snippets/svelte.d.ts'), join(folder, 'page.d.ts')]
  const compiler = new Compiler(files)
  const program = compiler.program([...ambient, ...files.keys()])
  expect([...files.keys()].flatMap((path) => compiler.complaints(program, path))).toEqual([])
  expect(files.size).toBeGreaterThan(0)
}, 60_000)
