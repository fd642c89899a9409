import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('docs/connectors.md shows the connector of the examples as it is', () => {
  const connector = readFileSync('examples/server-sent-events/connector.ts', 'utf8')
  expect(readFileSync('docs/connectors.md', 'utf8')).toContain(`\`\`\`ts\n${connector}\`\`\`\n`)
})
