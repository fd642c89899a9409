import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { scriptsOf } from './svelte'

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

/** Every fenced block of TypeScript, JavaScript or Svelte in the README and the docs, in the order in which they are read. */
export function snippets(): Snippet[] {
  return pages
    .filter((page) => existsSync(join(root, page)))
    .flatMap((page) => {
      const text = readFileSync(join(root, page), 'utf8')
      return [...text.matchAll(/^```(ts|tsx|js|svelte)\b[^\n]*\n(.*?)^```/gms)].map((found) => ({
        where: `${page}:${text.slice(0, found.index).split('\n').length}`,
        code: found[1] === 'svelte' ? scriptsOf(found[2] ?? '') : (found[2] ?? ''),
      }))
    })
}
