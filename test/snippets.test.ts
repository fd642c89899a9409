import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Compiler } from './snippets/compiler'
import { root, snippets } from './snippets/markdown'

const files = new Map(
  snippets().map(({ where, code }) => [
    join(root, 'test/snippets', `${where.replace(/[/:]/g, '-')}.tsx`),
    { where, code },
  ]),
)
const compiler = new Compiler(new Map(Array.from(files, ([path, { code }]) => [path, code])))
const page = join(root, 'test/snippets/page.d.ts')

// What one snippet registers with `declare module` must not hold for the others.
const registers = (path: string) => files.get(path)?.code.includes('declare module') ?? false
const plain = compiler.program([page, ...[...files.keys()].filter((path) => !registers(path))])

it('finds snippets in the README', () => {
  expect([...files.values()].filter(({ where }) => where.startsWith('README.md'))).not.toEqual([])
})

it.each([...files].map(([path, { where }]) => ({ path, where })))(
  'compiles $where',
  ({ path }) => {
    const program = registers(path) ? compiler.program([page, path], plain) : plain
    expect(compiler.complaints(program, path)).toEqual([])
  },
  60_000,
)
