import { PusherHttp } from 'antiphon/testing'
import { expect } from 'vitest'
import { Encryption } from '../support/encryption'
import { advance } from '../support/clock'
import { connected, type Rig } from '../support/rig'
import { md5 } from '../testing/transcript'
import type { Causes } from './cause'

const event = 'App\\Events\\OrderShipped'

/** A page that has joined `orders.1`, and all that reaches it there. */
async function listening(rig?: Rig) {
  const page = rig ?? (await connected())
  const all: string[] = []
  const channel = page.echo.private('orders.1').listenToAll((name: string) => all.push(name))
  await advance(100)
  expect(channel.status.get()).toBe('joined')
  return { rig: page, server: page.server, channel, all }
}

/** What the server answers to an application that publishes. */
function published({ server }: Rig, body: object, query = '', id = 'app-id') {
  const http = new PusherHttp(server, md5)
  return http.answer({ method: 'POST', path: `/apps/${id}/events${query}`, body: JSON.stringify(body) }).status
}

const body = { name: event, channel: 'private-orders.1', data: '{"id":1}' }

export const hearing: Causes = {
  'Nobody has published it': async () => {
    const { server, all } = await listening()
    await advance(60_000)
    expect(all).toEqual([])
    server.publish('private-orders.1', event, { id: 1 })
    await advance(100)
    expect(all).toEqual(['OrderShipped'])
  },

  'It is published for another kind of channel': async () => {
    const { server, all } = await listening()
    server.publish('orders.1', event, { id: 1 })
    await advance(100)
    expect(all).toEqual([])
  },

  'toOthers leaves this page out': async () => {
    const { rig, server, all } = await listening()
    const other = await listening(await connected({ on: server }))
    server.publish('private-orders.1', event, { id: 1 }, { except: rig.echo.socketHeaders()['X-Socket-ID'] })
    await advance(100)
    expect([all, other.all]).toEqual([[], ['OrderShipped']])
  },

  'The publisher is refused': async () => {
    const { rig, all } = await listening()
    expect(published(rig, body, '?auth_key=app-key&auth_timestamp=1&auth_version=1.0&auth_signature=0')).toBe(401)
    expect(published(rig, body, '', 'another')).toBe(404)
    await advance(100)
    expect(all).toEqual([])
  },

  'The event is too large': async () => {
    const { rig, all } = await listening()
    expect(published(rig, { ...body, data: 'x'.repeat(10_000) })).toBe(413)
    await advance(100)
    expect(all).toEqual([])
  },

  'It is published on another node': async () => {
    const { all } = await listening()
    const other = await listening()
    other.server.publish('private-orders.1', event, { id: 1 })
    await advance(100)
    expect([all, other.all]).toEqual([[], ['OrderShipped']])
  },

  'Another part of the page has left the channel': async () => {
    const { rig, server, channel, all } = await listening()
    const lease = rig.echo.lease('private', 'orders.1')
    const leased: unknown[] = []
    lease.channel.listen('OrderShipped', (payload) => leased.push(payload))
    rig.echo.leave('orders.1')
    server.publish('private-orders.1', event, { id: 1 })
    await advance(100)
    expect([channel.status.get(), all, leased]).toEqual(['left', [], [{ id: 1 }]])
  },

  'The name has a dot in front': async () => {
    const { server, channel, all } = await listening()
    const without: unknown[] = []
    const withDot: unknown[] = []
    channel.listen('order.shipped', (payload) => without.push(payload))
    channel.listen('.order.shipped', (payload) => withDot.push(payload))
    server.publish('private-orders.1', 'order.shipped', 1)
    await advance(100)
    expect([all, without, withDot]).toEqual([['.order.shipped'], [], [1]])
  },

  'The event is in another namespace': async () => {
    const { server, channel, all } = await listening()
    const short: unknown[] = []
    const long: unknown[] = []
    channel.listen('OrderShipped', (payload) => short.push(payload))
    channel.listen('\\Shop\\OrderShipped', (payload) => long.push(payload))
    server.publish('private-orders.1', 'Shop\\OrderShipped', 1)
    await advance(100)
    expect([all, short, long]).toEqual([['.Shop\\OrderShipped'], [], [1]])
  },

  'The notification has a name of its own': async () => {
    const { server, channel, all } = await listening()
    const heard: string[] = []
    channel.notification(() => heard.push('any'))
    channel.notification('App\\Notifications\\InvoicePaid', () => heard.push('by class'))
    channel.listen('.invoice.paid', () => heard.push('by name'))
    server.publish('private-orders.1', 'invoice.paid', { type: 'App\\Notifications\\InvoicePaid' })
    await advance(100)
    expect([all, heard]).toEqual([['.invoice.paid'], ['by name']])
    const laravel = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'
    server.publish('private-orders.1', laravel, { type: 'invoice.paid' })
    await advance(100)
    expect(heard).toEqual(['by name', 'any'])
  },

  'It was encrypted with another key': async () => {
    const { echo, server } = await connected()
    const heard: unknown[] = []
    const codes: unknown[] = []
    const channel = echo.encryptedPrivate('pay').listen('.Paid', (payload) => heard.push(payload))
    channel.error(({ code }) => codes.push(code))
    await advance(100)
    server.publish(channel.name, 'Paid', new Encryption(0x21).seal(channel.name, { amount: 5 }))
    await advance(20_000)
    expect([heard, codes]).toEqual([[], ['decryption-failed']])
  },
}
