import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort()
const text = new Map(files.map((file) => [file, readFileSync(join(src, file), 'utf8')]))

/** What a file asks for: types, dynamic imports and re-exports too, as they are written. */
const requests = (file: string) =>
  ts.preProcessFile(text.get(file) ?? '', true, true).importedFiles.map((found) => found.fileName)

/** The file in `src` that a relative request leads to. */
function target(file: string, request: string): string {
  const path = relative(src, join(src, dirname(file), request))
  const index = join(path, 'index.ts')
  return text.has(index) ? index : `${path}.ts`
}

const edges = new Map(
  files.map((file) => [
    file,
    requests(file)
      .filter((request) => request.startsWith('.') && !request.endsWith('.json'))
      .map((request) => target(file, request)),
  ]),
)

const core = ['base', 'errors', 'contract']
const parts = ['transport', 'options', 'wire', 'auth', 'channels']
const facade = [
  ...core,
  'model',
  ...parts,
  'connectors',
  'compat',
  'broadcaster',
  'interceptors',
  'env',
  'echo',
  'extras',
]

/** Each layer and what it may import beside itself; `docs/architecture.md` draws the same. */
const layers: Record<string, readonly string[]> = {
  base: [],
  errors: ['base'],
  contract: ['base', 'errors'],
  model: [],
  transport: [...core, 'wire/address'],
  // Each part says what its options are; `options` puts them together and checks them.
  options: [...core, 'transport', 'wire/address', 'auth/settings'],
  wire: core,
  auth: [...core, 'options', 'wire/frame', 'wire/address'],
  channels: core,
  interceptors: ['base', 'options', 'errors'],
  env: ['options', 'errors'],
  connectors: [...core, 'transport', 'options', 'wire', 'auth'],
  compat: [...core, ...parts, 'connectors'],
  broadcaster: [...core, ...parts, 'connectors', 'compat'],
  echo: [...core, ...parts, 'connectors', 'compat', 'broadcaster', 'interceptors'],
  extras: [...core, ...parts, 'connectors', 'compat', 'interceptors', 'echo'],
  index: facade,
  adapters: ['index'],
  devtools: [...facade, 'index'],
  script: [...facade, 'index'],
  testing: ['index', 'contract', 'wire/frame', 'base', 'errors'],
  server: ['testing', 'base', 'errors'],
  sharing: ['contract', 'base', 'errors', 'connectors'],
}

/** The first folder of a path, or the file itself: `wire/frame.ts` is of `wire`, `echo.ts` of `echo`; all scripts are one. */
const layerOf = (file: string) => file.replace(/\.ts$|^(script)-.*/, '$1').split('/', 1)[0]!

const allowed = (from: string, to: string) => {
  const within = [layerOf(from), ...(layers[layerOf(from)] ?? [])]
  return within.includes(layerOf(to)) || within.includes(to.replace(/\.ts$/, ''))
}

/** What each adapter may name: its framework alone. */
const frameworks: Record<string, RegExp> = {
  'adapters/react.ts': /^react$/,
  'adapters/vue.ts': /^vue$/,
  'adapters/vue-scope.ts': /^vue$/,
  'adapters/svelte.ts': /^svelte$/,
  'adapters/svelte-hold.ts': /^svelte(\/(legacy|reactivity|store))?$/,
}

/** Packages outside that a layer may name. */
const outside = (file: string) => {
  if (file === 'base/emitter.ts') return /^mitt$/
  if (file === 'connectors/pusher/crypto.ts') return /^@noble\/ciphers\/salsa\.js$/
  const framework = frameworks[file]
  if (framework) return framework
  return layerOf(file) === 'server' ? /^(ws|node:[\w/]+)$/ : /^$/
}

describe('the sources', () => {
  it('lie in layers that the table knows', () => {
    expect(files.map(layerOf).filter((layer) => !(layer in layers))).toEqual([])
  })

  it('import only what stands to their left', () => {
    const wrong = [...edges].flatMap(([from, targets]) =>
      targets.filter((to) => !allowed(from, to)).map((to) => `${from} → ${to}`),
    )
    expect(wrong).toEqual([])
  })

  it('have no cycles', () => {
    expect(cycles(edges)).toEqual([])
  })

  it('import nothing from outside but mitt, a cipher, an adapter its framework, and the server ws and Node', () => {
    const wrong = files.flatMap((file) =>
      requests(file)
        .filter((request) => !request.startsWith('.') && !outside(file).test(request))
        .map((request) => `${file} → ${request}`),
    )
    expect(wrong).toEqual([])
  })

  it('let adapters import the public surface only, as a stranger would', () => {
    const wrong = files
      .filter((file) => layerOf(file) === 'adapters')
      .flatMap((file) => requests(file).filter((request) => request.startsWith('..') && request !== '../index'))
    expect(wrong).toEqual([])
  })

  it('have no barrels but entries', () => {
    const barrels = files.filter(
      (file) => file.endsWith('/index.ts') && !/^(testing|server|sharing|devtools)\//.test(file),
    )
    expect(barrels).toEqual([])
  })

  it('have at most 250 lines each', () => {
    const lengths = [...text].map(([file, source]) => ({ file, lines: source.trimEnd().split('\n').length }))
    expect(lengths.filter(({ lines }) => lines > 250)).toEqual([])
  })

  it('never speak to the console outside server and devtools', () => {
    const talkers = files.filter(
      (file) => !['server', 'devtools'].includes(layerOf(file)) && /\bconsole\s*\??[.[]/.test(text.get(file) ?? ''),
    )
    expect(talkers).toEqual([])
  })

  it('keep no state in a module', () => {
    expect(files.filter((file) => /^(export )?(let|var) /m.test(text.get(file) ?? ''))).toEqual([])
  })
})

describe('importing an entry', () => {
  const opened = vi.fn<() => void>()

  beforeEach(() => {
    vi.resetModules()
    vi.useFakeTimers()
    vi.stubGlobal('WebSocket', opened)
    vi.stubGlobal('fetch', opened)
    vi.stubGlobal('addEventListener', opened)
  })

  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  const entries = [
    'index.ts',
    ...['react', 'vue', 'svelte', 'alpine', 'livewire'].map((name) => `adapters/${name}.ts`),
    'testing/index.ts',
    'server/index.ts',
  ]

  it.each(entries)('does nothing: %s', async (entry) => {
    // What a framework does is its own.
    for (const request of requests(entry)) if (frameworks[entry]?.test(request)) await import(request)
    const before = Object.getOwnPropertyNames(globalThis)
    await import(join(src, entry))
    expect(Object.getOwnPropertyNames(globalThis)).toEqual(before)
    expect(vi.getTimerCount()).toBe(0)
    expect(opened).not.toHaveBeenCalled()
  })
})

/** Every way that leads back to where it began, each told once. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (done.has(file) || path.includes(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return found
}
