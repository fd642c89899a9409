import { useEcho } from 'antiphon/svelte'
import { flushSync, mount, tick, unmount } from 'svelte'
import { beforeEach, describe, expect, it } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { connected, type Rig } from '../../support/rig'
import Account from './Account.svelte'
import { configureLike, show } from './stage'

fakeTime()

let rig: Rig
const channels = () => rig.server.channels().map(({ name }) => name)

beforeEach(async () => {
  rig = await connected()
  configureLike(rig)
  await advance(50)
})

describe('the state that a name is made of is gone', () => {
  it.each([
    ['at once', async () => flushSync()],
    ['with the tick', tick],
  ])('together with the component: the channel is left, and nothing throws, %s', async (_, flush) => {
    let user = $state<{ id: number } | null>({ id: 1 })
    const props = {
      get user() {
        return user
      },
    }
    const target = document.body.appendChild(document.createElement('div'))
    const page = mount(Account, { target, props })
    flushSync()
    await advance(100)
    expect([target.textContent, channels()]).toEqual(['joined', ['private-users.1']])
    user = null
    await flush()
    expect(target.textContent).toBe('signed out')
    await advance(300)
    expect(channels()).toEqual([])
    user = { id: 2 }
    await flush()
    await advance(100)
    expect([target.textContent, channels()]).toEqual(['joined', ['private-users.2']])
    void unmount(page)
  })

  describe('while the component stays', () => {
    let user = $state<{ id: number } | null>(null)

    /** A component that goes on when its user does, until Svelte tells of it. */
    async function inboxWithoutUser() {
      user = { id: 1 }
      const part = show(() => {
        const inbox = useEcho(() => `users.${user!.id}`)
        return () => inbox.status
      })
      await advance(100)
      user = null
      expect(flushSync).toThrow(TypeError)
      return part
    }

    it.each([1, 2])('the channel is left, and joined when there is a name again, of user %s', async (id) => {
      const part = await inboxWithoutUser()
      await advance(300)
      expect([part.text, channels()]).toEqual(['left', []])
      user = { id }
      flushSync()
      await advance(300)
      expect([part.text, channels()]).toEqual(['joined', [`private-users.${id}`]])
    })

    it('the channel is kept if there is a name again at once', async () => {
      const part = await inboxWithoutUser()
      user = { id: 1 }
      flushSync()
      await advance(300)
      expect([part.text, channels()]).toEqual(['joined', ['private-users.1']])
    })
  })
})
