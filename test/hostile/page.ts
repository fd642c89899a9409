import { afterEach, beforeEach } from 'vitest'
import { pages } from './pages'

const make = pages[process.env.HOSTILE as keyof typeof pages]
let restore: (() => unknown) | undefined

// Only while a test runs: the runner itself cannot load a module on such a page.
beforeEach(() => {
  restore = make()
})
afterEach(() => {
  restore?.()
})
