import { build } from 'esbuild'
import { gzipSync } from 'node:zlib'
const only = process.argv[2]
// as tsup leaves it, then as the package test measures
const borrow = {
  name: 'b',
  setup(b) {
    b.onResolve({ filter: /^\.\.?\/(index|default|listen|registrations)$/ }, ({ path }) => ({
      path: './' + path.replace(/.*\//, '') + '.js',
      external: true,
    }))
  },
}
const lib = await build({
  entryPoints: ['src/adapters/vue.ts'],
  bundle: true,
  format: 'esm',
  write: false,
  target: 'es2022',
  external: ['vue'],
  plugins: [borrow],
})
const { outputFiles } = await build({
  stdin: { contents: lib.outputFiles[0].text, resolveDir: '.' },
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  external: ['vue', 'vue/*', './*'],
})
const t = outputFiles[0].contents
console.log(t.length, gzipSync(t, { level: 9 }).length)
if (only) console.log(outputFiles[0].text)
