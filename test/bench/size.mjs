import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const gzip = (text) => gzipSync(text, { level: 9 }).length

/** What an application's first file grows by (what `import()` loads is none of it), and what a script tag loads; gzip -9, minified by esbuild. */
export async function size() {
  const incumbent = `import Echo from 'laravel-echo'
    import Pusher from 'pusher-js'
    window.Pusher = Pusher
    window.Echo = new Echo({ broadcaster: 'reverb', key: 'app-key' })`
  const ours = `import { Echo } from './src/index'
    window.Echo = new Echo({ broadcaster: 'reverb', key: 'app-key' })`
  const floor = `import { Floor } from './test/bench/floor'
    window.Floor = Floor`
  const bundled = await bundle(source(ours))
  const adapter = (name) => `${ours}
    export { configureEcho, useEcho } from './src/adapters/${name}'`
  const shipped = ['laravel-echo/dist/echo.iife.js', 'pusher-js/dist/web/pusher.min.js']
  return {
    files: shares(bundled),
    rows: {
      'size.import': {
        incumbent: (await bundle(source(incumbent))).bytes,
        floor: (await bundle(source(floor))).bytes,
        ours: bundled.bytes,
      },
      'size.script': {
        incumbent: shipped.map((file) => gzip(readFileSync(`${root}/node_modules/${file}`))).reduce((a, b) => a + b),
        ours: gzip(readFileSync(`${root}/dist/echo.global.js`)),
      },
      'size.react': { ours: (await bundle(source(adapter('react')))).bytes - bundled.bytes },
      'size.vue': { ours: (await bundle(source(adapter('vue')))).bytes - bundled.bytes },
      'size.svelte': { ours: (await bundle(source(adapter('svelte')))).bytes - bundled.bytes },
    },
  }
}

const source = (contents) => ({ stdin: { contents, resolveDir: root, loader: 'ts' }, format: 'esm' })

async function bundle(entry) {
  const { outputFiles, metafile } = await build({
    ...entry,
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    absWorkingDir: root,
    platform: 'browser',
    target: 'es2022',
    external: ['react', 'vue', 'svelte', 'svelte/*'],
    outdir: '.',
  })
  const first = Object.keys(metafile.outputs).find((file) => metafile.outputs[file].entryPoint === '<stdin>')
  const files = reached(first, metafile.outputs)
  const text = files.map((file) => outputFiles.find(({ path }) => path.endsWith(`/${file}`)).text).join('')
  return { bytes: gzip(text), outputs: files.map((file) => metafile.outputs[file]) }
}

/** A file and what it imports at once. */
function reached(file, outputs, found = new Set()) {
  found.add(file)
  for (const { kind, path, external } of outputs[file].imports)
    if (kind === 'import-statement' && !external && !found.has(path)) reached(path, outputs, found)
  return [...found]
}

/** How the gzipped bytes spread over the sources: each file's share is that of its minified bytes. */
function shares({ bytes, outputs }) {
  const inputs = outputs.flatMap(({ inputs }) => Object.entries(inputs))
  const minified = outputs.reduce((sum, output) => sum + output.bytes, 0)
  return inputs
    .map(([file, { bytesInOutput }]) => [file, Math.round((bytesInOutput / minified) * bytes)])
    .filter(([, share]) => share > 0)
    .sort(([, a], [, b]) => b - a)
}
