import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type RunningServer, serve } from 'antiphon/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Run } from './run'

let server: RunningServer
let target: Record<string, string>
/** What a test has opened beside it. */
let undo: (() => Promise<unknown>)[]

beforeEach(async () => {
  undo = []
  server = await serve({ port: 0, like: 'reverb' })
  target = {
    INTEROP_SERVER: server.url,
    INTEROP_APP_ID: 'app-id',
    INTEROP_KEY: 'app-key',
    INTEROP_SECRET: 'app-secret',
  }
})
afterEach(async () => {
  for (const one of undo) await one()
  await server.close()
})

/** The run ends with exactly this line, exit code 1, and nothing of it is left. */
async function refuses(env: Record<string, string>, line: string | RegExp): Promise<void> {
  const run = new Run(env)
  const { code, complaints } = await run.outcome
  expect(complaints).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)])
  expect(code).toBe(1)
  expect(run.running).toEqual([])
}

/** An HTTP server of no use, and its port. */
async function stranger(listener: RequestListener = (_, response) => response.writeHead(404).end()): Promise<number> {
  const other: Server = createServer(listener)
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve)
  })
  undo.push(
    () =>
      new Promise((resolve) => {
        other.close(resolve)
        other.closeAllConnections()
      }),
  )
  return (other.address() as AddressInfo).port
}

/** A port on which nobody listens. */
async function silence(): Promise<number> {
  const port = await stranger()
  await undo.pop()?.()
  return port
}

/** A file of these lines that can be run. */
async function program(name: string, ...lines: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'antiphon-program-'))
  undo.push(() => rm(folder, { recursive: true }))
  const path = join(folder, name)
  await writeFile(path, [...lines, ''].join('\n'))
  await chmod(path, 0o755)
  return path
}

describe('a target is refused in one line, exit code 1, nothing left running', () => {
  it('when the server does not answer', async () => {
    const url = `http://127.0.0.1:${await silence()}`
    await refuses({ ...target, INTEROP_SERVER: url }, `interop: the server does not answer: ${url} (INTEROP_SERVER)`)
  })

  it('when the second of two nodes does not answer', async () => {
    const url = `http://127.0.0.1:${await silence()}`
    const nodes = `${server.url},${url}`
    await refuses({ ...target, INTEROP_SERVER: nodes }, `interop: the server does not answer: ${url} (INTEROP_SERVER)`)
  })

  it('when its HTTP API does not answer', async () => {
    const url = `http://127.0.0.1:${await silence()}`
    await refuses({ ...target, INTEROP_API: url }, `interop: the server does not answer: ${url} (INTEROP_API)`)
  })

  it('when the server is none of the Pusher protocol', async () => {
    const url = `http://127.0.0.1:${await stranger()}`
    await refuses({ ...target, INTEROP_SERVER: url }, `interop: the server does not answer: ${url} (INTEROP_SERVER)`)
  })

  it('when the secret is wrong: it is not said', async () => {
    const line = `interop: the server refuses the secret: ${server.url} (INTEROP_SECRET)`
    await refuses({ ...target, INTEROP_SECRET: 'wrong' }, line)
  })

  it('when the key is wrong', async () => {
    const line = `interop: the server refuses the connection with 4001: ${server.url} (INTEROP_KEY)`
    await refuses({ ...target, INTEROP_KEY: 'wrong' }, line)
  })

  it('when the app is unknown', async () => {
    const line = `interop: the server knows no app wrong: ${server.url} (INTEROP_APP_ID)`
    await refuses({ ...target, INTEROP_APP_ID: 'wrong' }, line)
  })

  it('when the application does not answer', async () => {
    const url = `http://127.0.0.1:${await silence()}`
    const line = `interop: the application does not answer: ${url} (INTEROP_APPLICATION)`
    await refuses({ ...target, INTEROP_APPLICATION: url }, line)
  })

  it('when the application is another', async () => {
    const url = `http://127.0.0.1:${await stranger()}`
    const line = `interop: this is not the application of test/interop/laravel: ${url} (INTEROP_APPLICATION)`
    await refuses({ ...target, INTEROP_APPLICATION: url }, line)
  })

  it('when PHP lacks an extension', async () => {
    // Without its configuration PHP has what is compiled in, and no more.
    const php = await program('php', '#!/bin/sh', 'exec php -n "$@"')
    await refuses({ PHP: php }, /^interop: PHP lacks the extension .*curl.* \(Debian: apt-get install .*php-curl.*\)$/)
  })

  it('when PHP does not start', async () => {
    const php = await program('php', '#!/bin/sh', 'exit 3')
    await refuses({ PHP: php }, `interop: PHP does not start: ${php}`)
  })

  it('when Composer cannot install what the application needs', async () => {
    const wish = await program('composer.json', '{ "require": { "nothing/like-that": "1.0.0" } }')
    const composer = await program('composer', '#!/bin/sh', 'echo Your requirements could not be resolved.', 'exit 2')
    const reason = 'composer ended with code 2: Your requirements could not be resolved.'
    await refuses(
      { COMPOSER: wish, PATH: `${dirname(composer)}:${process.env.PATH}` },
      `interop: the application’s packages cannot be installed: ${reason}`,
    )
  })

  it('when the application’s port is in use', async () => {
    const port = await stranger()
    const line = `interop: port ${port} of 127.0.0.1 is in use (INTEROP_PORT)`
    await refuses({ INTEROP_PORT: String(port) }, line)
  })
})

describe('without PHP and Composer', () => {
  const nowhere = { PATH: '/nowhere', CHROMIUM: process.execPath }
  const line = 'Interop tests are left out, for want of: PHP, Composer.'

  it('the scenarios are left out, which is said in one line', async () => {
    const { code, complaints } = await new Run(nowhere).outcome
    expect(complaints[0]).toBe(line)
    expect(code).toBe(0)
  })

  it('they fail where they are required', async () => {
    await refuses({ ...nowhere, ANTIPHON_REQUIRE_INTEROP: '1' }, line)
  })
})

it('nothing is left by a run that is ended from outside', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'antiphon-run-'))
  undo.push(() => rm(temporary, { recursive: true }))
  const run = new Run({ TMPDIR: temporary })
  const servers = () => run.running.filter((line) => line.includes(' -S ')).length
  await expect.poll(servers, { timeout: 90_000 }).toBeGreaterThan(1)
  run.stop()
  await run.outcome
  await expect.poll(() => run.running, { timeout: 30_000 }).toEqual([])
  expect(await readdir(temporary)).toEqual([])
})
