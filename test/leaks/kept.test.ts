import { expect, it } from 'vitest'
import { Program } from './program'

it('keeps nothing of what was disconnected, left and released', { timeout: 120_000 }, async ({
  signal,
  onTestFinished,
}) => {
  const program = await Program.of(new URL('./kept.ts', import.meta.url))
  onTestFinished(() => program.remove())
  const { instance, channel, nothing } = JSON.parse(await program.run(signal))
  expect(nothing).toEqual({
    'objects of Echos': 0,
    'objects of channels': 0,
    timers: 0,
    listeners: 0,
    interceptors: 0,
    sockets: 0,
  })
  // Bytes: of an instance with four channels, and of a lease and a channel of one name.
  expect(instance).toBeLessThanOrEqual(512)
  expect(channel).toBeLessThanOrEqual(200)
})
