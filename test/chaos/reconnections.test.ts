import { beforeEach, expect, it } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected } from '../support/rig'

// `npm run chaos` asks for ten thousand.
const reconnections = Number(process.env.RECONNECTIONS ?? 200)
const CHANNELS = 20

fakeTime()
beforeEach(() => {
  new Page()
})

it(`${reconnections} reconnections lose, double and forget no channel of ${CHANNELS}`, {
  timeout: 3_600_000,
}, async () => {
  const rig = await connected()
  const heard = new Map<string, number>()
  const names = Array.from({ length: CHANNELS }, (_, n) => `room.${n}`)
  for (const name of names)
    rig.echo
      .private(name)
      .listen('Said', ({ id }: { id: number }) => heard.set(`${name} ${id}`, (heard.get(`${name} ${id}`) ?? 0) + 1))
  for (let n = 0; n < reconnections; n++) {
    await rig.reconnect()
    const joined = rig.server.channels()
    expect(joined.map(({ subscriptions }) => subscriptions)).toEqual(names.map(() => 1))
    heard.clear()
    rig.server.publish(
      names.map((name) => `private-${name}`),
      'App\\Events\\Said',
      { id: n },
    )
    await advance(10)
    expect([...heard]).toEqual(names.map((name) => [`${name} ${n}`, 1]))
    rig.auth.requests.length = 0
    rig.trace.length = 0
    rig.sockets.splice(0, rig.sockets.length - 1)
  }
  expect(rig.errors).toEqual([])
})
