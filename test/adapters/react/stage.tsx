import { act, cleanup, type RenderOptions, render } from '@testing-library/react'
import type { Echo } from 'antiphon'
import { EchoProvider } from 'antiphon/react'
import type { ReactNode } from 'react'
import { afterEach } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected, type Rig, type RigOptions } from '../../support/rig'

export { act }

/** Fake time, and an empty page after every test. */
export function stage(): void {
  fakeTime()
  afterEach(cleanup)
}

/** Lets time pass, and React do what it has to. */
export async function pass(milliseconds = 50): Promise<void> {
  await act(() => advance(milliseconds))
}

/** A component tree in the provider of an Echo that has a connection; `strict`: in StrictMode. */
export async function show(ui: ReactNode, { strict = false, ...options }: RigOptions & { strict?: boolean } = {}) {
  const rig = await connected(options)
  const page = on(rig.echo, ui, { reactStrictMode: strict })
  await pass()
  return { rig, ...page }
}

/** A component tree in the provider of an Echo. */
export function on(echo: Echo<any>, ui: ReactNode, options: RenderOptions = {}) {
  const page = render(ui, {
    ...options,
    wrapper: ({ children }) => <EchoProvider echo={echo}>{children}</EchoProvider>,
  })
  return { ...page, text: () => page.container.textContent }
}

/** Tells an event to the channel of that wire name, by Laravel's name. */
export async function publish({ server }: Rig, wire: string, event: string, payload: unknown = {}): Promise<void> {
  server.publish(wire, `App\\Events\\${event}`, payload)
  await pass(10)
}

/** What was asked of the server for channels on this connection, in order: `+name` to subscribe, `-name` to unsubscribe. */
export function asked(rig: Rig): string[] {
  const signs: Record<string, string> = { 'pusher:subscribe': '+', 'pusher:unsubscribe': '-' }
  return rig.received().flatMap(({ event, data }) => (signs[event] ? [signs[event] + data.channel] : []))
}

/** A component that calls a hook, and what the hook returned last. */
export function probe<T>(hook: () => T) {
  const seen: T[] = []
  const Probe = () => {
    seen.push(hook())
    return null
  }
  return { ui: <Probe />, last: () => seen.at(-1)!, renders: () => seen.length }
}
