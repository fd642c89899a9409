import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { causes } from './causes'

const page = readFileSync(join(import.meta.dirname, '../../docs/nothing-arrives.md'), 'utf8')
const titles = [...page.matchAll(/^### (.+)$/gm)].map(([, title = '']) => title)

fakeTime()
beforeEach(() => {
  new Page()
})

describe('docs/nothing-arrives.md', () => {
  it('has no cause without a test, and no test without a cause', () => {
    expect([...causes.keys()].sort()).toEqual([...titles].sort())
  })

  for (const title of titles) it(title, () => causes.get(title)?.(), 30_000)
})
