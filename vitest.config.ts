import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { compile, compileModule } from 'svelte-5.23/compiler'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The package's own names lead to its sources, so that tests read like an application. */
const alias = [
  { find: /^antiphon$/, replacement: at('./src/index.ts') },
  { find: /^antiphon\/(react|vue|svelte|alpine|livewire)$/, replacement: at('./src/adapters/$1.ts') },
  { find: /^antiphon\/testing$/, replacement: at('./src/testing/index.ts') },
  { find: /^antiphon\/server$/, replacement: at('./src/server/index.ts') },
]

/** The oldest Vue that the adapter serves, in the place of the newest. */
const oldVue = [{ find: /^vue(\/server-renderer)?$/, replacement: 'vue-3.3$1' }]

/** Node's build of pusher-js brings a WebSocket of its own; the browser's takes the page's. */
const pusherOfBrowsers = { find: /^pusher-js$/, replacement: at('./node_modules/pusher-js/dist/web/pusher.js') }

/** Compiles components and runes with the oldest Svelte that its adapter serves, which the plugin of today does not. */
const oldestSvelte: Plugin = {
  name: 'svelte-5.23',
  transform(code, filename) {
    const options = { filename, generate: 'client', dev: true } as const
    if (filename.endsWith('.svelte')) return compile(code, options).js
    return filename.endsWith('.svelte.test.ts') ? compileModule(code, options).js : undefined
  },
}

/** The oldest React that is served; its tests are the newest one's. */
const react18 = { find: /^(react(?:-dom)?)(?=\/|$)/, replacement: at('./node_modules/$1-18') }

const dom = ['test/dom/**/*.test.ts', 'test/**/*.dom.test.{ts,tsx}']
const browser = ['test/browser/**/*.test.ts']
const inSvelte = 'test/adapters/svelte/**'
// Real servers, with a configuration of their own: `npm run test:interop`.
const interop = ['test/interop/**/*.test.ts']
const packed = ['test/package.test.ts', 'test/package/**/*.test.ts']

const chromium = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync)

if (!chromium) {
  const missing = 'The browser tests need Chromium: install it, or name its path in the variable CHROMIUM.'
  if (process.env.ANTIPHON_REQUIRE_BROWSER === '1') throw new Error(missing)
  process.stderr.write(`Browser tests are left out. ${missing}\n`)
}

export default defineConfig({
  test: {
    globalSetup: at('./test/support/output.ts'),
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...dom, ...browser, inSvelte, ...interop, ...packed],
        },
      },
      {
        resolve: { alias: [...alias, pusherOfBrowsers] },
        test: { name: 'dom', environment: 'happy-dom', include: dom },
      },
      {
        resolve: { alias: [...alias, react18] },
        test: {
          name: 'react-18',
          environment: 'happy-dom',
          include: ['test/adapters/react/**/*.test.{ts,tsx}'],
          setupFiles: at('./test/adapters/react/react-18.ts'),
          env: { REACT: '18' },
        },
      },
      {
        resolve: { alias: [...alias, ...oldVue] },
        test: {
          name: 'vue-3.3',
          environment: 'happy-dom',
          include: ['test/adapters/vue/**/*.dom.test.ts'],
          // It works with the newest Vue only.
          exclude: ['test/adapters/vue/pinia.dom.test.ts'],
          env: { VUE: '3.3' },
        },
      },
      {
        // Runes work in these tests. Without the condition, Svelte would be the one for servers.
        plugins: [svelte({ configFile: false })],
        resolve: { alias, conditions: ['browser'] },
        test: { name: 'svelte', environment: 'happy-dom', include: [`${inSvelte}/*.svelte.test.ts`] },
      },
      {
        plugins: [oldestSvelte],
        resolve: {
          alias: [...alias, { find: /^svelte(?=$|\/)/, replacement: 'svelte-5.23' }],
          conditions: ['browser'],
        },
        test: {
          name: 'svelte-5.23',
          environment: 'happy-dom',
          include: [`${inSvelte}/*.svelte.test.ts`],
          server: { deps: { inline: [/node_modules\/(svelte|esm-env)/] } },
        },
      },
      {
        plugins: [svelte({ configFile: false })],
        resolve: { alias },
        test: { name: 'svelte-server', include: [`${inSvelte}/*.server.test.ts`] },
      },
      {
        resolve: { alias },
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            // Four versions of TypeScript are installed; `tsc` alone could be any of them.
            checker: at('./node_modules/typescript/bin/tsc'),
            // What these tests register with `declare module` is true for them alone.
            tsconfig: at('./test/types/tsconfig.json'),
            include: ['test/types/**/*.test-d.ts'],
          },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'package',
          include: packed,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      ...(chromium
        ? [
            {
              resolve: { alias },
              test: {
                name: 'browser',
                include: browser,
                env: { CHROMIUM: chromium },
                testTimeout: 60_000,
                hookTimeout: 60_000,
                fileParallelism: false,
                sequence: { groupOrder: 2 },
              },
            },
          ]
        : []),
    ],
  },
})
