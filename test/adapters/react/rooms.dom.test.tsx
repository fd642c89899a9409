import { useConnection, useConnectionStatus, usePresence, useSocketId, useWhisper } from 'antiphon/react'
import { useEffect, useLayoutEffect } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { connected, Rig } from '../../support/rig'
import { act, asked, on, pass, probe, show, stage } from './stage'

stage()

describe('usePresence', () => {
  it('knows who is in the room, who came and who went', async () => {
    const { ui, last } = probe(() => usePresence('chat.1'))
    const { rig } = await show(ui)
    const ada = { id: '1', info: { name: 'Ada' } }
    const bob = { id: '2', info: { name: 'Bob' } }
    expect(last()).toEqual({
      ...{ status: 'joined', error: undefined, members: [ada], me: ada, count: 1 },
      ...{ joining: undefined, leaving: undefined },
    })
    const other = new Rig({ on: rig.server })
    other.auth.user = { user_id: '2', user_info: { name: 'Bob' } }
    const { release } = other.echo.lease('presence', 'chat.1')
    await pass(100)
    expect(last()).toMatchObject({ members: [ada, bob], count: 2, joining: bob, leaving: undefined })
    release()
    await pass(1000)
    expect(last()).toMatchObject({ members: [ada], count: 1, joining: bob, leaving: bob })
  })

  it('never shows a room as joined without who is in it', async () => {
    const seen = new Set<string>()
    const { ui } = probe(() => {
      const { status, count, me } = usePresence('chat')
      seen.add(`${status} ${count} ${me?.id}`)
    })
    await show(ui)
    expect([...seen]).toEqual(['joining 0 undefined', 'joined 1 1'])
  })

  it('is empty without a room', async () => {
    const { ui, last } = probe(() => usePresence(null))
    await show(ui)
    expect(last()).toMatchObject({ status: undefined, members: [], me: undefined, count: 0 })
  })
})

