import { svelte2tsx } from 'svelte2tsx'

/** A component as one TypeScript module, its markup as code, so that the compiler sees both. */
export function moduleOf(component: string): string {
  return svelte2tsx(component, { filename: 'snippet.svelte', isTsFile: true, mode: 'ts', version: '5.0.0' }).code
}
