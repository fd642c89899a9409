import { describe, expect, it } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { withLivewire } from './rig'

fakeTime()

const ROOM = ['here', 'joining', 'leaving', 'MessageSent'].map((event) => `echo-presence:chat.1,${event}`)
const SENT = 'App\\Events\\MessageSent'
const NOTIFIED = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'
const events = (told: readonly [listener: string, payload: any][]) => told.map(([listener]) => listener.split(',')[1])

describe.each([3, 4] as const)('Livewire %i', (version) => {
  it('starts eight listeners with sixteen calls, and each hears what it listens to', async () => {
    const { rig, page, channels } = await withLivewire(version)
    const component = page.start(
      ...ROOM,
      'echo:news,Published',
      'echo-private:orders.1,OrderShipped',
      'echo-encryptedPrivate:pay.1,Paid',
      'echo-notification:App.Models.User.1',
    )
    await advance(100)
    expect(page.calls).toEqual([
      'join(chat.1).here',
      'join(chat.1).joining',
      'join(chat.1).leaving',
      'join(chat.1).listen',
      'channel(news).listen',
      'private(orders.1).listen',
      'encryptedPrivate(pay.1).listen',
      'private(App.Models.User.1).notification',
    ])
    expect(channels()).toEqual([
      'news',
      'presence-chat.1',
      'private-App.Models.User.1',
      'private-encrypted-pay.1',
      'private-orders.1',
    ])
    rig.server.publish('news', 'App\\Events\\Published', { id: 1 })
    rig.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 2 })
    rig.server.publish('private-App.Models.User.1', NOTIFIED, { id: 'n', type: 'Paid' })
    rig.server.publish('presence-chat.1', SENT, { text: 'hello' })
    await advance(10)
    expect(component.told).toEqual([
      ['echo-presence:chat.1,here', [{ name: 'Ada' }]],
      ['echo:news,Published', { id: 1 }],
      ['echo-private:orders.1,OrderShipped', { id: 2 }],
      ['echo-notification:App.Models.User.1', { id: 'n', type: 'Paid' }],
      ['echo-presence:chat.1,MessageSent', { text: 'hello' }],
    ])
  })

  it('takes one of two components off the page: the other is still in the room', async () => {
    const { rig, page, channels, visit } = await withLivewire(version)
    const [gone, stays] = [page.start(...ROOM), page.start(...ROOM)]
    await advance(100)
    gone.end()
    await advance(500)
    expect(channels()).toEqual(['presence-chat.1'])
    const leave = await visit('chat.1', 'Grace')
    rig.server.publish('presence-chat.1', SENT, {})
    await advance(10)
    await leave()
    expect(events(stays.told)).toEqual(['here', 'joining', 'MessageSent', 'leaving'])
    expect(rig.subscribes()).toEqual(['presence-chat.1'])
    expect(rig.received('pusher:unsubscribe')).toEqual([])
  })

  it('takes the last listener of a room off the page: it is left', async () => {
    const { page, channels } = await withLivewire(version)
    const components = [
      page.start('echo-presence:chat.1,A', 'echo-presence:chat.1,B'),
      page.start('echo-presence:chat.1,A'),
    ]
    await advance(100)
    for (const component of components) component.end()
    await advance(500)
    expect(channels()).toEqual([])
    expect(page.calls.slice(3)).toEqual(Array(3).fill(version === 4 ? 'leave(chat.1)' : 'leaveChannel(chat.1)'))
  })

  it('takes a room’s component off the page: what others have of the same name stays', async () => {
    const { rig, page, channels } = await withLivewire(version)
    const room = page.start('echo-presence:chat.1,MessageSent')
    const others = page.start('echo-private:chat.1,MessageSent', 'echo:chat.1,MessageSent')
    await advance(100)
    room.end()
    await advance(500)
    expect(channels()).toEqual(['chat.1', 'private-chat.1'])
    rig.server.publish(['chat.1', 'private-chat.1'], SENT, {})
    await advance(10)
    expect(others.told).toHaveLength(2)
  })

  it('goes to another page and back without a frame: the room is the same, and only the new listeners hear', async () => {
    const { rig, page, visit } = await withLivewire(version)
    const listeners = ['echo-presence:chat.1,MessageSent', 'echo-private:orders.1,MessageSent']
    let components = [page.start(...listeners), page.start(...listeners)]
    const first = components
    await advance(100)
    for (let times = 0; times < 3; times++) {
      components = page.navigate(components, listeners, listeners)
      await advance(100)
    }
    await visit('chat.1', 'Grace')
    rig.server.publish(['presence-chat.1', 'private-orders.1'], SENT, {})
    await advance(10)
    expect(components.map(({ told }) => told.length)).toEqual([2, 2])
    expect(first.flatMap(({ told }) => told)).toEqual([])
    expect(rig.subscribes()).toEqual(['presence-chat.1', 'private-orders.1'])
    expect(rig.received('pusher:unsubscribe')).toEqual([])
    expect(rig.auth.requests).toHaveLength(2)
  })

  it('shows the room to a component that comes later', async () => {
    const { page } = await withLivewire(version)
    page.start(...ROOM)
    await advance(100)
    const late = page.start(...ROOM)
    await advance(10)
    expect(late.told).toEqual([['echo-presence:chat.1,here', [{ name: 'Ada' }]]])
  })

  it('stops one component’s listeners of a channel, and no other’s', async () => {
    const { rig, page } = await withLivewire(version)
    const kinds = ['echo:a,Sent', 'echo-private:a,Sent', 'echo-encryptedPrivate:b,Sent']
    const [gone, stays] = [page.start(...kinds), page.start(...kinds)]
    await advance(100)
    gone.end()
    rig.server.publish(['a', 'private-a'], 'App\\Events\\Sent', {})
    await advance(10)
    expect([gone.told.length, stays.told.length]).toEqual([0, 2])
  })

  it('stops one component’s notifications: the other is still notified', async () => {
    const { rig, page } = await withLivewire(version)
    const user = 'echo-notification:App.Models.User.1'
    const [gone, stays] = [page.start(user), page.start(user)]
    await advance(100)
    const notify = async () => {
      rig.server.publish('private-App.Models.User.1', NOTIFIED, { id: 'n', type: 'Paid' })
      await advance(10)
    }
    gone.end()
    await notify()
    expect(stays.told).toHaveLength(1)
    stays.end()
    await notify()
    // Livewire 3 never ends them.
    expect(stays.told).toHaveLength(version === 4 ? 1 : 2)
    const back = page.start(user)
    await notify()
    expect(back.told).toHaveLength(1)
  })

  it('comes back into its rooms after an outage, and after disconnect() and connect()', async () => {
    const { rig, echo, page } = await withLivewire(version)
    const [gone, stays] = [page.start(...ROOM), page.start(...ROOM)]
    await advance(100)
    await rig.reconnect()
    echo.disconnect()
    echo.connect()
    await advance(200)
    gone.end()
    await advance(500)
    rig.server.publish('presence-chat.1', SENT, {})
    await advance(10)
    expect(events(stays.told)).toEqual(['here', 'here', 'here', 'MessageSent'])
  })

  it('never sends a socket id that Laravel refuses, with or without a connection', async () => {
    const { rig, echo, page } = await withLivewire(version, { echo: { autoConnect: false } })
    const sent = () => page.request().get('X-Socket-ID')
    expect(sent()).toBe('0.0')
    echo.connect()
    await advance(50)
    expect(sent()).toBe(rig.connection.socketId)
    rig.server.drop()
    await advance(1)
    expect(sent()).toBe('0.0')
    await rig.back()
    expect(sent()).toBe(rig.connection.socketId)
    echo.disconnect()
    expect(sent()).toBe('0.0')
  })
})

describe('Livewire 4', () => {
  it('leaves a room that all its components have left, whatever they heard of it', async () => {
    const { page, channels } = await withLivewire(4)
    const components = [page.start(...ROOM), page.start(...ROOM)]
    await advance(100)
    for (const component of components) component.end()
    await advance(500)
    expect(channels()).toEqual([])
  })
})

describe('Livewire 3', () => {
  it('says nothing of the end of here, joining and leaving: the room stays until somebody leaves it by its wire name', async () => {
    const { echo, page, channels } = await withLivewire(3)
    const component = page.start(...ROOM)
    await advance(100)
    component.end()
    await advance(500)
    expect(channels()).toEqual(['presence-chat.1'])
    echo.leaveChannel('presence-chat.1')
    await advance(500)
    expect(channels()).toEqual([])
  })
})
