import { readFileSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { minifySync } from 'rolldown/utils'
import { defineConfig, type Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const entries = {
  index: 'src/index.ts',
  react: 'src/adapters/react.ts',
  vue: 'src/adapters/vue.ts',
  svelte: 'src/adapters/svelte.ts',
  alpine: 'src/adapters/alpine.ts',
  livewire: 'src/adapters/livewire.ts',
  testing: 'src/testing/index.ts',
  server: 'src/server/index.ts',
}
const target = 'es2022'

/** What few need: files of their own, which the others `import()` when they need them. No names of the package. */
const chunks = {
  command: 'src/server/command.ts',
  crypto: 'src/connectors/pusher/crypto.ts',
  jsonp: 'src/auth/jsonp.ts',
  'pusher-js-user': 'src/connectors/pusher-js-user.ts',
  'pusher-user': 'src/connectors/pusher/user.ts',
  'socket-io': 'src/connectors/socket-io.ts',
  user: 'src/channels/user.ts',
}

/** What adapters share, in files of their own too: a page that has two of them has one default instance. */
const shared = {
  'adapter-default': 'src/adapters/default.ts',
  'adapter-listen': 'src/adapters/listen.ts',
  'adapter-registrations': 'src/adapters/registrations.ts',
}

const moduleOf = (path: string) =>
  relative('src', path)
    .replace(/\.ts$/, '')
    .replace(/(^|\/)index$/, '') || 'index'

/** Modules that live in one file only, which is named here; `errors` is at home in `index`. */
const homes: Record<string, string> = { errors: 'index' }
for (const [name, source] of Object.entries({ ...entries, ...chunks, ...shared })) homes[moduleOf(source)] = name

/** A file imports another instead of bundling it: so there is one EchoError, and `instanceof` holds everywhere. */
const borrow = (own: string): Plugin => ({
  name: 'borrow',
  setup(build) {
    const extension = build.initialOptions.format === 'cjs' ? 'cjs' : 'js'
    build.onResolve({ filter: /^\.\.?(\/|$)/ }, ({ path, resolveDir }) => {
      const home = homes[moduleOf(resolve(resolveDir, path))]
      return home && home !== own ? { path: `./${home}.${extension}`, external: true } : undefined
    })
  },
})

const library = ([name, source]: readonly [name: string, source: string]): Options => ({
  entry: { [name]: source },
  format: ['esm', 'cjs'],
  target,
  sourcemap: true,
  splitting: false,
  removeNodeProtocol: false,
  esbuildPlugins: [borrow(name)],
  esbuildOptions(options) {
    // `require`, later: a real `import()` is not to be had in every place where CommonJS runs, Jest for one.
    if (options.format !== 'cjs') return
    options.supported = { 'dynamic-import': false }
    // Only Vite replaces it, and only in modules.
    options.define = { ...options.define, 'import.meta.env': 'undefined' }
  },
})

/** The small script: most pages need neither the cipher, which would be a third of it, nor JSONP. */
const without: Plugin = {
  name: 'without',
  setup(build) {
    build.onLoad({ filter: /\/(crypto|jsonp)\.ts$/ }, () => ({
      contents: `export { missing as Opener, missing as fetchByScript }
        function missing() { throw new Error("With a script tag, load echo.encrypted.global.js.") }`,
    }))
  },
}

/** In a script everything is there at once: what is loaded later would stand in functions of its own. */
const atOnce: Plugin = {
  name: 'at once',
  setup(build) {
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const imports: string[] = []
      const contents = readFileSync(path, 'utf8').replace(/\bimport\('(.+?)'\)/g, (_, module: string) => {
        const source = readFileSync(resolve(dirname(path), `${module}.ts`), 'utf8')
        const names = Array.from(
          source.matchAll(/^export (?:async )?(?:class|const|function) (\w+)/gm),
          ([, name]) => name,
        )
        imports.push(`import { ${names.map((name) => `${name} as later${name}`).join()} } from '${module}'`)
        return `Promise.resolve({ ${names.map((name) => `${name}: later${name}`).join()} })`
      })
      return imports.length ? { contents: [...imports, contents].join('\n'), loader: 'ts' } : undefined
    })
  },
}

const script = (name: string, source: string, ...plugins: Plugin[]): Options => ({
  entry: { [name]: source },
  format: 'iife',
  platform: 'browser',
  target,
  sourcemap: true,
  esbuildPlugins: [...plugins, atOnce],
  plugins: [
    {
      name: 'minify',
      // Of the same file esbuild makes 500 bytes more, after gzip.
      renderChunk: (code, { path }) => minifySync(path, code, { compress: { target }, sourcemap: true }),
    },
    {
      name: 'portable',
      // What is of no source is of the file itself, which the map names by its place on this machine.
      renderChunk(_code, { path, map }) {
        if (map && typeof map === 'object')
          map.sources = map.sources.map((source) => (source === path ? basename(path) : source))
      },
    },
  ],
})

export default defineConfig([
  ...Object.entries({ ...entries, ...chunks, ...shared }).map(library),
  { ...library(['cli', 'src/server/cli.ts']), format: 'esm' },
  script('echo', 'src/script.ts', without),
  script('echo.encrypted', 'src/script-encrypted.ts'),
  script('alpine', 'src/adapters/alpine-script.ts'),
  // Leases are disposable: consumers need that library of TypeScript's, whatever their own `lib` says.
  { entry: entries, format: ['esm', 'cjs'], dts: { only: true, banner: '/// <reference lib="esnext.disposable" />' } },
])
