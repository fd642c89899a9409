import { Echo } from 'antiphon'
import { expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { connected, type Rig } from '../support/rig'

fakeTime()

/** A user who has signed in, on a server that knows watch lists. */
async function signedIn() {
  const rig = await connected({ server: { like: 'pusher' } })
  return { rig, user: await signIn(rig) }
}

async function signIn({ echo }: Rig) {
  const user = echo.signin()
  await vi.dynamicImportSettled()
  await advance(100)
  return user
}

/** The server says that these on the user's watch list came or went. */
async function tell({ connection }: Rig, name: 'online' | 'offline', ...user_ids: string[]): Promise<void> {
  connection.send({ event: 'pusher_internal:watchlist_events', data: { events: [{ name, user_ids }] } })
  await advance(10)
}

it('hears what the server tells this user alone, until a listener or all are removed', async () => {
  const { rig, user } = await signedIn()
  const [heard, other] = [vi.fn(), vi.fn()]
  expect(user.listen('Paid', heard).listen('Paid', other)).toBe(user)
  const pay = async () => {
    rig.connection.send({ event: 'App\\Events\\Paid', channel: '#server-to-user-1', data: { amount: 5 } })
    await advance(10)
  }
  await pay()
  expect(heard.mock.calls.map(([payload]) => payload)).toEqual([{ amount: 5 }])
  expect(user.stopListening('Paid', heard)).toBe(user)
  await pay()
  user.stopListening('Paid')
  await pay()
  expect([heard.mock.calls.length, other.mock.calls.length]).toEqual([1, 2])
})

it('may be listened to once', async () => {
  const { rig, user } = await signedIn()
  const heard = vi.fn()
  user.listen('.paid', heard, { once: true })
  for (let round = 0; round < 2; round++) rig.connection.send({ event: 'paid', channel: '#server-to-user-1', data: {} })
  await advance(10)
  expect(heard).toHaveBeenCalledTimes(1)
})

it('is the same one, however often it is asked for, and another one after disconnect()', async () => {
  const { rig, user } = await signedIn()
  expect(await signIn(rig)).toBe(user)
  rig.echo.disconnect()
  rig.echo.connect()
  const next = await signIn(rig)
  expect(next).not.toBe(user)
  expect(user.channel.status.get()).toBe('left')
})

it('is still who it was after disconnect()', async () => {
  const { rig, user } = await signedIn()
  rig.echo.disconnect()
  expect([user.id, user.info, user.watchlist.get()]).toEqual(['1', { name: 'Ada' }, []])
})

it('is signed in anew where its channel was left, or has failed', async () => {
  const { rig, user } = await signedIn()
  user.channel.unsubscribe()
  const second = await signIn(rig)
  expect(second).not.toBe(user)
  rig.auth.next({ status: 403 })
  await rig.reconnect()
  expect(second.channel.status.get()).toBe('failed')
  const third = await signIn(rig)
  expect(third).not.toBe(second)
  expect([second, third].map(({ channel }) => channel.status.get())).toEqual(['left', 'joined'])
})

it('knows who of the watch list is online, without itself: the same list until somebody comes or goes', async () => {
  const { rig, user } = await signedIn()
  const lists: (readonly string[])[] = []
  const undo = user.watchlist.subscribe((ids) => lists.push(ids))
  expect(user.watchlist.get()).toEqual([])
  await tell(rig, 'online', '2', '3')
  const online = user.watchlist.get()
  expect(online).toEqual(['2', '3'])
  expect(user.watchlist.get()).toBe(online)
  expect(Object.isFrozen(online)).toBe(true)
  await tell(rig, 'offline', '2')
  expect(lists).toEqual([['2', '3'], ['3']])
  expect(lists[0]).toBe(online)
  undo()
  await tell(rig, 'online', '4')
  expect(lists).toHaveLength(2)
  expect(user.watchlist.get()).toEqual(['3', '4'])
})

it('is left alone by reactive proxies', async () => {
  const { user } = await signedIn()
  expect(Reflect.get(user, '__v_skip')).toBe(true)
})

it('says why there is none: no server that knows users, or disconnect() meanwhile', async () => {
  await expect(new Echo({ broadcaster: 'null' }).signin()).rejects.toThrow('This broadcaster has no signin().')
  const rig = await connected()
  const outcome = expect(rig.echo.signin()).rejects.toThrow('disconnect() ended signin().')
  rig.echo.disconnect()
  await outcome
})
