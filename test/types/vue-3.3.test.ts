import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { root } from '../package/consumer'

const read = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path))
const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root)
const paths = { ...options.paths, vue: [join(root, 'node_modules/vue-3.3/dist/vue.d.mts')] }

it('the types of antiphon/vue are the same on Vue 3.3', () => {
  const tests = ['test/types/vue.test-d.ts', 'src/adapters/vue.ts'].map((file) => join(root, file))
  const program = ts.createProgram(tests, { ...options, paths })
  const complaints = tests.flatMap((file) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ start = 0, messageText }) => {
      const { line } = program.getSourceFile(file)!.getLineAndCharacterOfPosition(start)
      return `${file}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    }),
  )
  expect(complaints).toEqual([])
  expect(program.getSourceFiles().filter(({ fileName }) => fileName.includes('node_modules/vue/'))).toEqual([])
}, 300_000)
