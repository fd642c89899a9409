import { afterEach, beforeEach, describe, it, vi } from 'vitest'
import { Application } from './application'
import { type Client, clients } from './clients'
import type { Line } from './line'
import { lines } from './lines'

vi.setConfig({ testTimeout: 60_000 })

let application: Application

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  application?.close()
  vi.useRealTimers()
})

const play = async (client: Client, { holds, server }: Line) => {
  application = new Application(client, server)
  await holds(application)
}

describe.each(clients)('$name', (client) => {
  for (const line of lines) it(line.says, () => play(client, line))
})
