import { describe, expect, it } from 'vitest'
import { advance } from '../../../support/clock'
import type { AlpinePage } from '../page'

/** `window.Echo` as components used it before there was a plugin, kept in their reactive data. */
export function worksWithoutThePlugin(page: AlpinePage): void {
  describe('window.Echo in x-data', () => {
    it('works in init() and destroy(), with Echo and channels kept in the component', async () => {
      const { server } = await page.rig()
      const { root, data } = await page.show(
        {
          echo: undefined as any,
          room: undefined as any,
          names: [] as string[],
          init() {
            this.echo = (globalThis as any).Echo
            this.room = this.echo.join('chat.1')
            this.room
              .here((users: { name: string }[]) => {
                this.names = users.map(({ name }) => name)
              })
              .listen('MessageSent', ({ text }: { text: string }) => this.names.push(text))
          },
          destroy() {
            this.echo.leave('chat.1')
          },
        },
        `<p x-text="names.join()"></p>`,
      )
      server.publish('presence-chat.1', 'App\\Events\\MessageSent', { text: 'hello' })
      await advance(10)
      expect(root.textContent).toBe('Ada,hello')
      expect(data.room).toBe((globalThis as any).Echo.join('chat.1'))
      expect([data.room.status.get(), data.echo.connectionStatus(), data.room.presence.get().count]).toEqual([
        'joined',
        'connected',
        1,
      ])
      expect(data.echo.connector.pusher.connection.state).toBe('connected')
      await page.remove(root)
      expect(server.channels()).toEqual([])
      expect(page.reported).toEqual([])
    })

    it('keeps leases and $echo in a component, too', async () => {
      const { server, echo } = await page.rig()
      const { root, data } = await page.show({
        lease: undefined as any,
        own: undefined as any,
        init() {
          this.lease = echo.lease('private', 'orders')
          this.own = this.$echo
        },
        destroy() {
          this.lease.release()
        },
      })
      expect(data.own.private('orders').name).toBe('private-orders')
      expect(data.lease.channel.status.get()).toBe('joined')
      await page.remove(root)
      expect(server.channels()).toEqual([])
    })
  })
}
