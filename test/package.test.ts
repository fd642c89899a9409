import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { createContext, Script } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile, install, pack, root, run, scratch } from './package/consumer'

const folder = scratch()
const installed = join(folder, 'node_modules/antiphon')
const entries = ['antiphon', 'antiphon/testing', 'antiphon/server']
let tarball: string

beforeAll(() => {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('These tests read dist/: npm run build comes first.')
  tarball = pack(root, folder)
  install(folder, tarball, ['ws', '@types/node'])
  for (const file of ['core.ts', 'core.mts', 'core.cts', 'server.mts', 'server.cts']) {
    copyFileSync(join(root, 'test/package', file.replace(/\.[mc]ts$/, '.ts')), join(folder, file))
  }
})

afterAll(() => rmSync(folder, { recursive: true }))

const read = (path: string) => readFileSync(join(installed, path), 'utf8')
const dist = (ending: RegExp) => readdirSync(join(installed, 'dist')).filter((file) => ending.test(file))

describe('the tarball', () => {
  it('brings no other package, and runs nothing when it is installed', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string> | undefined>
    expect(manifest.dependencies).toBeUndefined()
    expect(manifest.optionalDependencies).toBeUndefined()
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => /install|^prepare$/.test(name))).toEqual([])
  })

  it('holds what was built and what explains it, nothing else', () => {
    expect(readdirSync(installed).sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json'])
  })

  it('is the same, byte for byte, when it is built and packed again elsewhere', () => {
    const elsewhere = join(folder, 'elsewhere')
    mkdirSync(join(elsewhere, 'node_modules'), { recursive: true })
    for (const name of readdirSync(join(root, 'node_modules'))) {
      symlinkSync(join(root, 'node_modules', name), join(elsewhere, 'node_modules', name))
    }
    // What is bundled has its place in the source maps.
    const bundled = ['node_modules/mitt', 'node_modules/@noble']
    for (const path of bundled) rmSync(join(elsewhere, path))
    for (const path of [...bundled, 'src', 'package.json', 'tsconfig.json', 'tsup.config.ts']) {
      cpSync(join(root, path), join(elsewhere, path), { recursive: true })
    }
    for (const path of ['README.md', 'LICENSE', 'CHANGELOG.md']) copyFileSync(join(root, path), join(elsewhere, path))
    execFileSync('npm', ['run', 'build'], { cwd: elsewhere, stdio: 'ignore' })
    const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(hash(pack(elsewhere, elsewhere))).toBe(hash(tarball))
  })

  it('satisfies publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  it('satisfies attw', () => {
    const attw = join(root, 'node_modules/.bin/attw')
    const answer = spawnSync(attw, [tarball, '--profile', 'node16', '--no-definitely-typed', '--no-color'], {
      encoding: 'utf8',
    })
    expect(answer.status, answer.stdout + answer.stderr).toBe(0)
  })
})

describe.each(entries)('%s', (entry) => {
  const names = `JSON.stringify(Object.keys(entry).filter((name) => name !== 'module.exports').sort())`

  it('gives the same names to import and require', () => {
    const imported = run(folder, 'names.mjs', `import * as entry from '${entry}'\nconsole.log(${names})`)
    const required = run(folder, 'names.cjs', `const entry = require('${entry}')\nconsole.log(${names})`)
    expect(imported).toEqual(required)
    expect(imported).not.toEqual([])
  })

  it.each([
    ['import', 'quiet.mjs', `await import('${entry}')`],
    ['require', 'quiet.cjs', `require('${entry}')`],
  ])('does nothing at %s', (_, file, load) => {
    const { calls, before, after } = run(folder, file, quietly(load)) as Record<string, unknown>
    expect(calls).toEqual([])
    expect(after).toEqual(before)
  })
})

