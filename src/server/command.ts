import { version } from '../../package.json'
import { help, optionsOf, parse, UsageError } from './flags'
import { type RunningServer, serve } from './serve'

/** Where the command writes its lines. */
export interface Output {
  log(line: string): void
  error(line: string): void
}

/** Does what the command line asks for: a running server, or the exit code. A mistake is told in one line, exit code 1. */
export async function command(args: readonly string[], output: Output): Promise<RunningServer | number> {
  try {
    const { values, positionals } = parse(args)
    if (values.help) return said(output, help)
    if (values.version) return said(output, version)
    const [name, ...others] = positionals
    if (name !== 'serve' || others.length > 0) throw new UsageError(`expected "antiphon serve", try "antiphon --help"`)
    const running = await serve(optionsOf(values))
    const { id, key, personality } = running.server.options
    output.log(`antiphon serves ${running.url} like ${personality.name}: app id ${id}, key ${key}`)
    return running
  } catch (error) {
    output.error(`antiphon: ${told(error)}`)
    return 1
  }
}

function said(output: Output, lines: string): number {
  output.log(lines)
  return 0
}

function told(error: unknown): string {
  if (error instanceof UsageError) return error.message
  const { code, message, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string }
  return code === 'EADDRINUSE' ? `port ${port} of ${address} is in use` : message
}
