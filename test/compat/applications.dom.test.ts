import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Application } from './application'
import { type Client, clients } from './clients'

let application: Application

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  application.close()
  vi.useRealTimers()
})

const open = (client: Client) => {
  application = new Application(client)
  return application
}

const withPusher = clients.filter(({ Pusher }) => Pusher)

describe.each(clients)('on $name', (client) => {
  it('bootstrap.ts: window.Echo, events, a notification, a refusal, the header of axios', async () => {
    const { load, keep, settle, publish, auth, server } = open(client)
    for (const [name, value] of Object.entries({ APP_KEY: 'app-key', HOST: 'localhost', PORT: '80', SCHEME: 'http' }))
      vi.stubEnv(`VITE_REVERB_${name}`, value)
    const { shown, post } = await load('bootstrap')
    const echo: any = keep(window.Echo)
    await settle()
    await publish('private-orders.1', 'App\\Events\\OrderShipped', { order: { id: 1, status: 'sent' } })
    await publish('private-orders.1', 'order.lost', { reason: 'rain' })
    const invoice = { id: 'n', type: 'App\\Notifications\\InvoicePaid', amount: 7 }
    await publish(
      'private-App.Models.User.7',
      'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated',
      invoice,
    )
    expect(shown).toEqual(['1 sent', 'rain', 'App\\Notifications\\InvoicePaid: 7'])
    await Promise.all([post(), settle()])
    const [id] = server.connections.keys()
    expect(auth.last.headers.get('X-Socket-ID')).toBe(id)
    auth.reply = () => ({ status: 403 })
    echo.leave('orders.1')
    await settle(500)
    echo.private('orders.1').error(({ status }: { status: number }) => shown.push(status))
    await settle()
    expect(shown.at(-1)).toBe(403)
  })

  it('nuxt-plugin.ts: a new token after login, none after logout, every channel left', async () => {
    const { load, keep, settle, auth, server } = open(client)
    const { default: plugin } = await load('nuxt-plugin')
    const { echo, login, logout } = plugin({ hook: () => {} }).provide
    keep(echo)
    await settle()
    const sent = async (name: string) => {
      echo.private(name)
      await settle()
      return auth.last.headers.get('Authorization')
    }
    expect(await sent('a')).toBe('Bearer first')
    login('second')
    expect(await sent('b')).toBe('Bearer second')
    expect(auth.last).toMatchObject({ url: '/api/broadcasting/auth', channel: 'private-b' })
    expect(auth.last.headers.get('Accept')).toBe('application/json')
    logout()
    await settle(500)
    expect(server.channels()).toEqual([])
    expect(await sent('c')).toBeNull()
  })

  it('chat-room.ts: a component comes, hears, whispers and goes; another of the same room begins anew', async () => {
    const { load, connected, visitor, settle, publish, server, whispers } = open(client)
    const { default: component } = await load('chat-room')
    const $echo = await connected()
    const mount = () => {
      const room = { ...component.data(), ...component.methods, $echo, room: 'chat.1' }
      component.mounted.call(room)
      return room
    }
    const first = mount()
    await settle()
    const ben = visitor({ user_id: '2', user_info: { id: 2, name: 'Ben' } })
    const theirs = ben.join('chat.1')
    await settle()
    theirs.whisper('typing', { name: 'Ben' })
    await publish('presence-chat.1', 'App\\Events\\MessageSent', { text: 'Hello', user: { id: 2, name: 'Ben' } })
    first.type()
    await settle()
    expect(first.users.map(({ name }: { name: string }) => name)).toEqual(['Ada', 'Ben'])
    expect(first.messages.map(({ text }: { text: string }) => text)).toEqual(['Hello'])
    expect(first.typing).toBe('Ben')
    expect(whispers()).toHaveLength(2)
    component.beforeUnmount.call(first)
    const second = mount()
    await settle(500)
    await publish('presence-chat.1', 'App\\Events\\MessageSent', { text: 'Again', user: { id: 2, name: 'Ben' } })
    ben.disconnect()
    await settle()
    expect(first.messages).toHaveLength(1)
    expect(second.messages).toHaveLength(1)
    expect(second.users.map(({ name }: { name: string }) => name)).toEqual(['Ada'])
    component.beforeUnmount.call(second)
    await settle(500)
    expect(server.channels()).toEqual([])
  })

  it('jquery-page.ts: scripts in window, the header of jQuery, a status line, leaving in a loop', async () => {
    const { load, start, settle, publish, auth, server, meta } = open(client)
    meta('csrf')
    document.body.innerHTML = '<ul id="news"></ul><p id="status"></p>'
    // It comes without types.
    const { default: $ } = await import('jquery' as string)
    vi.stubGlobal('$', $)
    vi.stubGlobal('jQuery', $)
    const echo = start({ broadcaster: 'pusher', cluster: 'mt1' })
    vi.stubGlobal('Echo', echo)
    const page = await load('jquery-page')
    page.start()
    expect(page.isConnected()).toBe(false)
    await settle()
    expect(page.isConnected()).toBe(true)
    expect($('#status').text()).toBe('connected')
    await publish('news', 'published', { title: 'Rain' })
    await publish('private-users.1', 'paid', { id: 7 })
    expect($('#news').text()).toBe('Rain7')
    page.send()
    await settle()
    expect(auth.last.headers.get('X-Socket-ID')).toBe(echo.socketId())
    expect(auth.last.headers.get('X-CSRF-TOKEN')).toBe('csrf')
    page.leaveAll()
    await settle(500)
    expect(server.channels()).toEqual([])
  })

  it('authorizer.ts: the API of the application authorizes, with axios', async () => {
    const { load, keep, settle, auth } = open(client)
    auth.reply = ({ channel }) => (channel === 'private-secret' ? { status: 403 } : 'grant')
    const { echo, shown } = await load('authorizer')
    keep(echo)
    await settle(500)
    expect(shown.sort()).toEqual(['orders joined', 'secret refused'])
    expect(auth.last.url).toBe('http://localhost/api/broadcasting/auth')
    expect(auth.last.headers.get('Authorization')).toBe('Bearer mine')
  })

  it('status.ts: a status that follows, a reconnect button, typed channels', async () => {
    const { load, start, visitor, settle, publish, server } = open(client)
    const { Store, socketHeader, subscribe, members, isEcho, conversation } = await load('status')
    const echo = start()
    const store = new Store(echo)
    expect(store.status).toBe('connecting')
    expect(socketHeader(echo)).toEqual({})
    await settle()
    expect(store).toMatchObject({ status: 'connected', state: 'connected' })
    const [id] = server.connections.keys()
    expect(socketHeader(echo)).toEqual({ 'X-Socket-ID': id })
    expect(isEcho(echo) && !isEcho(undefined)).toBe(true)
    const heard = vi.fn()
    const undo = subscribe(echo, 'private', 'a', '.paid', heard)
    expect(store.private('a')).toBe(echo.private('a'))
    const shown: string[] = []
    visitor({ user_id: '2', user_info: { name: 'Ben' } }).join('room')
    await settle()
    members(echo.join('room'), shown)
    await settle()
    expect(shown.sort()).toEqual(['Ada', 'Ben'])
    const { open: openConversation, close } = conversation(echo)
    openConversation(7)
    expect(Object.keys(echo.connector.channels)).toContain('private-conversations.7')
    close()
    expect(Object.keys(echo.connector.channels)).not.toContain('private-conversations.7')
    store.reconnect()
    expect(store.status).toBe('connecting')
    await settle()
    expect(store.status).toBe('connected')
    expect(echo.socketId()).not.toBe(id)
    await publish('private-a', 'paid', { id: 1 })
    undo()
    await publish('private-a', 'paid', { id: 2 })
    expect(heard).toHaveBeenCalledOnce()
    store.close()
    echo.disconnect()
    expect(store.status).toBe('connected')
  })
})

describe.each(withPusher)('on $name', (client) => {
  it('client.ts: a pusher-js of the application’s own, used beside Echo', async () => {
    const { load, keep, settle, publish, auth } = open(client)
    const { echo, shown, isShared } = await load('client')
    keep(echo)
    expect(isShared).toBe(true)
    await settle()
    await publish('raw', 'paid', { id: 1 })
    await publish('private-orders', 'shipped', { id: 2 })
    expect(shown).toEqual(['connecting > connected', 'joined', 'paid 1', 'shipped 2'])
    expect(auth.last).toMatchObject({ url: '/api/broadcasting/auth', channel: 'private-orders' })
    expect(auth.last.headers.get('Authorization')).toBe('Bearer mine')
    echo.disconnect()
    expect(shown.at(-1)).toBe('connected > disconnected')
  })
})
