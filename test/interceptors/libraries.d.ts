/** The libraries that bring no types, as far as tests use them. */

declare module 'jquery' {
  const jQuery: {
    ajaxPrefilter(...args: unknown[]): void
    ajax(settings: object): PromiseLike<unknown>
    get(url: string): PromiseLike<unknown>
    post(url: string): PromiseLike<unknown>
  }
  export default jQuery
}

declare module '@hotwired/turbo' {
  export function visit(path: string): void
  export const cache: { clear(): void }
}
