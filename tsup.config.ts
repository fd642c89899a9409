import { relative, resolve } from 'node:path'
import { defineConfig, type Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const entries = { index: 'src/index.ts', testing: 'src/testing/index.ts', server: 'src/server/index.ts' }
const target = 'es2022'

/** Modules that live in one entry only; `errors` is at home in `index`. */
const homes: Record<string, string> = { errors: 'index', index: 'index', testing: 'testing', server: 'server' }

/** An entry imports another instead of bundling it: so there is one EchoError, and `instanceof` holds across entries. */
const borrow = (own: string): Plugin => ({
  name: 'borrow',
  setup(build) {
    const extension = build.initialOptions.format === 'cjs' ? 'cjs' : 'js'
    build.onResolve({ filter: /^\.\.?(\/|$)/ }, ({ path, resolveDir }) => {
      const module = relative('src', resolve(resolveDir, path)).replace(/(^|\/)index$/, '')
      const home = homes[module || 'index']
      return home && home !== own ? { path: `./${home}.${extension}`, external: true } : undefined
    })
  },
})

const library = (name: string, source: string): Options => ({
  entry: { [name]: source },
  format: ['esm', 'cjs'],
  target,
  sourcemap: true,
  removeNodeProtocol: false,
  esbuildPlugins: [borrow(name)],
})

export default defineConfig([
  ...Object.entries(entries).map(([name, source]) => library(name, source)),
  { ...library('cli', 'src/server/cli.ts'), format: 'esm' },
  { entry: { echo: 'src/script.ts' }, format: 'iife', platform: 'browser', target, minify: true, sourcemap: true },
  // Leases are disposable: consumers need that library of TypeScript's, whatever their own `lib` says.
  { entry: entries, format: ['esm', 'cjs'], dts: { only: true, banner: '/// <reference lib="esnext.disposable" />' } },
])