/** A program that tells what loading a module called, added, left open and listens to. */
const quietly = (load: string) => `
const calls = []
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'addEventListener']) {
  globalThis[name] = () => calls.push(name)
}
globalThis.WebSocket = class { constructor() { calls.push('WebSocket') } }
const output = process.stdout
const state = () => ({
  globals: Object.getOwnPropertyNames(globalThis),
  resources: process.getActiveResourcesInfo(),
  listeners: process.eventNames().map((name) => String(name) + process.listenerCount(name)),
})
const before = state()
${load}
const after = state()
output.write(JSON.stringify({ calls, before, after }))`

/** A program that runs the server and talks to it, and tells whether the entries share their classes. */
const together = (load: string) => `
const get = async (name) => ${load}
async function main() {
  const [{ Echo, EchoError }, { PusherServer }, { serve }, { WebSocket }] = await Promise.all(
    ['antiphon', 'antiphon/testing', 'antiphon/server', 'ws'].map(get),
  )
  let error
  try { new Echo({ broadcaster: 'reverb' }) } catch (reason) { error = reason }
  const { server, host, port, close } = await serve({ port: 0 })
  const echo = new Echo({
    broadcaster: 'reverb', key: server.options.key, wsHost: host, wsPort: port, forceTLS: false, autoConnect: true, WebSocket,
  })
  await echo.channel('news').ready()
  const { status } = echo.connection.get()
  echo.disconnect()
  await close()
  console.log(JSON.stringify({ status, isServer: server instanceof PusherServer, isError: error instanceof EchoError }))
}
main()`

