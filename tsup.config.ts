import { relative, resolve } from 'node:path'
import { defineConfig, type Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const entries = { index: 'src/index.ts', testing: 'src/testing/index.ts', server: 'src/server/index.ts' }
const target = 'es2022'

/** What few need: files of their own, which the others `import()` when they need them. No names of the package. */
const chunks = {
  crypto: 'src/connectors/pusher/crypto.ts',
  jsonp: 'src/auth/jsonp.ts',
  'pusher-js-user': 'src/connectors/pusher-js-user.ts',
  'pusher-user': 'src/connectors/pusher/user.ts',
  'socket-io': 'src/connectors/socket-io.ts',
  user: 'src/channels/user.ts',
}

const moduleOf = (path: string) =>
  relative('src', path)
    .replace(/\.ts$/, '')
    .replace(/(^|\/)index$/, '') || 'index'

/** Modules that live in one file only, which is named here; `errors` is at home in `index`. */
const homes: Record<string, string> = { errors: 'index' }
for (const [name, source] of Object.entries({ ...entries, ...chunks })) homes[moduleOf(source)] = name

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
    if (options.format === 'cjs') options.supported = { 'dynamic-import': false }
  },
})

/** A script tag without encryption: most pages need none, and it would be a third of the file. */
const unencrypted: Plugin = {
  name: 'unencrypted',
  setup(build) {
    build.onLoad({ filter: /pusher\/crypto\.ts$/ }, () => ({
      contents: 'export function Opener() { throw new Error("This script has no encryption.") }',
    }))
  },
}

const script = (name: string, source: string, ...esbuildPlugins: Plugin[]): Options => ({
  entry: { [name]: source },
  format: 'iife',
  platform: 'browser',
  target,
  minify: true,
  sourcemap: true,
  esbuildPlugins,
})

export default defineConfig([
  ...Object.entries({ ...entries, ...chunks }).map(library),
  { ...library(['cli', 'src/server/cli.ts']), format: 'esm' },
  script('echo', 'src/script.ts', unencrypted),
  script('echo.encrypted', 'src/script-encrypted.ts'),
  // Leases are disposable: consumers need that library of TypeScript's, whatever their own `lib` says.
  { entry: entries, format: ['esm', 'cjs'], dts: { only: true, banner: '/// <reference lib="esnext.disposable" />' } },
])
