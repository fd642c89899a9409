import { useEcho, usePresence } from 'antiphon/svelte'
import { flushSync, mount, unmount } from 'svelte'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected, type Rig } from '../../support/rig'
import Members from './Members.svelte'
import { configureLike, show } from './stage'

fakeTime()

let rig: Rig
const channels = () => rig.server.channels().map(({ name }) => name)

beforeEach(async () => {
  rig = await connected()
  configureLike(rig)
  await advance(50)
})

describe('outside of components', () => {
  it('holds the channel as long as somebody reads what is shown', async () => {
    const room = usePresence('chat')
    expect(room.status).toBe('joining')
    await advance(100)
    expect(channels()).toEqual([])
    const readers = [show(() => () => `${room.status} ${room.count}`), show(() => () => room.count)]
    await advance(100)
    expect(readers.map(({ text }) => text)).toEqual(['joined 1', '1'])
    readers[0]!.remove()
    await advance(300)
    expect(readers[1]!.text).toBe('1')
    expect(channels()).toEqual(['presence-chat'])
    readers[1]!.remove()
    await advance(300)
    expect(channels()).toEqual([])
    expect(room.status).toBe('left')
    const again = show(() => () => room.status)
    await advance(100)
    expect(again.text).toBe('joined')
  })

  it('lets go of it when the list is gone that an {#each} has read', async () => {
    const room = usePresence('chat')
    const target = document.body.appendChild(document.createElement('ul'))
    const list = mount(Members, { target, props: { room } })
    flushSync()
    await advance(100)
    expect(target.textContent).toBe('Ada')
    void unmount(list)
    await advance(300)
    expect(channels()).toEqual([])
  })

  it('works through $derived and $effect', async () => {
    const seen: unknown[] = []
    const undo = $effect.root(() => {
      const room = usePresence('chat')
      const text = $derived(`${room.status} ${room.me?.info.name}`)
      $effect(() => {
        seen.push(text)
      })
    })
    flushSync()
    await advance(100)
    expect(seen).toEqual(['joining undefined', 'joined Ada'])
    undo()
    await advance(300)
    expect(channels()).toEqual([])
  })

  it('listens as long as an effect lives that belongs to no component', async () => {
    const heard = vi.fn<(event: unknown) => void>()
    let times = 0
    const undo = $effect.root(() => {
      $effect(() => {
        times++
        useEcho('orders', 'Shipped', heard)
      })
    })
    flushSync()
    await advance(100)
    rig.server.publish('private-orders', 'App\\Events\\Shipped', {})
    await advance(10)
    expect(heard).toHaveBeenCalledOnce()
    expect(times).toBe(1)
    undo()
    await advance(300)
    expect(channels()).toEqual([])
  })
})

it('shows nothing of the channel before beside the name of the next', async () => {
  let name = $state('a')
  const seen: string[] = []
  const room = usePresence(() => name)
  const read = () => `${name} ${room.status} ${room.count}`
  const reader = () => () => {
    seen.push(read())
    return read()
  }
  const parts = [show(() => () => name), show(reader), show(reader)]
  await advance(100)
  expect(parts.map(({ text }) => text)).toEqual(['a', 'a joined 1', 'a joined 1'])
  seen.length = 0
  name = 'b'
  flushSync()
  expect(new Set(seen)).toEqual(new Set(['b joining 0']))
})

it('is made anew with what it is derived from', async () => {
  let name = $state('a')
  const part = show(() => {
    const room = $derived(usePresence(name))
    return () => `${name} ${room.status} ${room.count}`
  })
  await advance(100)
  expect(part.text).toBe('a joined 1')
  name = 'b'
  flushSync()
  await advance(300)
  expect(part.text).toBe('b joined 1')
  expect(channels()).toEqual(['presence-b'])
  part.remove()
  await advance(300)
  expect(channels()).toEqual([])
})
