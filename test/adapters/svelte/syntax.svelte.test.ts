import { flushSync, mount, unmount } from 'svelte'
import { expect, it } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected } from '../../support/rig'
import { configureLike } from './stage'
import Svelte4 from './Svelte4.svelte'

fakeTime()

it('hears in a component of Svelte 4’s syntax, follows its name, and shows in one with runes inside it', async () => {
  const rig = await connected()
  configureLike(rig)
  let user = $state({ id: 1 })
  const props = {
    get user() {
      return user
    },
  }
  const target = document.body.appendChild(document.createElement('div'))
  const page = mount(Svelte4, { target, props })
  flushSync()
  expect(target.textContent).toBe('0 joining')
  await advance(100)
  expect(target.textContent).toBe('0 joined')
  user = { id: 2 }
  flushSync()
  await advance(300)
  for (const { name } of rig.server.channels()) rig.server.publish(name, 'App\\Events\\Told', {})
  await advance(10)
  expect(target.textContent).toBe('1 joined')
  expect(rig.server.channels().map(({ name }) => name)).toEqual(['private-users.2'])
  void unmount(page)
})
