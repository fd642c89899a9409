import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../package/consumer'
import { type Complaint, complaints } from '../support/compiler'
import { typed } from './typed'

const at = (name: string) => join(root, 'test/compat/applications', name)
const applications = readdirSync(at(''))
const files = new Map([
  ...applications.map((name) => [at(name), readFileSync(at(name), 'utf8')] as const),
  ...typed.map(({ code }, index) => [at(`typed-${index}.ts`), code] as const),
])

describe.each([
  { name: 'laravel-echo', ours: undefined },
  { name: 'antiphon', ours: 'laravel-echo' },
])('with the types of $name', ({ name, ours }) => {
  let told: Map<string, Complaint[]>

  beforeAll(() => {
    told = complaints(files, ours)
  }, 120_000)

  it.each(applications)('%s compiles', (application) => {
    expect(told.get(at(application))).toEqual([])
  })

  it.each(typed.map((difference, index) => ({ ...difference, index })))('$row', ({ index, compiles }) => {
    expect(told.get(at(`typed-${index}.ts`))!.length === 0).toBe(name === compiles)
  })
})
