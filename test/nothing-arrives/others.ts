import type { EchoError } from 'antiphon'
import { expect } from 'vitest'
import { advance } from '../support/clock'
import { connected, type Rig, type RigOptions } from '../support/rig'
import type { Causes } from './cause'

/** Two people who are in one room, on one server. */
async function room(options: RigOptions = {}) {
  const ada = await connected(options)
  const ben = await connected({ ...options, on: ada.server })
  ben.auth.user = { user_id: '2', user_info: { name: 'Ben' } }
  return { ada, ben, adas: await inRoom(ada), bens: await inRoom(ben) }
}

/** Has somebody join the room; what they hear there is kept. */
async function inRoom({ echo }: Rig) {
  const heard: unknown[] = []
  const errors: EchoError[] = []
  const channel = echo.join('chat.1').error((error) => errors.push(error))
  channel.listenForWhisper('typing', (data, { userId }) => heard.push([data, userId]))
  await advance(100)
  const names = () => channel.presence.get().members.map(({ info }) => info.name)
  return { channel, heard, errors, names }
}

export const others: Causes = {
  'Client events are off': async () => {
    const { ada, adas, bens } = await room({ server: { clientEvents: 'none' } })
    adas.channel.whisper('typing', { a: 1 })
    await advance(100)
    expect(bens.heard).toEqual([])
    expect(ada.trace.map(({ message }) => message)).toContainEqual(expect.stringContaining('4301'))
  },

  'Nobody hears their own whisper': async () => {
    const { adas, bens } = await room()
    adas.channel.whisper('typing', { a: 1 })
    await advance(100)
    expect([adas.heard, bens.heard]).toEqual([[], [[{ a: 1 }, '1']]])
  },

  'It was too much': async () => {
    const { adas } = await room()
    adas.channel.whisper('typing', { text: 'x'.repeat(10_000) })
    for (let index = 0; index < 200; index++) adas.channel.whisper('typing', { index })
    await advance(20_000)
    const why = adas.errors.map(({ code, message }) => `${code}: ${message}`)
    expect(why[0]).toMatch(/^whisper-dropped: .* longer than 10000 bytes/)
    expect(why.at(-1)).toMatch(/^whisper-dropped: .* one too many/)
  },

  'The other one listens on another kind of channel': async () => {
    const { ada, ben, adas } = await room()
    const heard: unknown[] = []
    ben.echo.private('chat.1').listenForWhisper('typing', (data) => heard.push(data))
    await advance(100)
    adas.channel.whisper('typing', { a: 1 })
    await advance(100)
    expect(heard).toEqual([])
    ada.echo.private('chat.1').whisper('typing', { a: 2 })
    await advance(200)
    expect(heard).toEqual([{ a: 2 }])
  },

  'They are on another node': async () => {
    const [ada, ben] = [await connected(), await connected()]
    ben.auth.user = { user_id: '2', user_info: { name: 'Ben' } }
    const [adas, bens] = [await inRoom(ada), await inRoom(ben)]
    expect([adas.names(), bens.names()]).toEqual([['Ada'], ['Ben']])
    // Events and whispers do cross.
    for (const connection of ada.server.connections.values())
      connection.send({ event: 'client-typing', channel: 'presence-chat.1', data: { b: 1 }, user_id: '2' })
    await advance(100)
    expect([adas.heard, adas.names()]).toEqual([[[{ b: 1 }, '2']], ['Ada']])
  },

  'It is one person twice': async () => {
    const { ada, adas } = await room()
    const again = await inRoom(await connected({ on: ada.server }))
    expect([adas.names(), again.names()]).toEqual([
      ['Ada', 'Ben'],
      ['Ada', 'Ben'],
    ])
  },

  'The connection was away': async () => {
    const { echo, server, ...rig } = await connected()
    const heard: unknown[] = []
    const gaps: unknown[] = []
    echo
      .channel('news')
      .listen('Published', (payload) => heard.push(payload))
      .missed((gap) => gaps.push(gap))
    await advance(100)
    server.drop()
    await advance(1)
    server.publish('news', 'App\\Events\\Published', { id: 1 })
    await advance(30_000)
    expect([echo.connectionStatus(), heard]).toEqual(['connected', []])
    expect(gaps).toMatchObject([{ reason: 'connection-lost' }])
    expect(rig.errors).toEqual([])
  },

  'A listener threw': async () => {
    const { echo, server, errors } = await connected()
    const heard: unknown[] = []
    echo
      .channel('news')
      .listen('Published', () => {
        throw new Error('a mistake of the page')
      })
      .listen('Published', (payload) => heard.push(payload))
    await advance(100)
    server.publish('news', 'App\\Events\\Published', { id: 1 })
    await advance(100)
    expect([heard, errors]).toEqual([[{ id: 1 }], [expect.objectContaining({ message: 'a mistake of the page' })]])
    errors.splice(0)
  },
}
