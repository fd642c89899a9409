import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const page = readFileSync(join(import.meta.dirname, '../../../docs/servers.md'), 'utf8')

/** What `docs/servers.md` says to copy: the first block in that language under a heading. */
export function documented(heading: string, language: string): string {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const [, block] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(section.split('\n## ')[0] ?? '') ?? []
  if (block === undefined) throw new Error(`docs/servers.md has no ${language} under "${heading}".`)
  return block
}

/** Replaces what a machine has of its own in what was copied; each must be there. */
export function adapted(text: string, replacements: Record<string, string>): string {
  return Object.entries(replacements).reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`There is no "${from}" in what was copied.`)
    return result.replaceAll(from, to)
  }, text)
}
