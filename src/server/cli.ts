#!/usr/bin/env node
import type { RunningServer } from './serve'

const outcome = await run()
if (typeof outcome === 'number') process.exitCode = outcome
else for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void outcome.close('stopped'))

async function run(): Promise<RunningServer | number> {
  try {
    // Later, because `ws` is the application's to install, and one line is enough for who has not.
    const { command } = await import('./command')
    return await command(process.argv.slice(2), console)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    console.error('antiphon: the server needs the package ws: npm install --save-dev ws')
    return 1
  }
}
