import { EchoError } from 'antiphon'
import LaravelEcho from 'laravel-echo'
import { describe, expect, it, vi } from 'vitest'
import { advance } from '../../../support/clock'
import type { AlpinePage } from '../page'

/** Mistakes are reported as Alpine does it, and stay with their element. */
export function reportsMistakes(page: AlpinePage): void {
  describe('a mistake', () => {
    it.each([
      [`'orders.1'`, 'invalid-option', 'x-echo: say one of public, private, encrypted, presence'],
      [`null`, 'invalid-option', 'x-echo: say one of'],
      [`{ on: { Shipped: show } }`, 'invalid-option', 'x-echo: say one of'],
      [`{ public: 'a', private: 'a' }`, 'invalid-option', 'x-echo: say one of'],
      [`{ presense: 'a' }`, 'invalid-option', 'x-echo: say one of'],
      [`{ private: 'a', onn: { Shipped: show } }`, 'invalid-option', 'x-echo: private has no onn, only on, whispers'],
      [`{ private: 'a', whisper: show }`, 'invalid-option', 'x-echo: private has no whisper, only on, whispers'],
      [`{ private: 'a', here: show }`, 'invalid-option', 'x-echo: private has no here'],
      [`{ private: 1 }`, 'invalid-channel', 'x-echo: private needs a name or null'],
      [`{ private: undefined }`, 'invalid-channel', 'x-echo: private needs a name or null'],
      [`{ private: '' }`, 'invalid-channel', 'A private channel needs a name'],
      [`{ private: 'a', on: { Shipped: 'show' } }`, 'invalid-listener', 'x-echo: listen Shipped is no function'],
      [`{ private: 'a', on: { Shipped: show() } }`, 'invalid-listener', 'x-echo: listen Shipped is no function'],
      [`{ private: 'a', error: 1 }`, 'invalid-listener', 'x-echo: error is no function'],
    ])('x-echo="%s" is reported', async (expression, code, message) => {
      const { server } = await page.rig()
      const heard = vi.fn()
      const html = `<p x-echo="${expression}"></p><i x-echo="{ public: 'news', on: { Published: heard } }"></i>`
      await page.show({ show: () => {}, heard }, html)
      expect(page.reported).toEqual([expect.any(EchoError)])
      expect(page.reported[0]).toMatchObject({ code, hint: expect.stringContaining(code) })
      expect(page.reported[0].message).toContain(message)
      server.publish('news', 'App\\Events\\Published', {})
      await advance(10)
      expect(heard).toHaveBeenCalledTimes(1)
    })

    it('later on ends what was heard before, and is mended by the next change', async () => {
      const { server } = await page.rig()
      const { data } = await page.show({ room: 'a' as unknown }, `<p x-echo="{ public: room }"></p>`)
      data.room = undefined
      await advance(500)
      expect(page.reported).toHaveLength(1)
      expect(server.channels()).toEqual([])
      data.room = 'b'
      await advance(100)
      expect(server.channels().map(({ name }) => name)).toEqual(['b'])
    })

    it('a verb that throws leaves nothing behind, and the next change begins anew', async () => {
      const { server, echo } = await page.rig()
      const channels = Object.getPrototypeOf(echo.lease('public', 'any').channel)
      const verb = vi.spyOn(channels, 'listen').mockImplementationOnce(() => {
        throw new Error('patched')
      })
      const { data } = await page.show(
        { room: 'a', heard: () => {} },
        `<p x-echo="{ private: room, on: { A: heard } }"></p>`,
      )
      const names = () => server.channels().map(({ name }) => name)
      await advance(500)
      expect(names()).toEqual(['any'])
      data.room = 'b'
      await advance(100)
      expect(verb).toHaveBeenCalledTimes(2)
      expect(page.reported.map(String)).toEqual(['Error: patched'])
      expect(names()).toEqual(['any', 'private-b'])
    })

    it('a variable that is not there is what Alpine says it is', async () => {
      const { server } = await page.rig()
      await page.show({}, `<p x-echo="{ public: 'a', on: { A: missing } }"></p><i x-echo="{ public: 'b' }"></i>`)
      expect(String(page.reported[0])).toContain('missing')
      expect(server.channels().map(({ name }) => name)).toEqual(['b'])
    })

    it.each([
      ['none', undefined],
      ['the class', class {}],
      ['another library’s', new LaravelEcho({ broadcaster: 'null' })],
    ])('no Echo: %s', async (_, Echo) => {
      vi.stubGlobal('Echo', Echo)
      await page.show(
        {},
        `<p x-echo="{ public: 'a' }"></p><i x-init="$echo.channel('a')"></i><b x-text="'still here'"></b>`,
      )
      expect(page.reported.map(({ code, message }) => [code, message])).toEqual([
        ['not-configured', expect.stringMatching(/^x-echo needs an Echo.*Alpine\.plugin\(antiphon\(echo\)\)/)],
        ['not-configured', expect.stringMatching(/^\$echo needs an Echo.*Alpine\.plugin\(antiphon\(echo\)\)/)],
      ])
      expect(document.body.textContent).toBe('still here')
      vi.unstubAllGlobals()
    })

    it('a listener that throws takes nobody else down', async () => {
      const { server, errors } = await page.rig()
      const heard = vi.fn()
      const mistake = new Error('mine')
      const data = {
        heard,
        fail() {
          throw mistake
        },
      }
      await page.show(
        data,
        `<p x-echo="{ public: 'a', on: { A: fail } }"></p><p x-echo="{ public: 'a', on: { A: heard } }"></p>`,
      )
      server.publish('a', 'App\\Events\\A', {})
      await advance(10)
      expect(errors).toEqual([mistake])
      expect(heard).toHaveBeenCalledTimes(1)
    })
  })
}
