import { type ConnectionState, createStore, Echo, type EchoError, type Signal } from 'antiphon'
import { expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { connected, type Rig } from '../support/rig'

fakeTime()

/** The data of the whispers that the server heard on these channels. */
const heard = (rig: Rig, ...names: string[]) =>
  rig
    .received()
    .filter(({ event, channel }) => event.startsWith('client-') && names.includes(channel ?? ''))
    .map(({ data }) => data)

/** Private channels that are joined, and what their error() says. */
async function rooms(...names: string[]) {
  const rig = await connected()
  const told: string[] = []
  const tell = ({ code, message }: EchoError) => told.push(`${code}: ${message}`)
  const channels = names.map((name) => rig.echo.private(name).error(tell))
  await advance(100)
  return { rig, told, channels }
}

/** An object whose whisper `e` on `private-a` is a frame of so many bytes. */
function sized(bytes: number): object {
  const frame = JSON.stringify({ event: 'client-e', data: { text: '' }, channel: 'private-a' })
  return { text: 'x'.repeat(bytes - frame.length) }
}

it('a frame of 10,000 bytes goes out, one byte more is told to be too long', async () => {
  const { rig, told, channels } = await rooms('a')
  channels[0]?.whisper('e', sized(10_000)).whisper('e', sized(10_001))
  await advance(100)
  expect(heard(rig, 'private-a')).toEqual([sized(10_000)])
  expect(told).toEqual(['whisper-dropped: The whisper e on private-a is longer than 10000 bytes.'])
})

it('64 may wait on each channel, and the next one is told to be one too many', async () => {
  const { rig, told, channels } = await rooms('a', 'b')
  rig.server.faults.refuse(100)
  rig.server.drop()
  await advance(1)
  for (const channel of channels) for (let index = 0; index < 64; index++) channel.whisper('e', { index })
  expect(told).toEqual([])
  channels[1]?.whisper('e', {})
  expect(told).toEqual(['whisper-dropped: The whisper e on private-b is one too many.'])
})

it('what could not be sent in ten seconds says so, what disconnect() gives up does too', async () => {
  const { rig, told, channels } = await rooms('a', 'b')
  rig.server.faults.refuse(100)
  rig.server.drop()
  await advance(1)
  channels[0]?.whisper('e', {})
  await advance(9_899)
  expect(told).toEqual([])
  await advance(200)
  expect(told).toEqual(['whisper-dropped: The whisper e on private-a could not be sent in time.'])
  channels[1]?.whisper('e', {})
  rig.echo.disconnect()
  expect(told.slice(1)).toEqual(['whisper-dropped: The whisper e on private-b was given up.'])
})

it('what is above ten a second goes out as soon as the server takes it', async () => {
  const { rig, channels } = await rooms('a')
  for (let index = 0; index < 12; index++) channels[0]?.whisper('e', { index })
  expect(heard(rig, 'private-a')).toEqual([])
  await advance(1_050)
  expect(heard(rig, 'private-a')).toHaveLength(10)
  await advance(160)
  expect(heard(rig, 'private-a')).toHaveLength(12)
})

it('one that is throttled waits for as long as it is, and ten seconds more', async () => {
  const { rig, told, channels } = await rooms('a')
  for (const index of [0, 1, 2]) channels[0]?.whisper('e', { index }, { throttle: 15_000 })
  await advance(14_800)
  expect(heard(rig, 'private-a')).toEqual([{ index: 0 }])
  await advance(400)
  expect(heard(rig, 'private-a')).toEqual([{ index: 0 }, { index: 2 }])
  expect(told).toEqual([])
})

it('is throttled on its channel, and by what was throttled before', async () => {
  const { rig, channels } = await rooms('a', 'b')
  for (const channel of channels) channel.whisper('e', { plain: true }).whisper('e', { index: 0 }, { throttle: 5_000 })
  await advance(10)
  for (const name of ['private-a', 'private-b']) expect(heard(rig, name)).toEqual([{ plain: true }, { index: 0 }])
  for (const channel of channels)
    for (const index of [1, 2]) channel.whisper('e', { index }, { throttle: 5_000 }).whisper('e', { plain: true })
  await advance(4_000)
  for (const name of ['private-a', 'private-b'])
    expect(heard(rig, name).slice(2)).toEqual([{ plain: true }, { plain: true }])
  await advance(2_000)
  for (const name of ['private-a', 'private-b']) expect(heard(rig, name).slice(4)).toEqual([{ index: 2 }])
})

it('data that no JSON can say is a mistake of the call, with its cause', async () => {
  const { channels } = await rooms('a')
  const cause = expect.any(TypeError)
  expect(() => channels[0]?.whisper('e', { n: 1n })).toThrow(
    expect.objectContaining({ code: 'invalid-whisper', message: 'The whisper e cannot be written as JSON.', cause }),
  )
})

it('nothing is handed to a connector before its channel is joined', () => {
  const whisper = vi.fn(() => true)
  let tell: (signal: Signal) => void = () => {}
  const connector = { state: createStore({} as ConnectionState), connect() {}, disconnect() {} }
  const subscribe = (_: unknown, receive: typeof tell) => {
    tell = receive
    return { whisper, unsubscribe() {} }
  }
  const echo = new Echo({ broadcaster: () => ({ ...connector, subscribe }) })
  echo.private('a').whisper('e', { index: 0 })
  expect(whisper).not.toHaveBeenCalled()
  tell({ type: 'subscribed', confirmed: true })
  expect(whisper.mock.calls).toEqual([['e', { index: 0 }]])
  echo.disconnect()
})

it('a throttled one goes out as soon as its time is up', async () => {
  const { rig, channels } = await rooms('a')
  channels[0]?.whisper('e', { index: 0 }, { throttle: 500 })
  await advance(500)
  channels[0]?.whisper('e', { index: 1 }, { throttle: 500 })
  await advance(50)
  expect(heard(rig, 'private-a')).toEqual([{ index: 0 }, { index: 1 }])
})
