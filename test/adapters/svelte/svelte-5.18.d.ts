declare module 'svelte-5.18/compiler' {
  export { compile, compileModule } from 'svelte/compiler'
}
