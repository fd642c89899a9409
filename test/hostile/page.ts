import { afterEach, beforeEach } from 'vitest'
import { pages } from './pages'

const make = pages[process.env.HOSTILE as keyof typeof pages] ?? pages.plain
let restore: (() => unknown) | undefined

// Node loads its fetch when it is first used, and cannot on such a page; nor can the runner load a module.
await new Response('').text()
beforeEach(() => {
  restore = make()
})
afterEach(() => {
  restore?.()
})
