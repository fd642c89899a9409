import { Echo } from 'antiphon'
import { inMemoryWebSocket, PusherServer } from 'antiphon/testing'
import Pusher from 'pusher-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

let server: PusherServer

beforeEach(() => {
  server = new PusherServer({ key: 'appId.keyId' })
  vi.stubGlobal('WebSocket', inMemoryWebSocket(server))
  vi.stubGlobal('Pusher', undefined)
})
afterEach(() => {
  server.close()
  vi.unstubAllGlobals()
})

describe.each([
  ['on our own socket', {}],
  ['on pusher-js', { Pusher }],
])('Ably %s', (_, client) => {
  const start = () =>
    new Echo({
      broadcaster: 'ably',
      key: 'appId.keyId:canary-secret',
      authorize: async ({ channel, socketId }) =>
        server.authorize(socketId, channel, channel.startsWith('presence-') ? { user_id: 7 } : undefined),
      ...client,
    })

  it('joins channels under the names that its endpoint translates, and hears events', async () => {
    const echo = start()
    const heard: unknown[] = []
    const channels = [echo.channel('news'), echo.private('orders.1'), echo.join('room')]
    for (const channel of channels) channel.listen('Published', (event: unknown) => heard.push(event))
    await Promise.all(channels.map((channel) => channel.ready()))
    expect(channels.map(({ name }) => name)).toEqual(['news', 'private-orders.1', 'presence-room'])
    for (const { name } of channels) server.publish(name, 'App\\Events\\Published', { name })
    await vi.waitFor(() => expect(heard).toEqual(channels.map(({ name }) => ({ name }))))
    echo.disconnect()
  })

  it('has no encrypted channels, and says so, whatever they are asked for by', () => {
    const echo = start()
    for (const ask of [
      () => echo.encryptedPrivate('orders.1'),
      () => echo.private('encrypted-orders.1'),
      () => echo.lease('encrypted', 'orders.1'),
      () => echo.connector.encryptedPrivateChannel('orders.1'),
    ])
      expect(ask).toThrow(
        expect.objectContaining({ code: 'not-supported', message: 'ably has no encrypted channels.' }),
      )
    echo.private('orders.1')
    echo.disconnect()
  })
})
