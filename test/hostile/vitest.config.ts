import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { pages } from './pages'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const alias = [
  { find: /^antiphon$/, replacement: at('src/index.ts') },
  { find: /^antiphon\/testing$/, replacement: at('src/testing/index.ts') },
  { find: /^antiphon\/server$/, replacement: at('src/server/index.ts') },
]

const flags = [
  'disable-proto=throw',
  'disable-proto=delete',
  'frozen-intrinsics',
  'disallow-code-generation-from-strings',
]

const folders = ['base', 'wire', 'auth', 'channels', 'reliability', 'secrets', 'extras', 'connectors', 'hostile']

/** The fast tests on every hostile page, and under every flag of Node's that makes it one; `--project` chooses. */
export default defineConfig({
  test: {
    projects: [...Object.keys(pages), ...flags].map((name) => ({
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
        env: { HOSTILE: name },
        execArgv: flags.includes(name) ? [`--${name}`] : [],
        setupFiles: [at('test/hostile/page.ts')],
      },
    })),
  },
})
