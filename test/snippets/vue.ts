import { compileScript, parse } from 'vue/compiler-sfc'

/** A component as one TypeScript module, its template as code in `setup`, so that the compiler sees both. */
export function moduleOf(component: string): string {
  const { descriptor, errors } = parse(component)
  if (errors[0]) throw errors[0]
  const { content } = compileScript(descriptor, { id: 'snippet', inlineTemplate: true })
  // What is shown is asked for once, because `v-if` narrows a constant, and no call.
  const shown = new Set(Array.from(content.matchAll(/_unref\((\w+)\)/g), ([, name]) => name))
  const once = Array.from(shown, (name) => `const _${name} = _unref(${name});`).join(' ')
  return content.replace(/_unref\((\w+)\)/g, '_$1').replace(/return \(_ctx.*?=> \{/, `$& ${once}`)
}
