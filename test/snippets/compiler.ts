import { join } from 'node:path'
import ts from 'typescript'
import { root } from './markdown'

/** Compiles code by the project's rules, as files that exist for the compiler only: their paths, and what they say. */
export class Compiler {
  readonly #options: ts.CompilerOptions
  readonly #host: ts.CompilerHost

  constructor(files: ReadonlyMap<string, string>) {
    const read = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path))
    this.#options = {
      ...ts.parseJsonConfigFileContent(read.config, ts.sys, root).options,
      jsx: ts.JsxEmit.Preserve,
      noUnusedLocals: false,
      noUnusedParameters: false,
    }
    const disk = ts.createCompilerHost(this.#options)
    this.#host = {
      ...disk,
      fileExists: (path) => files.has(path) || disk.fileExists(path),
      getSourceFile: (path, language, ...rest) => {
        const code = files.get(path)
        return code === undefined
          ? disk.getSourceFile(path, language, ...rest)
          : ts.createSourceFile(path, code, language, true)
      },
    }
  }

  /** What those files come to together; `like`: a program that shares most of it. */
  program(paths: readonly string[], like?: ts.Program): ts.Program {
    return ts.createProgram(paths, this.#options, this.#host, like)
  }

  /** What the compiler says of each line of a file. */
  complaints(program: ts.Program, path: string): string[] {
    return ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ file, start, messageText }) => {
      const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0
      return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
  }
}
