import { existsSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProcessGroup } from './process-group'
import { TargetError } from './target'

const root = fileURLToPath(new URL('../laravel', import.meta.url))
const vendor = join(root, 'vendor')
const router = join(vendor, 'laravel/framework/src/Illuminate/Foundation/resources/server.php')

/** Debian's packages by the extensions that they bring and Laravel needs. */
const packages: Record<string, string> = {
  curl: 'php-curl',
  dom: 'php-xml',
  mbstring: 'php-mbstring',
  pdo_sqlite: 'php-sqlite3',
  xml: 'php-xml',
}
const extensions = ['ctype', 'fileinfo', 'filter', 'hash', 'openssl', 'session', 'tokenizer', ...Object.keys(packages)]

/** How PHP is called: with the environment's variables for the application to read. */
const php = { command: process.env.PHP ?? 'php', flags: ['-d', 'variables_order=EGPCS'] }

/** More than one request at a time, as a page has them. */
const workers = 6

/** How an application is configured; Laravel's own names, beside those that a run of its own needs. */
export interface LaravelOptions {
  readonly env: NodeJS.ProcessEnv
  /** Any free port if absent. */
  readonly port?: number | undefined
}

/** The application of `test/interop/laravel` on PHP's own server, with a database, sessions and a log of its own. */
export class Laravel {
  readonly url: string
  readonly #group: ProcessGroup
  readonly #storage: string

  private constructor(url: string, group: ProcessGroup, storage: string) {
    this.url = url
    this.#group = group
    this.#storage = storage
  }

  /** Installs its packages if need be and starts it; rejects with a `TargetError` that names what is in the way. */
  static async start({ env, port }: LaravelOptions): Promise<Laravel> {
    await demandExtensions()
    await install()
    const storage = await mkdtemp(join(tmpdir(), 'antiphon-laravel-'))
    process.once('exit', () => rmSync(storage, { recursive: true, force: true }))
    try {
      const own = { ...(await furnish(storage)), ...env }
      await ProcessGroup.run({
        command: php.command,
        args: [...php.flags, 'artisan', 'migrate', '--force', '--seed'],
        cwd: root,
        env: own,
      })
      const address = `127.0.0.1:${port ?? (await freePort())}`
      const group = ProcessGroup.start({
        command: php.command,
        args: [...php.flags, '-S', address, router],
        cwd: join(root, 'public'),
        env: { ...own, PHP_CLI_SERVER_WORKERS: String(workers) },
      })
      try {
        await listening(group, address)
      } catch (error) {
        await group.end()
        throw error
      }
      return new Laravel(`http://${address}`, group, storage)
    } catch (error) {
      await rm(storage, { recursive: true, force: true })
      throw error
    }
  }

  async stop(): Promise<void> {
    await this.#group.end()
    await rm(this.#storage, { recursive: true, force: true })
  }
}

async function demandExtensions(): Promise<void> {
  const { command } = php
  const loaded = await ProcessGroup.run({ command, args: ['-m'] }).catch(() => {
    throw new TargetError(`PHP does not start: ${command}`)
  })
  const missing = extensions.filter((name) => !loaded.toLowerCase().split(/\s+/).includes(name))
  if (missing.length === 0) return
  const remedy = [...new Set(missing.map((name) => packages[name] ?? 'php-common'))].join(' ')
  throw new TargetError(`PHP lacks the extension ${missing.join(', ')} (Debian: apt-get install ${remedy})`)
}

/** What Composer makes of `composer.json`, or of the file that the variable COMPOSER names; again when that is another. */
async function install(): Promise<void> {
  const file = resolve(root, process.env.COMPOSER ?? 'composer.json')
  if (!existsSync(file)) throw new TargetError(`there is no file ${file} (COMPOSER)`)
  const wish = await readFile(file, 'utf8')
  const granted = join(vendor, 'wish.json')
  if (existsSync(granted) && (await readFile(granted, 'utf8')) === wish) return
  const args = ['install', '--no-interaction', '--no-progress', '--no-dev']
  await ProcessGroup.run({ command: 'composer', args, cwd: root }).catch((error: unknown) => {
    throw new TargetError(`the application’s packages cannot be installed: ${(error as Error).message}`)
  })
  await writeFile(granted, wish)
}

/** Makes the folder in which a run keeps all that it writes, and says so to Laravel. */
async function furnish(storage: string): Promise<NodeJS.ProcessEnv> {
  for (const folder of ['framework/sessions', 'framework/views', 'framework/cache/data', 'logs'])
    await mkdir(join(storage, folder), { recursive: true })
  const database = join(storage, 'database.sqlite')
  await writeFile(database, '')
  return {
    APP_NAME: 'Laravel',
    APP_ENV: 'testing',
    APP_DEBUG: 'false',
    APP_KEY: `base64:${Buffer.alloc(32, 'a').toString('base64')}`,
    APP_PACKAGES_CACHE: join(storage, 'packages.php'),
    APP_SERVICES_CACHE: join(storage, 'services.php'),
    LARAVEL_STORAGE_PATH: storage,
    DB_CONNECTION: 'sqlite',
    DB_DATABASE: database,
    SESSION_DRIVER: 'file',
    CACHE_STORE: 'file',
    QUEUE_CONNECTION: 'sync',
    LOG_CHANNEL: 'single',
    // Hashing passwords slowly is of no use here.
    BCRYPT_ROUNDS: '4',
  }
}

async function listening(group: ProcessGroup, address: string): Promise<void> {
  await group.says(/Development Server \(.*\) started/).catch((error: unknown) => {
    const { message } = error as Error
    const [host, port] = address.split(':')
    const used = message.includes('Address already in use')
    throw new TargetError(used ? `port ${port} of ${host} is in use (INTEROP_PORT)` : message)
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
