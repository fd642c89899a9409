import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, Script } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { inMemoryWebSocket, PusherServer } from 'antiphon/testing'
import { build } from 'esbuild'
import { build as tsup } from 'tsup'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { install, pack, root, run, scratch } from './consumer'

const folder = scratch()
const installed = join(folder, 'node_modules/antiphon')

beforeAll(() => install(folder, pack(root, folder)))
afterAll(() => rmSync(folder, { recursive: true }))

const read = (path: string) => readFileSync(join(installed, path), 'utf8')
const files = () => readdirSync(join(installed, 'dist'))
const gzip = (bytes: string | Uint8Array) => gzipSync(bytes, { level: 9 }).length

const imported = `import { Echo, EchoError, FrameError } from 'antiphon'
import { inMemoryWebSocket, PusherServer } from 'antiphon/testing'
`
const required = `const { Echo, EchoError, FrameError } = require('antiphon')
const { inMemoryWebSocket, PusherServer } = require('antiphon/testing')
`

/** The test vector of the protocol: the key of `private-encrypted-a`, and `{"a":1}` encrypted with it. */
const vector = {
  shared_secret: 'Dhj1FoClZczrz/R47X27PbzUv31V0dCJeUOBwc+bxJU=',
  nonce: Buffer.alloc(24, 1).toString('base64'),
  ciphertext: 'vp8QVGbGWvH8S+zaOll9rh1h6O7IiXQ=',
}

/** An application that reads an encrypted channel, and tells what it heard there. */
const application = `
const { shared_secret, ...event } = ${JSON.stringify(vector)}
const server = new PusherServer()
const echo = new Echo({
  broadcaster: 'reverb', key: 'app-key', wsHost: 'localhost', forceTLS: false, autoConnect: true,
  WebSocket: inMemoryWebSocket(server),
  authorize: async ({ channel, socketId }) => ({ ...server.authorize(socketId, channel), shared_secret }),
})
const channel = echo.encryptedPrivate('a')
const heard = new Promise((resolve) => channel.on('Paid', resolve))
const problem = new Promise((resolve) => channel.error(resolve))
channel.ready().then(
  async () => {
    for (const data of ['in clear', event]) server.publish(channel.name, 'Paid', data)
    const error = await problem
    console.log(JSON.stringify({ heard: await heard, isOurs: error instanceof EchoError && error instanceof FrameError }))
    echo.disconnect()
  },
  (error) => {
    const { code, hint, cause } = error
    console.log(JSON.stringify({ code, hint, isOurs: error instanceof EchoError, cause: !!cause }))
    echo.disconnect()
  },
)
`
const works = { heard: { a: 1 }, isOurs: true }

describe('what few need', () => {
  it('is in files of its own, which are loaded when it is needed', () => {
    const asked = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('server/'))
      .flatMap((file) => [...readFileSync(join(root, 'src', file), 'utf8').matchAll(/\bimport\('(.+?)'\)/g)])
    const loads = (file: string, call: RegExp) =>
      Array.from(read(`dist/${file}`).matchAll(call), ([, path = '']) => path).sort()
    const [byImport, byRequire] = [
      loads('index.js', /import\("\.\/(.+?)"\)/g),
      loads('index.cjs', /then\(.*?require\("\.\/(.+?)"\)/g),
    ]
    expect(byImport).toContain('crypto.js')
    expect(byImport).toHaveLength(asked.length)
    expect(byRequire).toEqual(byImport.map((file) => file.replace('.js', '.cjs')))
    expect([...byImport, ...byRequire].filter((file) => !files().includes(file))).toEqual([])
  })

  it('has no name that an application could import it by', () => {
    const { exports } = JSON.parse(read('package.json')) as { exports: object }
    expect(JSON.stringify(exports)).not.toMatch(/crypto|user|socket-io/)
  })

  it.each([
    ['import', 'works.mjs', imported],
    ['require', 'works.cjs', required],
  ])('works by %s: an encrypted event is read, and the errors are of the same classes', (_, file, load) => {
    expect(run(folder, file, load + application)).toEqual(works)
  })

  it.each([
    ['import', 'fails.mjs', imported],
    ['require', 'fails.cjs', required],
  ])('is missed by %s with an error of the channel, if its file is not there', (_, file, load) => {
    const broken = join(folder, `broken-${file}`)
    cpSync(installed, join(broken, 'node_modules/antiphon'), { recursive: true })
    for (const name of ['crypto.js', 'crypto.cjs']) rmSync(join(broken, 'node_modules/antiphon/dist', name))
    const told = run(broken, file, load + application)
    expect(told).toMatchObject({ code: 'encryption-unavailable', isOurs: true, cause: true })
  })
})

