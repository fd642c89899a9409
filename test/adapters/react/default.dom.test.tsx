import { Echo, EchoError, inspect } from 'antiphon'
import {
  configureEcho,
  EchoProvider,
  echo,
  echoIsConfigured,
  useChannel,
  useConnection,
  useConnectionStatus,
  useEcho,
  useEchoEncrypted,
  useEchoModel,
  useEchoNotification,
  useEchoPresence,
  useEchoPublic,
  usePresence,
  usePresenceChannel,
  usePublicChannel,
  useSocketId,
  useWhisper,
} from 'antiphon/react'
import { type RenderOptions, render } from '@testing-library/react'
import { Component, type ReactNode } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { connected, Rig } from '../../support/rig'
import { act, asked, on, pass, publish, stage } from './stage'

stage()

/** Shows what a component threw. */
class Boundary extends Component<{ readonly children: ReactNode; readonly caught: (error: unknown) => void }> {
  override readonly state = { failed: false }
  static getDerivedStateFromError = () => ({ failed: true })
  override componentDidCatch(error: unknown) {
    this.props.caught(error)
  }
  override render() {
    return this.state.failed ? null : this.props.children
  }
}

/** The error that a hook throws in a component. */
function thrownBy(hook: () => unknown, options: RenderOptions = {}): EchoError {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const caught = vi.fn<(error: unknown) => void>()
  const Broken = () => <>{void hook()}</>
  render(
    <Boundary caught={caught}>
      <Broken />
    </Boundary>,
    options,
  )
  return caught.mock.lastCall?.[0] as EchoError
}

const hooks: Record<string, () => unknown> = {
  useEcho: () => useEcho('a'),
  useEchoPublic: () => useEchoPublic('a'),
  useEchoPresence: () => useEchoPresence('a'),
  useEchoEncrypted: () => useEchoEncrypted('a'),
  useEchoModel: () => useEchoModel('App.Models.Post', 1),
  useEchoNotification: () => useEchoNotification('a'),
  useChannel: () => useChannel('a'),
  usePublicChannel: () => usePublicChannel('a'),
  usePresenceChannel: () => usePresenceChannel('a'),
  usePresence: () => usePresence('a'),
  useWhisper: () => useWhisper('a', 'typing'),
  useConnection: () => useConnection(),
  useConnectionStatus: () => useConnectionStatus(),
  useSocketId: () => useSocketId(),
}

// In this order: what is configured once stays so.
describe('without a provider and before configureEcho()', () => {
  it.each(Object.keys(hooks))('says what to do: %s', (name) => {
    const error = thrownBy(hooks[name]!)
    expect(error).toBeInstanceOf(EchoError)
    expect(error).toMatchObject({ code: 'not-configured' })
    expect(error.message).toBe(
      `Echo has not been configured, and ${name} needs it. Call configureEcho() first, or put an <EchoProvider> around it.`,
    )
    expect(error.hint).toContain('#not-configured')
  })

  it('says it in a page, too, that a server rendered', () => {
    const container = document.body.appendChild(document.createElement('div'))
    const error = thrownBy(() => useEcho('a'), { container, hydrate: true })
    expect(error.message).toContain('useEcho needs it')
  })

  it('says it in echo(), too', () => {
    expect(echoIsConfigured()).toBe(false)
    expect(() => echo()).toThrow('Echo has not been configured, and echo() needs it. Call configureEcho() first.')
  })
})

describe('what the compiler did not see', () => {
  const wrong: [string, () => unknown, string][] = [
    ['no name', () => useEcho(undefined as never), 'useEcho: a channel is a string, or null for none, not undefined.'],
    [
      'a number',
      () => useEchoPublic(7 as never),
      'useEchoPublic: a channel is a string, or null for none, not number.',
    ],
    [
      'a visibility that is none',
      () => useChannel('a', 'protected' as never),
      'useChannel: no visibility is called protected, only public, private, presence, encrypted.',
    ],
    [
      'a model without its identifier',
      () => useEchoModel('App.Models.Post', undefined as never),
      'useEchoModel: a channel is a string, or null for none, not undefined.',
    ],
    [
      'a room that is none',
      () => usePresence({} as never),
      'usePresence: a channel is a string, or null for none, not object.',
    ],
  ]
  it.each(wrong)('is an error that names the hook: %s', (_, hook, message) => {
    const error = thrownBy(hook)
    expect(error).toBeInstanceOf(EchoError)
    expect(error).toMatchObject({ code: 'invalid-channel', message })
  })
})