describe('useWhisper', () => {
  it('whispers, and shows what others whispered last', async () => {
    const { ui, last, renders } = probe(() => useWhisper('chat.1', 'typing'))
    const { rig } = await show(ui)
    expect(last()).toMatchObject({ status: 'joined', latest: undefined, from: undefined })
    const other = new Rig({ on: rig.server })
    other.auth.user = { user_id: '2', user_info: { name: 'Bob' } }
    const heard = vi.fn<(data: unknown) => void>()
    const { channel } = other.echo.lease('presence', 'chat.1')
    channel.listenForWhisper('typing', heard)
    await pass(100)
    const { send } = last()
    send({ name: 'Ada' })
    channel.whisper('typing', { name: 'Bob' })
    await pass(100)
    expect(heard.mock.lastCall?.[0]).toEqual({ name: 'Ada' })
    expect(last()).toMatchObject({ latest: { name: 'Bob' }, from: '2' })
    expect(last().send).toBe(send)
    const before = renders()
    send({ name: 'Ada' }, { throttle: 1000 })
    send({ name: 'Ada!' }, { throttle: 1000 })
    await pass(2000)
    expect(heard.mock.calls.map(([data]) => data)).toEqual([{ name: 'Ada' }, { name: 'Ada' }, { name: 'Ada!' }])
    expect(renders()).toBe(before)
  })

  it('does it on private channels, too, and nothing without a room', async () => {
    const { ui, last } = probe(() => [useWhisper('a', 'typing', 'private'), useWhisper(null, 'typing')] as const)
    const { rig } = await show(ui)
    for (const { send } of last()) send({ name: 'Ada' })
    await pass()
    expect(rig.received('client-typing').map(({ channel }) => channel)).toEqual(['private-a'])
  })

  describe.each([
    ['once', false],
    ['in StrictMode', true],
  ])('sends what is given to it before the channel is held: %s', (_, strict) => {
    type Send = (data: object) => void
    const Child = ({ send }: { send: Send }) => {
      useEffect(() => send({ by: 'child' }), [send])
      return null
    }
    const Page = ({
      room,
      event = 'hello',
      own,
    }: {
      room: string
      event?: string
      own: typeof useEffect | undefined
    }) => {
      const { send } = useWhisper(room, event)
      own?.(() => send({ by: 'itself' }), [send])
      return own ? null : <Child send={send} />
    }

    it.each([
      ['by a child’s effect', undefined, 'child'],
      ['by a layout effect of its own', useLayoutEffect, 'itself'],
    ])('%s', async (_, own, by) => {
      const { rig, rerender } = await show(<Page room="chat.1" own={own} />, { strict })
      await pass(1000)
      expect(rig.received('client-hello').map(({ data }) => data)).toEqual([{ by }])
      rerender(<Page room="chat.2" own={own} />)
      await pass(1000)
      rerender(<Page room="chat.2" event="bye" own={own} />)
      await pass(1000)
      expect(
        rig.received().flatMap(({ event, channel }) => (event.startsWith('client-') ? [`${event} ${channel}`] : [])),
      ).toEqual(['client-hello presence-chat.1', 'client-hello presence-chat.2', 'client-bye presence-chat.2'])
    })

    it('and nothing of what is given while there is no room', async () => {
      const Early = ({ room }: { room: string | null }) => {
        const { send } = useWhisper(room, 'hello')
        useLayoutEffect(() => send({}), [])
        return null
      }
      const { rig, rerender } = await show(<Early room={null} />, { strict })
      rerender(<Early room="chat.1" />)
      await pass(1000)
      expect(rig.received('client-hello')).toEqual([])
    })
  })

  // What an effect throws, React 18 does not get past happy-dom.
  it.skipIf(process.env.REACT === '18')(
    'throws for what cannot be whispered, also when it waited, and holds nothing afterwards',
    async () => {
      vi.spyOn(console, 'error').mockImplementation(() => {})
      const rig = await connected()
      const Page = () => {
        const { send } = useWhisper('news', 'hello', 'public' as 'private')
        useLayoutEffect(() => send({}), [send])
        return null
      }
      expect(() => on(rig.echo, <Page />)).toThrow('Nobody can whisper on news.')
      await pass(1000)
      expect(rig.server.channels()).toEqual([])
    },
  )

  it('listens to another event when it is named', async () => {
    const Page = ({ event }: { event: string }) => <p>{JSON.stringify(useWhisper('chat.1', event).latest)}</p>
    const { rig, rerender, text } = await show(<Page event="typing" />)
    rerender(<Page event="waving" />)
    await pass()
    rig.server.publish('presence-chat.1', 'client-typing', { old: true })
    rig.server.publish('presence-chat.1', 'client-waving', { hi: 1 })
    await pass()
    expect(text()).toBe('{"hi":1}')
    expect(asked(rig)).toEqual(['+presence-chat.1'])
  })
})

describe('the connection', () => {
  it('is shown as it is now', async () => {
    const { ui, last } = probe(() => [useConnection(), useConnectionStatus(), useSocketId()] as const)
    const { rig } = await show(ui)
    const [first] = last()
    expect(last()).toEqual([rig.echo.connection.get(), 'connected', rig.echo.socketId()])
    expect(first.socketId).toMatch(/^\d+\.\d+$/)
    await act(async () => rig.server.drop())
    await pass(1)
    expect(last().slice(1)).toEqual(['reconnecting', undefined])
    await act(() => rig.back())
    expect(last()[1]).toBe('connected')
    expect(last()[2]).not.toBe(first.socketId)
  })

  it('renders nothing again that does not read what changed', async () => {
    const { ui, renders } = probe(() => useConnectionStatus())
    const rig = await connected()
    rig.echo.disconnect()
    on(rig.echo, ui)
    await act(async () => rig.echo.connect())
    await pass()
    // disconnected, connecting, connected
    expect(renders()).toBe(3)
  })
})
