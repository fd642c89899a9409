import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** The fast tests on one hostile page: `HOSTILE` is its name in `pages.ts`, or a flag of Node's. */
const { HOSTILE = '' } = process.env
const flag = HOSTILE.startsWith('--')

export default defineConfig({
  resolve: {
    alias: [
      { find: /^antiphon$/, replacement: at('src/index.ts') },
      { find: /^antiphon\/testing$/, replacement: at('src/testing/index.ts') },
      { find: /^antiphon\/server$/, replacement: at('src/server/index.ts') },
    ],
  },
  test: {
    root: at('.'),
    include: ['base', 'wire', 'auth', 'channels', 'reliability', 'extras', 'connectors', 'hostile'].map(
      (folder) => `test/${folder}/**/*.test.ts`,
    ),
    exclude: ['test/**/*.dom.test.ts', 'test/extras/tree-shaking.test.ts', 'test/hostile/pages.test.ts'],
    execArgv: flag ? [HOSTILE] : [],
    setupFiles: flag ? [] : [at('test/hostile/page.ts')],
  },
})
