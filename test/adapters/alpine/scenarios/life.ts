import { describe, expect, it } from 'vitest'
import { advance } from '../../../support/clock'
import type { AlpinePage } from '../page'

const names = (channels: readonly { name: string }[]) => channels.map(({ name }) => name).sort()

/** When `$echo` gives channels and when they end, in any build of Alpine. */
export function livesAsTheComponent(page: AlpinePage): void {
  describe('$echo, as its component comes and goes,', () => {
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