describe('the entries together', () => {
  it.each([
    ['import', /(?<!\.global)\.js$/],
    ['require', /\.cjs$/],
  ])('share one EchoError for %s, so that instanceof holds across them', (_, ending) => {
    expect(
      dist(ending).filter((file) => /\bclass EchoError\b|EchoError = class\b/.test(read(`dist/${file}`))),
    ).toHaveLength(1)
  })

  it.each([
    ['import', 'together.mjs', 'import(name)'],
    ['require', 'together.cjs', 'require(name)'],
  ])('work together by %s: an Echo joins a channel of the server, and classes are shared', async (_, file, load) => {
    expect(run(folder, file, together(load))).toEqual({ status: 'connected', isServer: true, isError: true })
  })

  it('bring the command', () => {
    const help = execFileSync('node', [join(installed, 'dist/cli.js'), '--help'], { encoding: 'utf8' })
    expect(help).toContain('antiphon serve')
  })

  it('says in one line that `ws` is missing', () => {
    const bare = scratch()
    install(bare, tarball)
    const cli = join(bare, 'node_modules/antiphon/dist/cli.js')
    const { status, stdout, stderr } = spawnSync('node', [cli, 'serve'], { encoding: 'utf8' })
    rmSync(bare, { recursive: true })
    const said = 'antiphon: the server needs the package ws: npm install --save-dev ws\n'
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: said })
  })

  it('name no package but ws, Node and the frameworks, and the core names none', () => {
    const bare = (file: string) =>
      [
        ...read(`dist/${file}`).matchAll(
          /(?:(?<!['"])\bfrom|\bimport|\brequire\(|\bimport\()\s*["']([^."'][^"']*)["']/g,
        ),
      ].map(([, name]) => name)
    const outside = dist(/(?<!\.global)\.(c?js|d\.c?ts)$/).flatMap(bare)
    const { peerDependencies } = JSON.parse(read('package.json')) as { peerDependencies: object }
    const peers = Object.keys(peerDependencies).filter((name) => !/pusher|socket/.test(name))
    const known = (name = '') => name.startsWith('node:') || peers.includes(name.split('/')[0]!)
    expect(outside.filter((name) => !known(name))).toEqual([])
    expect([...bare('index.js'), ...bare('index.cjs'), ...bare('testing.js'), ...bare('testing.cjs')]).toEqual([])
  })

  it('keep mitt out of the public types', () => {
    expect(dist(/\.d\.c?ts$/).filter((file) => /['"]mitt['"]/.test(read(`dist/${file}`)))).toEqual([])
  })

  it('give the class by name and as default', () => {
    const program = `import Default, { Echo } from 'antiphon'\nimport { createRequire } from 'node:module'
const required = createRequire(import.meta.url)('antiphon')
console.log(JSON.stringify([Default === Echo, required.default === required.Echo, Echo.name]))`
    expect(run(folder, 'default.mjs', program)).toEqual([true, true, 'Echo'])
  })
})

describe('the script tag', () => {
  it('puts the class itself on the page, and nothing else', () => {
    const opened: string[] = []
    class WebSocket {
      constructor(url: string) {
        opened.push(url)
      }
      close() {}
    }
    const page = createContext({ WebSocket, URL, AbortController, setTimeout, clearTimeout, queueMicrotask })
    const before = Object.keys(page)
    new Script(read('dist/echo.global.js')).runInContext(page)
    expect(Object.keys(page).filter((name) => !before.includes(name))).toEqual(['Echo'])
    expect(opened).toEqual([])

    new Script(`
      var echo = new Echo({ broadcaster: 'reverb', key: 'k', wsHost: 'localhost', wsPort: 8080, forceTLS: false, autoConnect: false })
      echo.connect()
      echo.disconnect()
    `).runInContext(page)
    expect(opened).toEqual([expect.stringMatching(/^ws:\/\/localhost:8080\/app\/k\?/)])
  })
})

describe.each(['typescript-5.4', 'typescript-5.9', 'typescript', 'typescript-7'])('types for %s', (typescript) => {
  const shared = { strict: true, noEmit: true, target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable'] }
  const node16 = { ...shared, module: 'Node16', moduleResolution: 'Node16' }
  const bundler = { ...shared, module: 'ESNext', moduleResolution: 'Bundler' }

  it.concurrent.each([
    ['core, node16', ['core.mts', 'core.cts'], { ...node16, types: [] }],
    ['core, bundler', ['core.ts'], { ...bundler, types: [] }],
    ['server, node16', ['server.mts', 'server.cts'], { ...node16, types: ['node'], skipLibCheck: true }],
  ])('%s', async (title, files, compilerOptions) => {
    const project = join(folder, `tsconfig.${typescript}.${title}.json`)
    writeFileSync(project, JSON.stringify({ compilerOptions, files }))
    expect(await compile(typescript, project)).toBe('')
  })
})

describe('size, after gzip -9', () => {
  const gzip = (bytes: string | Uint8Array) => gzipSync(bytes, { level: 9 }).length

  /** What a page fetches at once for an application that only makes an Echo; what is imported later does not count. */
  const bundled = async () => {
    const contents = `import { Echo } from 'antiphon'\nglobalThis.echo = new Echo({ broadcaster: 'reverb', key: 'k' })`
    const { outputFiles, metafile } = await build({
      stdin: { contents, resolveDir: folder, sourcefile: 'application.js' },
      absWorkingDir: folder,
      outdir: 'bundle',
      bundle: true,
      minify: true,
      splitting: true,
      metafile: true,
      write: false,
      format: 'esm',
      target: 'es2022',
    })
    const first = new Set(
      Object.keys(metafile.outputs).filter((file) => metafile.outputs[file]?.entryPoint === 'application.js'),
    )
    for (const file of first) {
      for (const { path, kind } of metafile.outputs[file]?.imports ?? [])
        if (kind === 'import-statement') first.add(path)
    }
    const files = outputFiles.filter(({ path }) => first.has(relative(folder, path)))
    return files.reduce((bytes, { contents }) => bytes + gzip(contents), 0)
  }

  // The goals are not reached (docs/benchmarks.md says why): until they are, nothing may grow.
  it.each([
    ["import { Echo } from 'antiphon'", 7_200, 18_900, bundled],
    ['dist/echo.global.js', 7_500, 21_300, async () => gzip(read('dist/echo.global.js'))],
  ])('%s: the goal is %i bytes, the limit %i', async (what, goal, limit, measure) => {
    const bytes = await measure()
    process.stdout.write(`${what}: ${bytes} B (goal ${goal}, limit ${limit})\n`)
    expect(bytes).toBeLessThanOrEqual(limit)
  })
})
