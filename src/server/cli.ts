#!/usr/bin/env node
import { command } from './command'

const outcome = await command(process.argv.slice(2), console)
if (typeof outcome === 'number') process.exitCode = outcome
else for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void outcome.close('stopped'))
