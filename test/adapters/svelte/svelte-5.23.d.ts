declare module 'svelte-5.23/compiler' {
  export { compile, compileModule } from 'svelte/compiler'
}

// What compiled components import has no types.
declare module 'svelte/internal/client'
