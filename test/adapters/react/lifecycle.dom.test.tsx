import { catchUp } from 'antiphon'
import { useEcho, useEchoNotification, useEchoPresence, useEchoPublic, usePresence, useWhisper } from 'antiphon/react'
import { useEffect, useLayoutEffect, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { act, asked, pass, probe, publish, show, stage } from './stage'

stage()

describe('a mount in StrictMode', () => {
  const Page = () => {
    useEcho('orders.1', ['Shipped', 'Paid'], () => {})
    useEchoPublic('news', 'Published', () => {})
    useEchoPresence('chat.1', 'MessageSent', () => {})
    usePresence('chat.1')
    return <p>{useWhisper('chat.1', 'typing').status}</p>
  }

  it('costs no frame, no authorization and no socket more than one outside of it', async () => {
    const cost = async (strict: boolean) => {
      const { rig, text, unmount } = await show(<Page />, { strict })
      await pass(1000)
      expect(text()).toBe('joined')
      const costs = { frames: rig.received(), auth: rig.auth.requests.length, sockets: rig.sockets.length }
      unmount()
      await pass(1000)
      expect(asked(rig).slice(-3).sort()).toEqual(['-news', '-presence-chat.1', '-private-orders.1'])
      return { ...costs, frames: costs.frames.map(({ event }) => event) }
    }
    const plain = await cost(false)
    expect(plain).toMatchObject({ auth: 2, sockets: 1 })
    expect(plain.frames.filter((event) => event === 'pusher:subscribe')).toHaveLength(3)
    expect(await cost(true)).toEqual(plain)
  })

  it('hears each event once', async () => {
    const heard: unknown[] = []
    const Once = () => <>{useEchoPublic('news', 'Published', (event) => heard.push(event)).status}</>
    const { rig } = await show(<Once />, { strict: true })
    await publish(rig, 'news', 'Published', 1)
    expect(heard).toEqual([1])
  })
})

describe('what changes while it is mounted', () => {
  it('calls the latest callback, without dependencies, and asks the server nothing', async () => {
    const heard: string[] = []
    const Page = ({ count }: { count: number }) => {
      const [local, setLocal] = useState(0)
      // A new function and a new array each time, as components write them.
      const { status } = useEchoPublic('news', ['Published'], () => {
        setLocal(local + 1)
        heard.push(`${count}.${local}`)
      })
      return <>{status}</>
    }
    const { rig, rerender } = await show(<Page count={1} />)
    const before = rig.received().length
    await publish(rig, 'news', 'Published')
    rerender(<Page count={2} />)
    await publish(rig, 'news', 'Published')
    await publish(rig, 'news', 'Published')
    expect(heard).toEqual(['1.0', '2.1', '2.2'])
    expect(rig.received()).toHaveLength(before)
  })

  it('knows the latest callback before an effect could cause an event', async () => {
    const heard: string[] = []
    const Page = ({ says, tell }: { says: string; tell?: () => void }) => {
      useEchoPublic('news', 'Published', () => heard.push(says))
      useLayoutEffect(() => tell?.())
      return null
    }
    const { rig, rerender } = await show(<Page says="old" />)
    const frame = { event: 'App\\Events\\Published', channel: 'news', data: '{}' }
    const data = JSON.stringify(frame)
    rerender(<Page says="new" tell={() => rig.socket.onmessage?.(new MessageEvent('message', { data }))} />)
    expect(heard).toEqual(['new'])
  })

  it('takes the incumbent’s dependencies, and subscribes to nothing again because of them', async () => {
    const heard: unknown[] = []
    const Page = ({ user }: { user: number }) => {
      useEchoPublic('news', 'Published', () => heard.push(user), [user])
      return null
    }
    const { rig, rerender } = await show(<Page user={1} />)
    rerender(<Page user={2} />)
    await publish(rig, 'news', 'Published')
    expect(heard).toEqual([2])
    await pass(1000)
    expect(asked(rig)).toEqual(['+news'])
  })

  it('listens to other events when they change, and stays joined', async () => {
    const heard: unknown[] = []
    const statuses: unknown[] = []
    const Page = ({ events }: { events: string[] }) => {
      statuses.push(useEchoPublic('news', events, (_, { event }) => heard.push(event)).status)
      return null
    }
    const { rig, rerender } = await show(<Page events={['A', 'B']} />)
    rerender(<Page events={['B', 'C']} />)
    for (const event of ['A', 'B', 'C']) await publish(rig, 'news', event)
    expect(heard).toEqual(['App\\Events\\B', 'App\\Events\\C'])
    await pass(1000)
    expect(asked(rig)).toEqual(['+news'])
    expect(statuses).toEqual(['joining', 'joined', 'joined'])
  })

  it('keeps what waits while it catches up when it listens to more or to less', async () => {
    const heard: unknown[] = []
    let loaded = () => {}
    const load = () =>
      new Promise<void>((resolve) => {
        loaded = resolve
      })
    const Page = ({ events }: { events: string[] }) => {
      const { channel } = useEchoPublic('news', events, (payload) => heard.push(payload))
      useEffect(() => catchUp(channel()!, load, { initial: true }), [channel])
      return null
    }
    const { rig, rerender } = await show(<Page events={['A', 'B']} />)
    await publish(rig, 'news', 'A', 1)
    await publish(rig, 'news', 'B', 2)
    rerender(<Page events={['A', 'C']} />)
    await publish(rig, 'news', 'A', 3)
    await publish(rig, 'news', 'B', 4)
    await publish(rig, 'news', 'C', 5)
    await act(async () => loaded())
    expect(heard).toEqual([1, 3, 5])
  })

  it('hears an event by whichever of its names is left', async () => {
    const heard: unknown[] = []
    const Page = ({ names }: { names: string[] }) => {
      useEchoPublic('news', names, (payload) => heard.push(payload))
      return null
    }
    const { rig, rerender } = await show(<Page names={['A', '.App\\Events\\A']} />)
    await publish(rig, 'news', 'A', 1)
    rerender(<Page names={['.App\\Events\\A']} />)
    await publish(rig, 'news', 'A', 2)
    expect(heard).toEqual([1, 2])
  })

  it('hears a notification by whichever of its names is left', async () => {
    const heard: unknown[] = []
    const Page = ({ types }: { types: string[] }) => {
      useEchoNotification('users.1', ({ id }) => heard.push(id), types)
      return null
    }
    const { rig, rerender } = await show(<Page types={['App.Invoice', 'App\\Invoice']} />)
    const notify = async (id: number) => {
      rig.server.publish('private-users.1', 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated', {
        type: 'App\\Invoice',
        id,
      })
      await pass()
    }
    await notify(1)
    rerender(<Page types={['App\\Invoice']} />)
    await notify(2)
    expect(heard).toEqual([1, 2])
  })

  it('hears nothing any more after stopListening(), and all again after listen()', async () => {
    const heard: unknown[] = []
    const { ui, last } = probe(() => useEchoPublic('news', ['A', 'B'], (payload) => heard.push(payload)))
    const { rig } = await show(ui)
    const { listen, stopListening } = last()
    for (const change of [stopListening, listen, listen]) {
      change()
      for (const event of ['A', 'B']) await publish(rig, 'news', event, event)
    }
    expect(heard).toEqual(['A', 'B', 'A', 'B'])
  })

  it('goes from one channel to the next in order, and hears the old one no more', async () => {
    const heard: unknown[] = []
    const Page = ({ id }: { id: number }) => (
      <>{useEcho(`orders.${id}`, 'Shipped', (_, { channel }) => heard.push(channel)).status}</>
    )
    const { rig, rerender, text } = await show(<Page id={1} />)
    rerender(<Page id={2} />)
    expect(text()).toBe('joining')
    await pass()
    expect(text()).toBe('joined')
    await publish(rig, 'private-orders.1', 'Shipped')
    await publish(rig, 'private-orders.2', 'Shipped')
    await pass(1000)
    expect(heard).toEqual(['private-orders.2'])
    expect(asked(rig)).toEqual(['+private-orders.1', '+private-orders.2', '-private-orders.1'])
  })

  it('hears the old channel, as long as it is held, as who listened to it', async () => {
    const heard: string[] = []
    const Page = ({ id, tell }: { id: number | null; tell?: () => void }) => {
      useEchoPublic(id === null ? null : `orders.${id}`, 'Shipped', (_, { channel }) => heard.push(`${id}: ${channel}`))
      // Shown already, and the old channel is left later.
      useLayoutEffect(() => tell?.())
      return null
    }
    const { rig, rerender } = await show(<Page id={1} />)
    const tell = () => {
      const data = JSON.stringify({ event: 'App\\Events\\Shipped', channel: 'orders.1', data: '{}' })
      rig.socket.onmessage?.(new MessageEvent('message', { data }))
    }
    rerender(<Page id={2} tell={tell} />)
    rerender(<Page id={1} />)
    rerender(<Page id={null} tell={tell} />)
    expect(heard).toEqual(['1: orders.1', '1: orders.1'])
    await pass(1000)
  })

  it('comes back to a channel that it has hardly left without asking for it again', async () => {
    const Page = ({ id }: { id: number }) => <>{useEcho(`orders.${id}`).status}</>
    const { rig, rerender, text } = await show(<Page id={1} />)
    rerender(<Page id={2} />)
    rerender(<Page id={1} />)
    await pass(1000)
    expect(text()).toBe('joined')
    expect(asked(rig)).not.toContain('-private-orders.1')
    expect(rig.auth.for('private-orders.1')).toHaveLength(1)
  })

  it('is off while the channel is null', async () => {
    const heard: unknown[] = []
    const Page = ({ id }: { id: number | null }) => {
      const order = useEcho(id === null ? null : `orders.${id}`, 'Shipped', () => heard.push(id))
      return <>{`${order.status} ${order.channel()?.name ?? null}`}</>
    }
    const { rig, rerender, text } = await show(<Page id={null} />)
    expect(text()).toBe('undefined null')
    rerender(<Page id={1} />)
    await pass()
    await publish(rig, 'private-orders.1', 'Shipped')
    expect(text()).toBe('joined private-orders.1')
    rerender(<Page id={null} />)
    expect(text()).toBe('undefined null')
    await publish(rig, 'private-orders.1', 'Shipped')
    await pass(1000)
    expect(heard).toEqual([1])
    expect(asked(rig)).toEqual(['+private-orders.1', '-private-orders.1'])
  })

  it('returns the same object and functions while it is about the same channel', async () => {
    const seen: ReturnType<typeof useEchoPublic>[] = []
    const effects: string[] = []
    const Page = ({ id }: { id: string }) => {
      const news = useEchoPublic(id, ['A'], () => {})
      const { leave, channel } = news
      seen.push(news)
      useEffect(() => void effects.push(id), [news, leave, channel, id])
      return null
    }
    const { rerender } = await show(<Page id="news" />)
    rerender(<Page id="news" />)
    expect(new Set(seen).size).toBe(1)
    expect(effects).toEqual(['news'])
    rerender(<Page id="weather" />)
    expect(new Set(seen).size).toBe(2)
    expect(effects).toEqual(['news', 'weather'])
    await pass()
  })

  it('is rendered again for a new status, and for nothing else', async () => {
    let renders = 0
    const Page = () => {
      renders++
      return <>{useEchoPublic('news', 'Published', () => {}).status}</>
    }
    const { rig } = await show(<Page />)
    await publish(rig, 'news', 'Published')
    expect(renders).toBe(2)
  })
})

describe('a connection that is lost', () => {
  it('is shown in the status, and the components are back with it', async () => {
    const heard: unknown[] = []
    const Page = () => <>{useEcho('a', 'Told', (event) => heard.push(event)).status}</>
    const { rig, text } = await show(<Page />)
    await act(async () => rig.server.drop())
    await pass(1)
    expect(text()).toBe('joining')
    await act(() => rig.back())
    await pass(100)
    expect(text()).toBe('joined')
    await publish(rig, 'private-a', 'Told', 1)
    expect(heard).toEqual([1])
  })
})
