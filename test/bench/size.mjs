import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const gzip = (text) => gzipSync(text, { level: 9 }).length

/** What an application's bundle grows by, and what a script tag loads; gzip -9, minified by esbuild. */
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
  const shipped = ['laravel-echo/dist/echo.iife.js', 'pusher-js/dist/web/pusher.min.js']
  return {
    files: shares(bundled),
    rows: {
      'size.import': {
        incumbent: gzip((await bundle(source(incumbent))).text),
        floor: gzip((await bundle(source(floor))).text),
        ours: gzip(bundled.text),
      },
      'size.script': {
        incumbent: shipped.map((file) => gzip(readFileSync(`${root}/node_modules/${file}`))).reduce((a, b) => a + b),
        ours: gzip((await bundle({ entryPoints: [`${root}/src/script.ts`], format: 'iife' })).text),
      },
    },
  }
}

const source = (contents) => ({ stdin: { contents, resolveDir: root, loader: 'ts' }, format: 'esm' })

async function bundle(entry) {
  const { outputFiles, metafile } = await build({
    ...entry,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'browser',
    target: 'es2022',
    outdir: '.',
  })
  return { text: outputFiles[0].text, metafile }
}

/** How the gzipped bytes spread over the sources: each file's share is that of its minified bytes. */
function shares({ text, metafile }) {
  const [output] = Object.values(metafile.outputs)
  return Object.entries(output.inputs)
    .map(([file, { bytesInOutput }]) => [file, Math.round((bytesInOutput / output.bytes) * gzip(text))])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a)
}
