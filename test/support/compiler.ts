import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../package/consumer'

// As an application has it: strict, and no more.
const options: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.disposable.d.ts'],
  types: [],
  skipLibCheck: true,
  noEmit: true,
}

/** One thing that the compiler says: to which line, and what first. */
export interface Complaint {
  readonly line: string
  readonly message: string
}

/** What the compiler says to each of these files; `ours`: what imports the package's sources instead of a package. */
export function complaints(files: ReadonlyMap<string, string>, ours: string | undefined): Map<string, Complaint[]> {
  const settings = { ...options, paths: ours ? { [ours]: [join(root, 'src/index.ts')] } : {} }
  const disk = ts.createCompilerHost(settings)
  const program = ts.createProgram([...files.keys()], settings, {
    ...disk,
    fileExists: (path) => files.has(path) || disk.fileExists(path),
    getSourceFile(path, ...rest) {
      const code = files.get(path)
      return code === undefined
        ? disk.getSourceFile(path, ...rest)
        : ts.createSourceFile(path, code, ts.ScriptTarget.ES2022, true)
    },
  })
  const told = ([path, code]: [string, string]) => {
    const source = program.getSourceFile(path)
    return ts.getPreEmitDiagnostics(program, source).map(({ start = 0, messageText }) => ({
      line: code.split('\n')[source!.getLineAndCharacterOfPosition(start).line]!,
      message: ts.flattenDiagnosticMessageText(messageText, '\n').split('\n')[0]!,
    }))
  }
  return new Map([...files].map((file) => [file[0], told(file)]))
}