describe('the bundle of an application', () => {
  const source = () => {
    writeFileSync(join(folder, 'application.js'), imported + application)
    return join(folder, 'application.js')
  }

  /** Runs what was bundled into `outdir`; whether the cipher is in a file that is fetched later. */
  function outcome(outdir: string, type: 'module' | 'commonjs') {
    writeFileSync(join(outdir, 'package.json'), JSON.stringify({ type }))
    const entry = readdirSync(outdir).find((file) => file.startsWith('application'))!
    const program = readFileSync(join(outdir, entry), 'utf8')
    return { told: run(outdir, entry, program), isLater: !program.includes('invalid tag') }
  }

  it.each([
    ['ESM in several files', { format: 'esm', splitting: true }],
    ['ESM in one file', { format: 'esm' }],
    ['CommonJS', { format: 'cjs' }],
    ['a script', { format: 'iife' }],
  ] as const)('made by esbuild as %s works', async (what, options) => {
    const outdir = join(folder, 'esbuild', what.replaceAll(' ', '-'))
    await build({ entryPoints: [source()], outdir, bundle: true, minify: true, target: 'es2022', ...options })
    const type = options.format === 'esm' ? 'module' : 'commonjs'
    expect(outcome(outdir, type)).toEqual({ told: works, isLater: 'splitting' in options })
  })

  it.each([
    ['esm', 'module'],
    ['cjs', 'commonjs'],
  ] as const)('made by tsup for %s works', async (format, type) => {
    const outDir = join(folder, 'tsup', format)
    const options = { config: false, silent: true, noExternal: [/^antiphon/], splitting: true } as const
    await tsup({ entry: { application: source() }, outDir, format, ...options })
    expect(outcome(outDir, type)).toEqual({ told: works, isLater: true })
  })
})

describe('the script tags', () => {
  /** A page that has loaded one of the scripts and reads an encrypted channel: what comes of it. */
  async function page(file: string): Promise<unknown> {
    const server = new PusherServer()
    const page = createContext({
      ...{ URL, AbortController, TextDecoder, atob, setTimeout, clearTimeout, queueMicrotask },
      WebSocket: inMemoryWebSocket(server),
      grant: (socketId: string, channel: string) => ({ ...server.authorize(socketId, channel), ...vector }),
    })
    new Script(read(`dist/${file}`)).runInContext(page)
    const publish = () => server.publish('private-encrypted-a', 'Paid', vector)
    const program = `
      var echo = new Echo({
        broadcaster: 'reverb', key: 'app-key', wsHost: 'localhost', forceTLS: false, autoConnect: true,
        authorize: async ({ channel, socketId }) => grant(socketId, channel),
      })
      var channel = echo.encryptedPrivate('a')
      new Promise((resolve, reject) => {
        channel.on('Paid', resolve).error(reject)
        channel.ready().then(publish, reject)
      }).finally(() => echo.disconnect())`
    return new Script(program).runInContext(Object.assign(page, { publish })) as Promise<unknown>
  }

  it('with encryption reads what was encrypted, from one file', async () => {
    expect(await page('echo.encrypted.global.js')).toEqual({ a: 1 })
    expect(read('dist/echo.encrypted.global.js')).not.toMatch(/\bimport\(|\brequire\(/)
  })

  it('without encryption says which script has it', async () => {
    const error = await page('echo.global.js').catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'encryption-unavailable' })
    expect((error as Error).cause).toMatchObject({
      message: expect.stringContaining('load echo.encrypted.global.js'),
    })
    expect(read('dist/echo.global.js')).not.toMatch(/\bimport\(|\brequire\(/)
  })
})

describe('encryption, after gzip -9', () => {
  const chunk = async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: "export { Echo } from 'antiphon'", resolveDir: folder },
      ...{ bundle: true, minify: true, splitting: true, metafile: true, write: false, outdir: 'bundle' },
      ...{ format: 'esm', target: 'es2022', absWorkingDir: folder },
    })
    const [path] = Object.keys(metafile.outputs).filter((file) =>
      /crypto/.test(metafile.outputs[file]?.entryPoint ?? ''),
    )
    return gzip(outputFiles.find((file) => file.path === join(folder, path!))!.contents)
  }
  const added = async () => gzip(read('dist/echo.encrypted.global.js')) - gzip(read('dist/echo.global.js'))

  it.each([
    ['what echo.encrypted.global.js adds', 5_500, added],
    ['the file of its own in the bundle of an application', 5_650, chunk],
  ])('%s: the limit is %i bytes', async (what, limit, measure) => {
    const bytes = await measure()
    process.stdout.write(`Encryption, ${what}: ${bytes} B (limit ${limit})\n`)
    expect(bytes).toBeLessThanOrEqual(limit)
  })
})
