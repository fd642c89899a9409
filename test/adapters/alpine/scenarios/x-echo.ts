import { describe, expect, it, vi } from 'vitest'
import { advance } from '../../../support/clock'
import type { AlpinePage } from '../page'

const SHIPPED = 'App\\Events\\OrderShipped'

/** What `x-echo` does, in any build of Alpine. */
export function listensByDirective(page: AlpinePage): void {
  describe('x-echo', () => {
    it('calls a method of the component, with the component as `this`, and the page shows what it did', async () => {
      const { server } = await page.rig()
      const { root } = await page.show(
        {
          orders: [] as number[],
          add({ id }: { id: number }) {
            this.orders.push(id)
          },
        },
        `<p x-echo="{ private: 'orders.1', on: { OrderShipped: add } }" x-text="orders.join()"></p>`,
      )
      server.publish('private-orders.1', SHIPPED, { id: 1 })
      server.publish('private-orders.1', SHIPPED, { id: 2 })
      await advance(10)
      expect(root.textContent).toBe('1,2')
      expect(page.reported).toEqual([])
    })

    it.each([
      ['public', 'news'],
      ['private', 'private-news'],
      ['encrypted', 'private-encrypted-news'],
      ['presence', 'presence-news'],
    ])('joins a channel of the kind %s', async (kind, wire) => {
      const { server } = await page.rig()
      await page.show({}, `<p x-echo="{ ${kind}: 'news' }"></p>`)
      expect(server.channels().map(({ name }) => name)).toEqual([wire])
      expect(page.reported).toEqual([])
    })

    it('tells who is in a room, who comes and who goes', async () => {
      const ada = await page.rig()
      const { data } = await page.show(
        {
          names: [] as string[],
          fill(users: { name: string }[]) {
            this.names = users.map(({ name }) => name)
          },
          add({ name }: { name: string }) {
            this.names.push(name)
          },
          drop({ name }: { name: string }) {
            this.names.splice(this.names.indexOf(name), 1)
          },
        },
        `<p x-echo="{ presence: 'chat.1', here: fill, joining: add, leaving: drop }"></p>`,
      )
      expect(data.names).toEqual(['Ada'])
      const grace = await page.rig({ on: ada.server })
      grace.auth.user = { user_id: '2', user_info: { name: 'Grace' } }
      grace.echo.join('chat.1')
      await advance(100)
      expect(data.names).toEqual(['Ada', 'Grace'])
      grace.echo.leave('chat.1')
      await advance(500)
      expect(data.names).toEqual(['Ada'])
    })

    it('hears whispers, notifications, acceptance, failure and gaps', async () => {
      const rig = await page.rig()
      const { server, auth } = rig
      const told: [string, ...unknown[]][] = []
      const names = ['whispered', 'notified', 'accepted', 'failed', 'lost']
      const data = Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => told.push([name, ...args])]))
      await page.show(
        data,
        `<p x-echo="{
          private: 'chat',
          whispers: { typing: whispered },
          notification: notified,
          subscribed: accepted,
          error: failed,
          missed: lost,
        }"></p>`,
      )
      const wire = 'private-chat'
      server.publish(wire, 'client-typing', { name: 'Ada' })
      server.publish(wire, 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated', {
        id: 'n1',
        type: 'Paid',
      })
      await advance(10)
      await rig.reconnect()
      await advance(3_000)
      auth.reply = () => ({ status: 403 })
      await rig.reconnect()
      expect(page.reported).toEqual([])
      const heard = (name: string) => told.filter(([what]) => what === name).map(([, ...args]) => args)
      expect(heard('whispered')[0]?.[0]).toEqual({ name: 'Ada' })
      expect(heard('notified')[0]?.[0]).toEqual({ id: 'n1', type: 'Paid' })
      expect(heard('accepted')).toHaveLength(2)
      expect(heard('lost')[0]?.[0]).toMatchObject({ reason: 'connection-lost' })
      expect(heard('failed')[0]?.[0]).toMatchObject({ code: 'auth-refused' })
    })

    it('joins another channel when its name changes, and hears nothing more of the one before', async () => {
      const rig = await page.rig()
      const { server } = rig
      const heard: number[] = []
      const { data } = await page.show(
        { room: 1, add: ({ id }: { id: number }) => heard.push(id) },
        `<p x-echo="{ private: 'orders.' + room, on: { OrderShipped: add } }"></p>`,
      )
      data.room = 2
      await advance(100)
      expect(rig.subscribes()).toEqual(['private-orders.1', 'private-orders.2'])
      for (const id of [1, 2]) server.publish(`private-orders.${id}`, SHIPPED, { id })
      await advance(500)
      expect(heard).toEqual([2])
      expect(server.channels().map(({ name }) => name)).toEqual(['private-orders.2'])
    })

    it('holds no channel while the name is null', async () => {
      const { server } = await page.rig()
      const { data } = await page.show({ room: null as string | null }, `<p x-echo="{ presence: room }"></p>`)
      expect(server.channels()).toEqual([])
      data.room = 'chat.1'
      await advance(100)
      expect(server.channels()).toHaveLength(1)
      data.room = null
      await advance(500)
      expect(server.channels()).toEqual([])
      expect(page.reported).toEqual([])
    })

    it('asks the server for nothing when only the functions are others, and calls the latest', async () => {
      const rig = await page.rig()
      const { server, auth } = rig
      const [first, second, here] = [vi.fn(), vi.fn(), vi.fn()]
      const { data } = await page.show(
        { busy: false, first, second, here },
        `<p x-echo="{ presence: 'chat.1', here: here, on: { Sent: busy ? second : first } }"></p>`,
      )
      server.publish('presence-chat.1', 'App\\Events\\Sent', { id: 1 })
      await advance(10)
      data.busy = true
      await advance(100)
      server.publish('presence-chat.1', 'App\\Events\\Sent', { id: 2 })
      await advance(10)
      expect(first.mock.calls.map(([event]) => event)).toEqual([{ id: 1 }])
      expect(second.mock.calls.map(([event]) => event)).toEqual([{ id: 2 }])
      expect(here).toHaveBeenCalledTimes(1)
      expect([rig.subscribes().length, auth.requests.length]).toEqual([1, 1])
    })

    it('listens to another event on the same channel when the expression says so', async () => {
      const rig = await page.rig()
      const { server } = rig
      const heard = vi.fn()
      const { data } = await page.show(
        { all: {} as Record<string, unknown>, heard },
        `<p x-echo="{ public: 'news', on: all }"></p>`,
      )
      data.all = { Published: heard }
      await advance(10)
      server.publish('news', 'App\\Events\\Published', {})
      await advance(10)
      data.all = { Withdrawn: heard }
      await advance(10)
      server.publish('news', 'App\\Events\\Published', {})
      await advance(10)
      expect(heard).toHaveBeenCalledTimes(1)
      expect(rig.subscribes()).toEqual(['news'])
    })

    it('goes with its element, and others on the channel hear on', async () => {
      const { server, echo } = await page.rig()
      const [gone, stays, raw] = [vi.fn(), vi.fn(), vi.fn()]
      echo.private('orders.1').listen('OrderShipped', raw)
      const { root } = await page.show(
        { gone, stays },
        `<p id="a" x-echo="{ private: 'orders.1', on: { OrderShipped: gone } }"></p>
         <p id="b" x-echo="{ private: 'orders.1', on: { OrderShipped: stays } }"></p>`,
      )
      await page.remove(root.querySelector('#a'))
      server.publish('private-orders.1', SHIPPED, {})
      await advance(10)
      expect([gone, stays, raw].map(({ mock }) => mock.calls.length)).toEqual([0, 1, 1])
      await page.remove(root)
      echo.leave('orders.1')
      await advance(500)
      expect(server.channels()).toEqual([])
    })

    it('goes with its attribute, and comes back with it', async () => {
      const { server } = await page.rig()
      const { root } = await page.show({}, `<p x-echo="{ public: 'news' }"></p>`)
      const element = root.querySelector('p')!
      element.removeAttribute('x-echo')
      await advance(500)
      expect(server.channels()).toEqual([])
      element.setAttribute('x-echo', "{ public: 'olds' }")
      await advance(100)
      expect(server.channels().map(({ name }) => name)).toEqual(['olds'])
    })

    it('keeps its channel when the element is moved on the page', async () => {
      const rig = await page.rig()
      const { root } = await page.show({}, `<p x-echo="{ public: 'news' }"></p><footer></footer>`)
      root.querySelector('footer')!.append(root.querySelector('p')!)
      await advance(500)
      expect(rig.subscribes()).toEqual(['news'])
    })

    it('comes and goes with x-if', async () => {
      const { server } = await page.rig()
      const { data } = await page.show(
        { open: false },
        `<template x-if="open"><p x-echo="{ public: 'news' }"></p></template>`,
      )
      expect(server.channels()).toEqual([])
      data.open = true
      await advance(100)
      expect(server.channels()).toHaveLength(1)
      data.open = false
      await advance(500)
      expect(server.channels()).toEqual([])
    })

    it('listens to nothing in a clone, which is there for morphing', async () => {
      const { server } = await page.rig()
      const { root } = await page.show({}, `<p></p>`)
      const clone = document.createElement('p')
      clone.setAttribute('x-echo', "{ public: 'news' }")
      page.alpine.cloneNode(root.querySelector('p')!, clone)
      await advance(100)
      expect(server.channels()).toEqual([])
    })
  })
}
