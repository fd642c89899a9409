import { useEcho, usePresence, setEcho } from 'antiphon/svelte'
import { flushSync, mount, unmount } from 'svelte'
import { expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected } from '../../support/rig'
import Probe from './Probe.svelte'

fakeTime()

it('hears', async () => {
  const { echo, server } = await connected()
  const heard = vi.fn<(event: unknown) => void>()
  let room = $state('a')
  let held: any
  const page = mount(Probe, {
    target: document.body,
    props: {
      run: () => {
        setEcho(echo)
        held = useEcho(() => room, 'Sent', heard)
        return held
      },
    },
  })
  flushSync()
  await advance(100)
  expect(document.body.textContent).toBe('joined')
  server.publish('private-a', 'App\\Events\\Sent', { id: 1 })
  await advance(10)
  expect(heard.mock.calls).toEqual([[{ id: 1 }, expect.anything()]])
  room = 'b'
  flushSync()
  expect(document.body.textContent).toBe('joining')
  await advance(100)
  expect(document.body.textContent).toBe('joined')
  server.publish('private-b', 'App\\Events\\Sent', { id: 2 })
  await advance(500)
  expect(heard.mock.calls.length).toBe(2)
  expect(server.channels().map(({ name }) => name)).toEqual(['private-b'])
  unmount(page)
  await advance(500)
  expect(server.channels().map(({ name }) => name)).toEqual([])
})
