import { createStore, Echo, events, inspect, type Signal } from 'antiphon'
import { expect, it } from 'vitest'

function make() {
  let tell: (signal: Signal) => void = () => {}
  const state = createStore({
    status: 'connected' as const,
    socketId: '1.1',
    attempt: 0,
    retryAt: undefined,
    error: undefined,
    offline: false,
  })
  const echo = new Echo({
    broadcaster: () => ({
      state,
      connect() {},
      disconnect() {},
      subscribe(_channel, receive) {
        tell = receive
        return { whisper: () => false, unsubscribe() {} }
      },
    }),
  })
  const channel = echo.channel('prices')
  return { echo, channel, publish: (id: number) => tell({ type: 'event', name: 'App\\Events\\A', data: () => id }) }
}

it('gives the payloads one after the other, those that came meanwhile too', async () => {
  const { channel, publish } = make()
  const abort = new AbortController()
  const seen: number[] = []
  const loop = (async () => {
    for await (const id of events(channel, 'A', abort)) {
      seen.push(id)
      if (id === 1) publish(2)
      if (id === 3) abort.abort()
    }
  })()
  await Promise.resolve()
  publish(1)
  await new Promise((resolve) => setTimeout(resolve))
  publish(3)
  publish(4)
  await loop
  expect(seen).toEqual([1, 2, 3])
})

it('ends with the channel', async () => {
  const { channel } = make()
  const loop = events(channel, 'A').next()
  channel.unsubscribe()
  expect(await loop).toEqual({ done: true, value: undefined })
})

it('listens no longer than the loop runs', async () => {
  const { echo, channel, publish } = make()
  const iterator = events(channel, 'A')
  const first = iterator.next()
  publish(1)
  expect((await first).value).toBe(1)
  await iterator.return()
  publish(2)
  expect((await iterator.next()).done).toBe(true)
  expect(Object.keys(inspect(echo).channels[0]?.listeners ?? {})).not.toContain('App\\Events\\A')
})
