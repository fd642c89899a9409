import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** A program's path: as a variable names it, or as it is found. */
function find(variable: string, ...names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const places = names.flatMap((name) => (name.startsWith('/') ? [name] : folders.map((folder) => join(folder, name))))
  return [process.env[variable] ?? '', ...places].find((place) => place !== '' && existsSync(place))
}

const chromium = find('CHROMIUM', 'chromium', 'chromium-browser', 'google-chrome')
const needed = {
  Chromium: chromium,
  // An application that runs already needs neither.
  ...(process.env.INTEROP_APPLICATION ? {} : { PHP: find('PHP', 'php'), Composer: find('', 'composer') }),
}
const missing = Object.entries(needed)
  .filter(([, place]) => place === undefined)
  .map(([name]) => name)

if (missing.length > 0) {
  process.stderr.write(`Interop tests are left out, for want of: ${missing.join(', ')}.\n`)
  if (process.env.ANTIPHON_REQUIRE_INTEROP === '1') process.exit(1)
}

/** Real servers that need no target, by the programs that each file starts. */
const nginx = find('NGINX_PROGRAM', 'nginx', '/usr/sbin/nginx')
const programs = {
  'nginx.test.ts': { nginx, OpenSSL: find('', 'openssl') },
  'socket-io.test.ts': { ...needed, Redis: find('', 'redis-server') },
}
const servers = Object.entries(process.env.INTEROP_SERVER ? {} : programs).flatMap(([file, started]) => {
  const absent = Object.entries(started).flatMap(([name, place]) => (place === undefined ? [name] : []))
  if (absent.length === 0) return [`test/interop/servers/${file}`]
  const untold = absent.filter((name) => !missing.includes(name))
  if (untold.length > 0) process.stderr.write(`${file} is left out, for want of: ${untold.join(', ')}.\n`)
  if (process.env.ANTIPHON_REQUIRE_INTEROP === '1') process.exit(1)
  return []
})

const resolve = {
  alias: [
    { find: /^antiphon$/, replacement: at('src/index.ts') },
    { find: /^antiphon\/testing$/, replacement: at('src/testing/index.ts') },
    { find: /^antiphon\/server$/, replacement: at('src/server/index.ts') },
  ],
}

export default defineConfig({
  test: {
    root: at('.'),
    passWithNoTests: true,
    projects: [
      {
        resolve,
        test: {
          name: 'laravel',
          include: missing.length > 0 ? [] : ['test/interop/scenarios/**/*.test.ts'],
          globalSetup: missing.length > 0 ? [] : [at('test/interop/support/setup.ts')],
          env: { CHROMIUM: chromium ?? '' },
          // Generous, for slow machines: nothing waits for time to pass, only for what is to come.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        test: {
          name: 'target',
          include: ['test/interop/target/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        test: {
          name: 'servers',
          include: servers,
          env: { CHROMIUM: chromium ?? '', NGINX_PROGRAM: nginx ?? '' },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
