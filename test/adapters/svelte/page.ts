import { readFileSync } from 'node:fs'
import { compileFunction } from 'node:vm'
import * as antiphon from 'antiphon'
import * as adapter from 'antiphon/svelte'
import { flushSync, mount, unmount } from 'svelte'
import { compile } from 'svelte/compiler'
import * as client from 'svelte/internal/client'
import ts from 'typescript'

const page = readFileSync('docs/frameworks/svelte.md', 'utf8')
/** What Laravel's installer wrote, and Vite puts in place of `import.meta.env`. */
const env = { VITE_REVERB_APP_KEY: 'app-key', VITE_REVERB_HOST: 'ws.test', VITE_REVERB_SCHEME: 'http' }
export const configureEcho = (options: antiphon.EchoOptions<'reverb'>) =>
  adapter.configureEcho(antiphon.fromEnv(env, 'reverb', options))

const components = Array.from(page.matchAll(/^```svelte\n(.*?)^```/gms), ([, code]) => code ?? '')

/** Puts the component of the page that has this word on a page, as it stands. */
export function paste(word: string) {
  const { js, warnings } = compile(components.find((code) => code.includes(word)) ?? '', { filename: 'Page.svelte' })
  const { outputText } = ts.transpileModule(js.code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  const modules: Record<string, object> = {
    antiphon,
    'antiphon/svelte': { ...adapter, configureEcho },
    'svelte/internal/client': client,
  }
  const exported: { default?: any } = {}
  compileFunction(outputText, ['require', 'exports'])((name: string) => modules[name] ?? {}, exported)
  const target = document.body.appendChild(document.createElement('main'))
  const part = mount(exported.default, { target })
  flushSync()
  return { shown: () => target.textContent?.trim(), target, warnings, remove: () => void unmount(part) }
}