describe('the default instance', () => {
  const News = ({ heard = () => {} }: { heard?: (event: unknown) => void }) => (
    <>{`${useConnectionStatus()} ${useEchoPublic('news', 'Published', heard).status}`}</>
  )

  it('is made when it is first needed, and used by every hook; another one replaces it and its channels', async () => {
    const heard: unknown[] = []
    const rigs = [new Rig({ echo: { autoConnect: false } }), new Rig({ echo: { autoConnect: false } })] as const
    const use = (rig: Rig) => configureEcho({ ...rig.echo.options, autoConnect: true } as never)
    use(rigs[0])
    await pass()
    expect(echoIsConfigured()).toBe(true)
    expect(rigs[0].sockets).toHaveLength(0)

    const { container, unmount } = render(<News heard={(event) => heard.push(event)} />)
    await pass()
    const first = echo()
    expect(echo()).toBe(first)
    expect(container.textContent).toBe('connected joined')
    expect(rigs[0].sockets).toHaveLength(1)
    await publish(rigs[0], 'news', 'Published', 1)

    // As hot reloading does.
    act(() => use(rigs[1]))
    await pass()
    expect(echo()).not.toBe(first)
    expect(first.connectionStatus()).toBe('disconnected')
    expect(rigs[0].server.connections.size).toBe(0)
    expect(container.textContent).toBe('connected joined')
    await publish(rigs[1], 'news', 'Published', 2)
    expect(heard).toEqual([1, 2])
    unmount()
    await pass(1000)
    echo().disconnect()
    await pass()
    expect(rigs[1].server.connections.size).toBe(0)
  })

  it('is replaced also where nothing of the old one would be noticed', async () => {
    const idle = new Rig({ echo: { autoConnect: false } })
    const Page = () => <>{useEchoPublic('news').status}</>
    configureEcho(idle.echo.options as never)
    const { container } = render(<Page />)
    await pass()
    expect(container.textContent).toBe('joining')
    const rig = new Rig({ echo: { autoConnect: false } })
    act(() => configureEcho({ ...rig.echo.options, autoConnect: true } as never))
    await pass()
    expect(container.textContent).toBe('joined')
  })

  it('is not used inside a provider', async () => {
    const [rig, other] = [await connected(), new Rig()]
    configureEcho(other.echo.options as never)
    on(rig.echo, <News />)
    await pass()
    expect(asked(rig)).toEqual(['+news'])
    expect(other.sockets).toHaveLength(1)
  })
})

describe('providers', () => {
  const News = () => <>{useEchoPublic('news').status}</>

  it('may be in each other: the innermost counts', async () => {
    const [outer, inner] = [await connected(), await connected()]
    on(
      outer.echo,
      <EchoProvider echo={inner.echo}>
        <News />
      </EchoProvider>,
    )
    await pass()
    expect([asked(outer), asked(inner)]).toEqual([[], ['+news']])
  })

  it('may get another Echo: the channels go with it', async () => {
    const [first, second] = [await connected(), await connected()]
    const page = (rig: Rig) => (
      <EchoProvider echo={rig.echo}>
        <News />
      </EchoProvider>
    )
    const { rerender } = render(page(first))
    await pass()
    rerender(page(second))
    await pass(1000)
    expect([asked(first), asked(second)]).toEqual([['+news', '-news'], ['+news']])
  })

  it('take any Echo', () => {
    const echo = new Echo({ broadcaster: 'null' })
    const { text } = on(echo, <News />)
    expect(text()).toBe('joining')
  })
})

describe('after disconnect()', () => {
  it('components show it, and come back with connect()', async () => {
    const heard: unknown[] = []
    const Page = () => {
      const { status } = useEcho('a', 'Told', (event) => heard.push(event))
      return <>{`${useConnectionStatus()} ${status}`}</>
    }
    const rig = await connected()
    const { text } = on(rig.echo, <Page />)
    await pass()
    act(() => rig.echo.disconnect())
    await pass()
    expect(text()).toBe('disconnected joining')
    act(() => rig.echo.connect())
    await pass()
    expect(text()).toBe('connected joined')
    await publish(rig, 'private-a', 'Told', 1)
    expect(heard).toEqual([1])
  })

  it('nothing is left when they are unmounted', async () => {
    const rig = await connected()
    const Page = () => <>{usePresence('chat.1').count}</>
    const { unmount } = on(rig.echo, <Page />)
    await pass()
    unmount()
    rig.echo.disconnect()
    await pass()
    rig.server.close()
    expect(inspect(rig.echo).channels).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
