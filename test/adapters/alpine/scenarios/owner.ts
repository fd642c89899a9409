import { describe, expect, it, vi } from 'vitest'
import { advance } from '../../../support/clock'
import type { AlpinePage } from '../page'

const names = (channels: readonly { name: string }[]) => channels.map(({ name }) => name).sort()

/** What `$echo` does, in any build of Alpine. */
export function ownsByMagic(page: AlpinePage): void {
  describe('$echo', () => {
    it('listens from init(), and everything goes with the component', async () => {
      const { server } = await page.rig()
      const heard = vi.fn()
      const { root } = await page.show({
        init() {
          this.$echo.channel('news').listen('Published', heard)
          this.$echo.private('orders').listen('Shipped', heard)
          this.$echo.encryptedPrivate('pay')
          this.$echo.join('chat').here(heard)
        },
      })
      expect(names(server.channels())).toEqual(['news', 'presence-chat', 'private-encrypted-pay', 'private-orders'])
      expect(heard).toHaveBeenCalledTimes(1)
      server.publish(['news', 'private-orders'], 'App\\Events\\Published', {})
      await advance(10)
      expect(heard).toHaveBeenCalledTimes(2)
      root.remove()
      await advance(1)
      server.publish('news', 'App\\Events\\Published', {})
      await advance(500)
      expect(heard).toHaveBeenCalledTimes(2)
      expect(server.channels()).toEqual([])
      expect(page.reported).toEqual([])
    })

    it('listens from an expression too, for the component that it stands in', async () => {
      const { server } = await page.rig()
      const heard = vi.fn()
      const { root } = await page.show(
        { heard },
        `<p x-init="$echo.listen('news', 'Published', heard)"></p>
         <div x-data="{}"><i x-init="$echo.private('orders')"></i></div>`,
      )
      await page.remove(root.querySelector('p'))
      server.publish('news', 'App\\Events\\Published', { id: 1 })
      await advance(10)
      expect(heard.mock.calls.map(([event]) => event)).toEqual([{ id: 1 }])
      await page.remove(root.querySelector('div'))
      expect(names(server.channels())).toEqual(['news'])
      await page.remove(root)
      expect(server.channels()).toEqual([])
    })

    it('goes with the element where no component is around it', async () => {
      const { server } = await page.rig()
      const element = document.createElement('p')
      element.setAttribute('x-init', "$echo.channel('news')")
      document.body.append(element)
      await advance(100)
      expect(names(server.channels())).toEqual(['news'])
      await page.remove(element)
      expect(server.channels()).toEqual([])
    })

    it('keeps what a method joined when the button that called it goes', async () => {
      const rig = await page.rig()
      const { root } = await page.show(
        {
          joined: false,
          names: [] as string[],
          enter() {
            this.$echo.join('chat').here((users: { name: string }[]) => {
              this.names = users.map(({ name }) => name)
            })
            this.joined = true
          },
        },
        `<template x-if="!joined"><button @click="enter"></button></template><p x-text="names.join()"></p>`,
      )
      root.querySelector('button')!.click()
      await advance(500)
      expect(root.querySelector('button')).toBeNull()
      expect(names(rig.server.channels())).toEqual(['presence-chat'])
      expect(root.textContent).toBe('Ada')
      await page.remove(root)
      expect(rig.server.channels()).toEqual([])
      expect(page.reported).toEqual([])
    })

    it('joins for the component by the $echo that was taken before the button went', async () => {
      const { server } = await page.rig()
      const { root } = await page.show(
        {
          waiting: false,
          async enter() {
            const { $echo } = this
            this.waiting = true
            await new Promise((resolve) => setTimeout(resolve, 50))
            $echo.join('lobby')
          },
        },
        `<template x-if="!waiting"><button @click="enter"></button></template>`,
      )
      root.querySelector('button')!.click()
      await advance(500)
      expect(root.querySelector('button')).toBeNull()
      expect(names(server.channels())).toEqual(['presence-lobby'])
      await page.remove(root)
      expect(server.channels()).toEqual([])
    })

    it('leaves by one button what another one joined', async () => {
      const { server } = await page.rig()
      const heard = vi.fn()
      const { root } = await page.show(
        {
          go() {
            this.$echo.channel('news').listen('Published', (event: object) => heard(event))
          },
        },
        `<button id="go" @click="go"></button><button id="bye" @click="$echo.leave('news')"></button>`,
      )
      const press = async (id: string) => {
        root.querySelector<HTMLElement>(`#${id}`)!.click()
        await advance(500)
      }
      await press('go')
      await press('bye')
      expect(server.channels()).toEqual([])
      await press('go')
      server.publish('news', 'App\\Events\\Published', {})
      await advance(10)
      expect(heard).toHaveBeenCalledTimes(1)
    })

    it.each([
      ['init()', ''],
      ['an expression', `<p x-init="$echo.channel('news')"></p>`],
    ])('joins from %s of a component that begins before it is on the page', async (_, html) => {
      const { server } = await page.rig()
      page.alpine.data('early', () => ({
        init(this: any) {
          if (!html) this.$echo.channel('news')
        },
      }))
      const root = document.createElement('div')
      root.setAttribute('x-data', 'early')
      root.innerHTML = html
      page.alpine.initTree(root)
      document.body.append(root)
      await advance(500)
      expect(names(server.channels())).toEqual(['news'])
      await page.remove(root)
      expect(server.channels()).toEqual([])
    })

    it('joins anew when its element comes back, and goes again, whatever was asked in between', async () => {
      const { server } = await page.rig()
      const { root, data } = await page.show({
        init() {
          this.$echo.channel('news')
        },
      })
      await page.remove(root)
      expect((data as any).$echo.channel('olds').status.get()).toBe('left')
      document.body.append(root)
      await advance(500)
      expect(names(server.channels())).toEqual(['news'])
      await page.remove(root)
      expect(server.channels()).toEqual([])
    })

    it('gives one component the same channel each time, until it leaves it', async () => {
      const { server, echo } = await page.rig()
      const { data } = await page.show({ own: (self: any) => self.$echo })
      const own = data.own(data)
      expect(own.private('orders')).toBe(own.private('orders'))
      expect(own.private('orders')).not.toBe(echo.private('orders'))
      const before = own.private('orders')
      own.leave('orders')
      expect(before.status.get()).toBe('left')
      expect(own.private('orders')).not.toBe(before)
      own.private('orders').unsubscribe()
      expect(own.private('orders').status.get()).not.toBe('left')
      await advance(100)
      expect(server.channels()).toHaveLength(1)
    })

    it('leaves what it has itself, by name or by wire name; what others hold stays theirs', async () => {
      const { server, echo } = await page.rig()
      const pinned = echo.private('a')
      const { data } = await page.show({ own: (self: any) => self.$echo })
      const own = data.own(data)
      const channels = [own.channel('a'), own.private('a'), own.encryptedPrivate('a'), own.join('a'), own.join('ba')]
      own.leave('a')
      own.leave('unheard-of')
      expect(channels.map(({ status }) => status.get())).toEqual(['left', 'left', 'left', 'left', 'joining'])
      own.leave('presence-ba')
      expect(channels.at(-1)?.status.get()).toBe('left')
      await advance(500)
      expect(pinned.status.get()).toBe('joined')
      expect(names(server.channels())).toEqual(['private-a'])
    })

    it('asks the server again for a channel that has failed', async () => {
      const { auth } = await page.rig()
      auth.next({ status: 403 })
      const { data } = await page.show({ own: (self: any) => self.$echo.private('orders') })
      const channel = data.own(data)
      await advance(100)
      expect(channel.status.get()).toBe('failed')
      data.own(data)
      await advance(100)
      expect(channel.status.get()).toBe('joined')
    })

    it('waits while the Echo is disconnected, as x-echo does, and joins when it connects', async () => {
      const { server, echo } = await page.rig()
      echo.disconnect()
      await page.show({}, `<p x-init="$echo.channel('a')"></p><p x-echo="{ public: 'b' }"></p>`)
      expect(page.reported).toEqual([])
      echo.connect()
      await advance(200)
      expect(names(server.channels())).toEqual(['a', 'b'])
    })

    it('whispers', async () => {
      const ada = await page.rig()
      const grace = await page.rig({ on: ada.server })
      const heard = vi.fn()
      ada.echo.private('chat').listenForWhisper('typing', heard)
      await page.show({}, `<p x-init="$echo.private('chat').whisper('typing', { name: 'Grace' })"></p>`)
      await advance(100)
      expect(heard.mock.calls[0]?.[0]).toEqual({ name: 'Grace' })
      expect(grace.errors).toEqual([])
    })

    it.each([
      ['asked before', true],
      ['never asked', false],
    ])('gives a channel that is dead to what comes back after the component went, and had %s', async (_, asked) => {
      const { server, auth } = await page.rig()
      let done = () => {}
      const waited = new Promise<void>((resolve) => {
        done = resolve
      })
      const { root } = await page.show({
        async init() {
          const early = asked && this.$echo
          await waited
          if (early) early.private('orders').listen('Shipped', () => {})
          this.$echo.private('late').listen('Shipped', () => {})
        },
      })
      await page.remove(root)
      done()
      await advance(500)
      expect(auth.requests).toEqual([])
      expect(server.channels()).toEqual([])
      expect(page.reported).toEqual([])
    })

    it('gives a channel that is dead to an $echo of before, though the element came back', async () => {
      const { server } = await page.rig()
      const { root, data } = await page.show({ own: (self: any) => self.$echo })
      const early = data.own(data)
      await page.remove(root)
      document.body.append(root)
      await advance(100)
      expect(early.channel('news').status.get()).toBe('left')
      await advance(500)
      expect(server.channels()).toEqual([])
    })

    it('gives a nested component that went a channel that is dead, while the one around it lives on', async () => {
      const { server } = await page.rig()
      const { root } = await page.show({}, '<div x-data="{}"></div>')
      const inner = root.querySelector('div')!
      const data = page.alpine.$data(inner) as any
      await page.remove(inner)
      expect(data.$echo.channel('news').status.get()).toBe('left')
      await advance(500)
      expect(server.channels()).toEqual([])
    })
  })
}
