import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { pages } from './pages'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const alias = [
  { find: /^antiphon$/, replacement: at('src/index.ts') },
  { find: /^antiphon\/testing$/, replacement: at('src/testing/index.ts') },
  { find: /^antiphon\/server$/, replacement: at('src/server/index.ts') },
]

// Under `--frozen-intrinsics` the runner itself does not start: `pages.test.ts` has it, for one scenario.
const flags = ['disable-proto=throw', 'disable-proto=delete', 'disallow-code-generation-from-strings']

// A frame has a document and an address, which most of these tests do not expect: it is in `pages.test.ts`, too.
const hostile = Object.keys(pages).filter((name) => name !== 'plain' && name !== 'sandboxed')

const folders = ['base', 'wire', 'auth', 'channels', 'reliability', 'secrets', 'extras', 'connectors', 'hostile']

/** The fast tests on every hostile page, and under every flag of Node's that makes it one; `--project` chooses. */
export default defineConfig({
  test: {
    projects: [...hostile, ...flags].map((name) => ({
      resolve: { alias },
      test: {
        name,
        root: at('.'),
        include: ['test/options.test.ts', ...folders.map((folder) => `test/${folder}/**/*.test.ts`)],
        exclude: [
          'test/**/*.dom.test.ts',
          'test/extras/tree-shaking.test.ts',
          'test/hostile/pages.test.ts',
          // Real servers and clients of socket.io's, which do not live on such pages.
          'test/connectors/socket-io{,-faults}.test.ts',
        ],
        testTimeout: 120_000,
        env: { HOSTILE: name },
        execArgv: flags.includes(name) ? [`--${name}`] : [],
        setupFiles: [at('test/hostile/page.ts')],
      },
    })),
  },
})
