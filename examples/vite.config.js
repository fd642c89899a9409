import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))

// Each folder with a `main` of its own is a page; the others are pages without a build step.
const pages = readdirSync(at('.'), { recursive: true })
  .filter((file) => /(^|\/)main\.[jt]sx?$/.test(file) && !file.startsWith('dist'))
  .map((file) => at(`./${file.replace(/main\.\w+$/, 'index.html')}`))

export default defineConfig({
  root: at('.'),
  base: '/examples/',
  logLevel: 'error',
  plugins: [vue(), svelte()],
  resolve: {
    // The package as it is published: it was built before.
    alias: [
      { find: /^antiphon$/, replacement: at('../dist/index.js') },
      { find: /^antiphon\/(\w+)$/, replacement: at('../dist/$1.js') },
    ],
  },
  build: { outDir: at('./dist'), emptyOutDir: true, target: 'es2022', rolldownOptions: { input: pages } },
})
