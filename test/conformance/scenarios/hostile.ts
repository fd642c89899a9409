import { expect } from 'vitest'
import type { Scenario } from '../scenario'
import { ben, eventually, joined, type Stage } from '../stage'

/** Frames and names that no good server sends, and a page survives. */
export const hostile: readonly Scenario[] = [
  {
    name: 'what is no frame, or one of an unknown kind, is passed over, and the next frame is heard',
    run: (stage) =>
      survive(stage, [
        '',
        'no JSON {',
        'null',
        '{"event":"pusher:unheard-of","data":"{}"}',
        '{"event":"pusher_internal:unheard-of","channel":"news","data":"{}"}',
        '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"9.9\\",\\"activity_timeout\\":30}"}',
        '{"event":"pusher:pong","data":"not JSON"}',
        '{"event":"pusher:error"}',
        '{"event":"Published"}',
        '{"event":"Published","channel":"never-joined","data":"{}"}',
      ]),
  },
  {
    name: 'JSON that is no object, or has no event, is passed over',
    except: { 'pusher-js': { because: 'it throws a TypeError at each', seen: 'uncaught exceptions' } },
    run: (stage) => survive(stage, ['5', '"text"', '[]', '{}', '{"event":null}', '{"event":5}', 'true']),
  },
  {
    name: 'frames for channels that are called like members of every object are passed over',
    except: {
      'pusher-js': { because: 'it looks channels up in a plain object, and throws', seen: 'uncaught exceptions' },
    },
    run: (stage) =>
      survive(
        stage,
        hostileNames.flatMap((channel) => [
          JSON.stringify({ event: 'Published', channel, data: '{}' }),
          JSON.stringify({ event: 'pusher_internal:subscription_succeeded', channel, data: '{}' }),
        ]),
      ),
  },
  {
    name: 'a second acceptance is not announced again',
    async run(stage) {
      const visitor = stage.visitor()
      const heard: unknown[] = []
      const room = visitor.echo.join('room').here((users) => heard.push(users))
      room.subscribed(() => heard.push('subscribed'))
      await joined(room)
      const [success] = visitor.connection.sent.filter((frame) => JSON.stringify(frame).includes('succeeded'))
      visitor.connection.send(success as never)
      await visitor.caughtUp()
      expect(heard).toEqual([[{ name: 'Ada' }], 'subscribed'])
    },
  },
  {
    name: 'member frames without a member are passed over',
    except: {
      'pusher-js': { because: 'it throws a TypeError at a member_added without data', seen: 'uncaught exceptions' },
    },
    async run(stage) {
      const visitor = stage.visitor()
      const moves: unknown[] = []
      const room = visitor.echo
        .join('room')
        .joining((user) => moves.push(user))
        .leaving((user) => moves.push(user))
      await joined(room)
      for (const event of ['pusher_internal:member_added', 'pusher_internal:member_removed'])
        for (const data of [undefined, 'null', '{}', '[]', 'text'])
          visitor.connection.send({ event, channel: 'presence-room', data })
      await visitor.caughtUp()
      expect(moves).toEqual([])
      expect(room.presence.get().count).toBe(1)
    },
  },
  {
    name: 'channels may be called like members of every object',
    except: {
      'pusher-js': { because: 'it keeps its channels in a plain object', seen: 'pusher-js has no channel __proto__' },
    },
    async run(stage) {
      const { echo } = stage.visitor()
      const heard: string[] = []
      const channels = hostileNames.map((name) => echo.channel(name).listen('.Next', () => heard.push(name)))
      await joined(...channels)
      expect(Object.keys(echo.connector.channels).sort()).toEqual([...hostileNames].sort())
      for (const name of hostileNames) stage.server.publish(name, 'Next', {})
      await eventually(() => expect(heard).toEqual(hostileNames))
      for (const name of hostileNames) echo.leave(name)
      await eventually(() => expect(stage.server.channels()).toEqual([]))
    },
  },
  {
    name: 'events and whispers may be called like members of every object',
    async run(stage) {
      const [mine, other] = [stage.visitor(), stage.visitor(ben)]
      const heard: string[] = []
      const [channel, theirs] = [mine, other].map(({ echo }) => echo.private('names'))
      for (const name of hostileNames)
        channel?.listen(`.${name}`, () => heard.push(name)).listenForWhisper(name, () => heard.push(`client-${name}`))
      await joined(channel!, theirs!)
      for (const name of hostileNames) stage.server.publish('private-names', name, {})
      for (const name of hostileNames) theirs?.whisper(name, { on: true })
      await eventually(() => expect(heard).toEqual([...hostileNames, ...hostileNames.map((name) => `client-${name}`)]))
    },
  },
  {
    name: 'members may be called like members of every object',
    except: {
      'pusher-js': {
        because: 'it keeps them in a plain object, where no __proto__ is found that leaves',
        seen: "'-__proto__'",
      },
    },
    async run(stage) {
      const mine = stage.visitor()
      const moves: string[] = []
      const room = mine.echo.join('room')
      room.joining((user) => moves.push(`+${user.name}`)).leaving((user) => moves.push(`-${user.name}`))
      await joined(room)
      for (const name of hostileNames) {
        const guest = stage.visitor({ user_id: name, user_info: { name } })
        const theirs = guest.echo.join('room')
        await joined(theirs)
        expect(theirs.presence.get().me).toEqual({ id: name, info: { name } })
        await eventually(() => expect(moves.splice(0)).toEqual([`+${name}`]))
        guest.echo.leave('room')
        await eventually(() => expect(moves.splice(0)).toEqual([`-${name}`]))
      }
      expect(({} as Record<string, unknown>).name).toBe(undefined)
    },
  },
  {
    name: 'a ping before the greeting is answered, and the greeting awaited',
    except: {
      'pusher-js': {
        because: 'it never tries again by itself, and we wait for up to 55 s',
        seen: "'connecting' to be 'connected'",
      },
    },
    async run(stage) {
      stage.server.faults.greeting = 'ping-first'
      await stage.connected()
    },
  },
  {
    name: 'a server that greets with junk is tried again',
    except: {
      'pusher-js': {
        because: 'it never tries again by itself, and we wait for up to 55 s',
        seen: "'connecting' to be 'connected'",
      },
    },
    async run(stage) {
      // A client may be gone again before anybody looks: it is counted as it is greeted.
      let greeted = 0
      stage.server.faults.greeting = {
        get junk() {
          greeted++
          return '{"event":"pusher:connection_established","data":"{}"}'
        },
      }
      const visitor = stage.visitor()
      await eventually(() => expect(greeted).toBeGreaterThan(0))
      stage.server.faults.clear()
      await visitor.connected()
    },
  },
]

const hostileNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']

/** Sends these texts on an open connection, and an event after each. */
async function survive(stage: Stage, texts: readonly string[]): Promise<void> {
  const visitor = stage.visitor()
  const heard: unknown[] = []
  const channel = visitor.echo.channel('news').listen('.Next', (text: string) => heard.push(text))
  await joined(channel)
  const socketId = visitor.echo.socketId()
  for (const [index, text] of texts.entries()) {
    visitor.connection.sendRaw(text)
    stage.server.publish('news', 'Next', index)
  }
  await visitor.caughtUp()
  expect(heard).toEqual(texts.map((_, index) => index))
  expect(visitor.echo.socketId()).toBe(socketId)
}
