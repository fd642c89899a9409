import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serve } from 'antiphon/server'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { version } from '../../package.json'

let folder: string
let cli: string

beforeAll(async () => {
  // Inside the package, so that the built command finds ws.
  folder = await mkdtemp(join(fileURLToPath(new URL('../../node_modules', import.meta.url)), '.antiphon-cli-'))
  cli = join(folder, 'cli.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/server/cli.ts', import.meta.url))],
    outfile: cli,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['ws'],
  })
})
afterAll(() => rm(folder, { recursive: true }))

function run(...args: string[]) {
  const child = spawn(process.execPath, [cli, ...args], { cwd: tmpdir() })
  const output = { out: '', error: '' }
  child.stdout.on('data', (chunk) => {
    output.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.error += chunk
  })
  return { child, output, exit: once(child, 'close').then(([code, signal]) => ({ code, signal, ...output })) }
}

describe('antiphon', () => {
  it('says its version and how it is used', async () => {
    expect(await run('--version').exit).toMatchObject({ code: 0, out: `${version}\n`, error: '' })
    const { code, out } = await run('serve', '--help').exit
    expect([code, out]).toEqual([0, expect.stringContaining('--app-id <text>')])
  })

  it.each([
    [['serve', '--prot', '1'], "antiphon: Unknown option '--prot'"],
    [['serve', '--port', 'abc'], 'antiphon: --port is a number from 0 to 65535, not "abc"'],
    [['serve', '--port', '65536'], 'antiphon: --port is a number from 0 to 65535, not "65536"'],
    [['serve', '--port='], 'antiphon: --port is a number from 0 to 65535, not ""'],
    [['serve', '--key='], 'antiphon: --key is empty'],
    [['serve', '--key'], "antiphon: Option '--key <value>' argument missing"],
    [['serve', '--like', 'ably'], 'antiphon: --like is pusher, reverb, soketi, not "ably"'],
    [['serve', 'more'], 'antiphon: expected "antiphon serve", try "antiphon --help"'],
    [[], 'antiphon: expected "antiphon serve", try "antiphon --help"'],
  ])('%s: one line that says so, exit code 1', async (args, line) => {
    expect(await run(...args).exit).toMatchObject({ code: 1, out: '', error: `${line}\n` })
  })

  it('on a port in use: one line that says so, exit code 1', async () => {
    const other = await serve({ port: 0 })
    const line = `antiphon: port ${other.port} of 127.0.0.1 is in use\n`
    expect(await run('serve', '--port', String(other.port)).exit).toMatchObject({ code: 1, out: '', error: line })
    await other.close()
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('serve runs until %s, and ends cleanly', async (signal) => {
    const { child, output, exit } = run('serve', '--port', '0', '--like', 'reverb', '--app-id', '7', '--key', 'k')
    await once(child.stdout, 'data')
    const [, url] =
      /^antiphon serves (http:\/\/127\.0\.0\.1:\d+) like reverb: app id 7, key k\n$/.exec(output.out) ?? []
    expect(await (await fetch(`${url}/up`)).json()).toEqual({ health: 'OK' })
    child.kill(signal)
    expect(await exit).toMatchObject({ code: 0, signal: null, error: '' })
  })
})
