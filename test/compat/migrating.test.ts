import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../package/consumer'
import { lines } from './lines'
import { socketIo } from './lines/socket-io'
import { typed } from './typed'

const tested = new Set([
  ...[...lines, ...socketIo].flatMap(({ differs = [] }) => differs),
  ...typed.map(({ row }) => row),
])

/** The first cells of the tables of what is answered differently. */
const [, differences = ''] = readFileSync(join(root, 'docs/migrating.md'), 'utf8').split(
  '## What is answered differently',
)
const rows = differences.split('\n').flatMap((line) => /^\| ([^|\s].*?) \| /.exec(line)?.[1] ?? [])

describe('docs/migrating.md', () => {
  it.each([...tested])('has a row for: %s', (difference) => {
    expect(rows.filter((row) => row === difference)).toHaveLength(1)
  })

  it.each(rows)('is right about: %s', (row) => {
    expect(tested).toContain(row)
  })
})
