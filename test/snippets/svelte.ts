/** The scripts of a Svelte component, as one module. */
export function scriptsOf(component: string): string {
  return Array.from(component.matchAll(/<script\b[^>]*>(.*?)<\/script>/gs), ([, script]) => script).join('\n')
}
