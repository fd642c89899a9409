import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as svelte from './svelte'
import * as vue from './vue'

/** Code that a page of the documentation shows: where it stands, and what it says. */
export interface Snippet {
  readonly where: string
  readonly code: string
}

export const root = join(import.meta.dirname, '../..')

const docs = join(root, 'docs')
const pages = [
  'README.md',
  ...(existsSync(docs) ? readdirSync(docs, { recursive: true, encoding: 'utf8' }) : [])
    .filter((page) => page.endsWith('.md'))
    .sort()
    .map((page) => `docs/${page}`),
]

/** What of a component is for the compiler. */
const modules: Record<string, (component: string) => string> = { vue: vue.moduleOf, svelte: svelte.moduleOf }

/** Every fenced block of TypeScript, JavaScript, Vue or Svelte in the README and the docs, in the order in which they are read. */
export function snippets(): Snippet[] {
  return pages
    .filter((page) => existsSync(join(root, page)))
    .flatMap((page) => {
      const text = readFileSync(join(root, page), 'utf8')
      return [...text.matchAll(/^```(ts|tsx|js|vue|svelte)\b[^\n]*\n(.*?)^```/gms)].map(
        ({ index, 1: language = '', 2: code = '' }) => ({
          where: `${page}:${text.slice(0, index).split('\n').length}`,
          code: (modules[language] ?? String)(code),
        }),
      )
    })
}
