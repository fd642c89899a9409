import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** The fast tests of what is mutated, in one project: the mutation runner knows no more. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^antiphon$/, replacement: at('src/index.ts') },
      { find: /^antiphon\/testing$/, replacement: at('src/testing/index.ts') },
    ],
  },
  test: {
    root: at('.'),
    include: [
      'test/options.test.ts',
      'test/{base,wire,auth,channels,reliability,extras,connectors/pusher}/**/*.test.ts',
    ],
    exclude: ['test/**/*.dom.test.ts', 'test/extras/tree-shaking.test.ts'],
  },
})
