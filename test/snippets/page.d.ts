/// <reference path="svelte.d.ts" />

/** What every snippet of the documentation may take for granted: the page of a Laravel application, bundled by Vite. */

declare var Echo: import('antiphon').Echo<'reverb'>
declare var echo: import('antiphon').Echo<'reverb'>

declare var Alpine: import('alpinejs').Alpine

interface Window {
  Alpine: import('alpinejs').Alpine
  Echo: import('antiphon').Echo
  Pusher: unknown
  axios: any
}

interface ImportMeta {
  readonly env: Readonly<Record<string, any>>
}
