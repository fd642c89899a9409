import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { root, snippets } from './snippets/markdown'

const read = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path))
const options: ts.CompilerOptions = {
  ...ts.parseJsonConfigFileContent(read.config, ts.sys, root).options,
  jsx: ts.JsxEmit.Preserve,
  noUnusedLocals: false,
  noUnusedParameters: false,
}

// Each snippet is a file that exists for the compiler only.
const files = new Map(
  snippets().map(({ where, code }) => [
    join(root, 'test/snippets', `${where.replace(/[/:]/g, '-')}.tsx`),
    { where, code },
  ]),
)
const disk = ts.createCompilerHost(options)
const host: ts.CompilerHost = {
  ...disk,
  fileExists: (path) => files.has(path) || disk.fileExists(path),
  getSourceFile: (path, language, ...rest) => {
    const snippet = files.get(path)
    return snippet
      ? ts.createSourceFile(path, snippet.code, language, true)
      : disk.getSourceFile(path, language, ...rest)
  },
}
const programOf = (paths: readonly string[], like?: ts.Program) =>
  ts.createProgram([...paths, join(root, 'test/snippets/page.d.ts')], options, host, like)

// What one snippet registers with `declare module` must not hold for the others.
const registers = (path: string) => files.get(path)?.code.includes('declare module') ?? false
const plain = programOf([...files.keys()].filter((path) => !registers(path)))

it('finds snippets in the README', () => {
  expect([...files.values()].filter(({ where }) => where.startsWith('README.md'))).not.toEqual([])
})

it.each([...files].map(([path, { where }]) => ({ path, where })))(
  'compiles $where',
  ({ path }) => {
    const program = registers(path) ? programOf([path], plain) : plain
    const complaints = ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map((complaint) => {
      const line = complaint.file?.getLineAndCharacterOfPosition(complaint.start ?? 0).line ?? 0
      return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(complaint.messageText, '\n')}`
    })
    expect(complaints).toEqual([])
  },
  60_000,
)
