import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { startDemo } from './demo'
import { Stage } from './stage'

const stage = new Stage()

describe('the page', () => {
  it.each([
    { width: 390, height: 844 },
    { width: 1280, height: 800 },
  ])('needs no scrolling sideways at $width pixels', async (size) => {
    const ada = await stage.stranger()
    await ada.page.setViewportSize(size)
    await ada.join(stage.url, 'A name of 24 characters!')
    await ada.say('W'.repeat(200))
    const overflow = await ada.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  })

  it('names every control for who cannot see it', async () => {
    const ada = await stage.visit('Ada')
    const unnamed = await ada.page
      .locator('button:visible, input:visible')
      .evaluateAll((controls) =>
        controls.filter(
          (control) => !control.ariaLabel && !control.textContent && !(control as HTMLInputElement).labels?.length,
        ),
      )
    expect(unnamed).toEqual([])
  })

  it('is served with a policy that allows scripts, styles and sockets of its own servers only', async () => {
    const policy = (await fetch(stage.url)).headers.get('content-security-policy')
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/)
    expect(policy).not.toMatch(/unsafe/)
    expect((await fetch(`${stage.url}/favicon.svg`)).status).toBe(200)
  })
})

describe('its server', () => {
  it('takes the next free port when its own is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const demo = await startDemo(port)
    try {
      expect(Number(new URL(demo.url).port)).toBeGreaterThan(port)
      expect((await fetch(demo.url)).status).toBe(200)
    } finally {
      await demo.stop()
      other.close()
    }
  })
})
