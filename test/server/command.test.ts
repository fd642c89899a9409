import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serve } from 'antiphon/server'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { version } from '../../package.json'
import { command } from '../../src/server/command'
import { help } from '../../src/server/flags'

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
    [
      ['serve', '--allowed-origins', 'https://a.test'],
      'antiphon: --allowed-origins are hosts, as shop.test,*.shop.test, not "https://a.test"',
    ],
    [
      ['serve', '--allowed-origins', 'a.test,'],
      'antiphon: --allowed-origins are hosts, as shop.test,*.shop.test, not "a.test,"',
    ],
    [['serve', '--max-connections', '0'], 'antiphon: --max-connections is a number from 1 to 1000000, not "0"'],
    [['serve', '--max-message-size', '1e3'], 'antiphon: --max-message-size is a number from 1 to 100000000, not "1e3"'],
    [['serve', '--rate-limit', '60'], 'antiphon: --rate-limit is frames/seconds, as 60/60, not "60"'],
    [['serve', '--rate-limit', '0/60'], 'antiphon: --rate-limit is frames/seconds, as 60/60, not "0/60"'],
    [['serve', '--rate-limit-terminates'], 'antiphon: --rate-limit-terminates needs --rate-limit'],
    [['serve', '--activity-timeout', '0'], 'antiphon: --activity-timeout is a number from 1 to 86400, not "0"'],
    [['serve', '--ping-interval', '-1'], "antiphon: Option '--ping-interval' argument is ambiguous"],
    [['serve', '--ping-interval', '86401'], 'antiphon: --ping-interval is a number from 1 to 86400, not "86401"'],
    [['serve', 'more'], 'antiphon: expected "antiphon serve", try "antiphon --help"'],
    [[], 'antiphon: expected "antiphon serve", try "antiphon --help"'],
  ])('%s: one line that says so, exit code 1', async (args, line) => {
    expect(await run(...args).exit).toMatchObject({ code: 1, out: '', error: `${line}\n` })
  })

  it('hands every flag to the server', async () => {
    const flags = {
      '--port': '0',
      '--host': 'localhost',
      '--app-id': '7',
      '--key': 'k',
      '--secret': 's',
      '--like': 'reverb',
      '--client-events': 'none',
      '--allowed-origins': 'shop.test, *.shop.test',
      '--max-connections': '3',
      '--max-message-size': '500',
      '--rate-limit': '5/2',
      '--activity-timeout': '120',
      '--ping-interval': '20',
    }
    const lines: string[] = []
    const output = { log: (line: string) => lines.push(line), error: (line: string) => lines.push(line) }
    const running = await command(['serve', '--rate-limit-terminates', ...Object.entries(flags).flat()], output)
    if (typeof running === 'number') throw new Error(lines.join('\n'))
    await running.close()
    expect(running.host).toBe('localhost')
    expect(running.server.options).toMatchObject({
      id: '7',
      key: 'k',
      secret: 's',
      personality: { name: 'reverb' },
      clientEvents: 'none',
      allowedOrigins: ['shop.test', '*.shop.test'],
      maxConnections: 3,
      maxMessageSize: 500,
      rateLimit: { frames: 5, per: 2_000, terminate: true },
      activityTimeout: 120,
      pingInterval: 20_000,
    })
  })

  it('has a line of help for every flag, and docs/server.md a row', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs/server.md'), 'utf8')
    const named = [...help.matchAll(/--[a-z-]+/g)].map(([flag]) => flag).filter((flag) => !/help|version/.test(flag))
    expect(named).toHaveLength(14)
    for (const flag of named) expect(docs).toMatch(new RegExp(`^\\| .*\`${flag}\``, 'm'))
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
