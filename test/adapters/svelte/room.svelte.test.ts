import { usePresence, useWhisper } from 'antiphon/svelte'
import { flushSync } from 'svelte'
import { beforeEach, describe, expect, it } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected, type Rig } from '../../support/rig'
import { show } from './stage'

fakeTime()

let ada: Rig
let grace: Rig

beforeEach(async () => {
  ada = await connected()
  grace = await connected({ on: ada.server })
  grace.auth.user = { user_id: '2', user_info: { name: 'Grace' } }
})

const names = (members: readonly { info: { name: string } }[]) => members.map(({ info }) => info.name).join()

describe('usePresence', () => {
  it('shows who is in the room, who came last and who went', async () => {
    const part = show(() => {
      const room = usePresence('chat')
      return () =>
        `${room.count}: ${names(room.members)}; me ${room.me?.info.name}, came ${room.joining?.info.name}, went ${room.leaving?.info.name}`
    }, ada.echo)
    expect(part.text).toBe('0: ; me undefined, came undefined, went undefined')
    await advance(100)
    expect(part.text).toBe('1: Ada; me Ada, came undefined, went undefined')
    grace.echo.join('chat')
    await advance(100)
    expect(part.text).toBe('2: Ada,Grace; me Ada, came Grace, went undefined')
    grace.echo.leave('chat')
    await advance(500)
    expect(part.text).toBe('1: Ada; me Ada, came Grace, went Grace')
  })

  it('goes to another room, or to none', async () => {
    let name = $state<string | null>('chat')
    const part = show(() => {
      const room = usePresence(() => name)
      return () => `${room.status} ${names(room.members)}`
    }, ada.echo)
    grace.echo.join('hall')
    await advance(100)
    expect(part.text).toBe('joined Ada')
    name = 'hall'
    flushSync()
    expect(part.text).toBe('joining ')
    await advance(100)
    expect(part.text).toBe('joined Grace,Ada')
    name = null
    flushSync()
    expect(part.text).toBe('undefined ')
    await advance(300)
    expect(names(grace.echo.join('hall').presence.get().members as never)).toBe('Grace')
  })
})

describe('useWhisper', () => {
  it('sends to the others, and shows what they sent last and who it was', async () => {
    const hooks: { send(data: object): void }[] = []
    const [left, right] = [ada, grace].map(({ echo }) =>
      show(() => {
        const typing = useWhisper('chat', 'typing')
        hooks.push(typing)
        return () => `${JSON.stringify(typing.latest)} from ${typing.from}`
      }, echo),
    )
    expect(left?.text).toBe('undefined from undefined')
    hooks[0]?.send({ at: 1 })
    await advance(200)
    hooks[1]?.send({ at: 2 })
    await advance(200)
    expect(left?.text).toBe('{"at":2} from 2')
    expect(right?.text).toBe('{"at":1} from 1')
  })

  it('takes a private channel, and a name that changes', async () => {
    let event = $state('typing')
    let typing: any
    const part = show(() => {
      typing = useWhisper('chat', () => event, 'private')
      return () => JSON.stringify(typing.latest)
    }, ada.echo)
    const channel = grace.echo.private('chat')
    await advance(100)
    event = 'drawing'
    flushSync()
    channel.whisper('typing', { at: 1 }).whisper('drawing', { at: 2 })
    await advance(200)
    expect(part.text).toBe('{"at":2}')
    const heard: unknown[] = []
    channel.listenForWhisper('drawing', (data: unknown) => heard.push(data))
    typing.send({ at: 3 })
    await advance(200)
    expect(heard).toEqual([{ at: 3 }])
  })

  it('shows nothing of the event before beside the next', async () => {
    let event = $state('typing')
    const part = show(() => {
      const typing = useWhisper('chat', () => event)
      return () => `${JSON.stringify(typing.latest)} from ${typing.from}`
    }, ada.echo)
    const room = grace.echo.join('chat')
    await advance(100)
    room.whisper('typing', { at: 1 })
    await advance(200)
    expect(part.text).toBe('{"at":1} from 2')
    event = 'drawing'
    flushSync()
    expect(part.text).toBe('undefined from undefined')
  })

  it('sends once from an effect, whatever is shown', async () => {
    const heard: unknown[] = []
    const room = grace.echo.join('chat').listenForWhisper('typing', (data: unknown) => heard.push(data))
    let at = $state(0)
    const part = show(() => {
      const typing = useWhisper('chat', 'typing')
      $effect(() => {
        if (at) typing.send({ at })
      })
      return () => JSON.stringify(typing.latest)
    }, ada.echo)
    await advance(100)
    at = 1
    flushSync()
    await advance(100)
    room.whisper('typing', { at: 2 })
    await advance(500)
    expect(part.text).toBe('{"at":2}')
    expect(heard).toEqual([{ at: 1 }])
  })

  it('sends nothing where there is no room', () => {
    let send!: (data: object) => void
    show(() => {
      ;({ send } = useWhisper(() => null, 'typing'))
      return () => ''
    }, ada.echo)
    expect(() => send({ at: 1 })).not.toThrow()
  })
})
