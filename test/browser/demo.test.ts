import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { startDemo } from './demo'
import { eventually, Stage, unavoidable } from './stage'

const stage = new Stage()

describe('the room', () => {
  it('shows who arrives and who leaves', async () => {
    const ada = await stage.visit('Ada')
    expect(await ada.members()).toEqual(['Ada'])
    const grace = await stage.visit('Grace')
    await eventually(() => ada.members()).toEqual(['Ada', 'Grace'])
    await eventually(() => grace.members()).toEqual(['Ada', 'Grace'])
    expect(await ada.text('count')).toBe('2 here')
    await grace.leave()
    await eventually(() => ada.members()).toEqual(['Ada'])
  })

  it('brings a message to everybody once, and never back to the connection that sent it', async () => {
    const [ada, grace] = await stage.pair()
    await ada.say('Hello, Grace')
    await eventually(() => grace.messages()).toContain('Hello, Grace')
    await grace.say('Hello, Ada')
    await eventually(() => ada.messages()).toContain('Hello, Ada')
    const count = (visitor: typeof ada, text: string) => visitor.received.filter((frame) => frame.includes(text)).length
    expect([count(ada, 'Hello, Grace'), count(grace, 'Hello, Grace')]).toEqual([0, 1])
    expect([count(ada, 'Hello, Ada'), count(grace, 'Hello, Ada')]).toEqual([1, 0])
    for (const visitor of [ada, grace]) {
      const messages = await visitor.messages()
      expect(messages.filter((text) => text.startsWith('Hello'))).toEqual(['Hello, Grace', 'Hello, Ada'])
    }
  })

  it('shows what was said before to who comes later, as text and never as markup', async () => {
    const ada = await stage.visit('<b>Ada</b>')
    await ada.say('<img src=x onerror=alert(1)>')
    const grace = await stage.visit('Grace')
    await eventually(() => grace.messages()).toContain('<img src=x onerror=alert(1)>')
    expect(await grace.members()).toEqual(['<b>Ada</b>', 'Grace'])
  })

  it('shows who is typing until the message is there', async () => {
    const [ada, grace] = await stage.pair()
    await ada.page.getByLabel('Message', { exact: true }).pressSequentially('So many keys')
    await eventually(() => grace.text('typing')).toBe('Ada is typing …')
    expect(await ada.text('typing')).toBe('')
    await ada.click('Send')
    await eventually(() => grace.text('typing')).toBe('')
    await eventually(() => grace.messages()).toContain('So many keys')
    const whispers = () => grace.received.filter((frame) => frame.includes('client-typing'))
    await eventually(() => whispers().at(-1)).toContain('"active":false')
    expect(whispers().length).toBeLessThanOrEqual(3)
    expect(await grace.text('typing')).toBe('')
  })

  it('tells somebody that another waves at them, and nobody else', async () => {
    const [ada, grace] = await stage.pair()
    await ada.click('Wave at Grace')
    await eventually(() => grace.text('toasts')).toBe('Ada waves at you.')
    expect(await ada.text('toasts')).toBe('')
  })

  it('knows a person again after a reload', async () => {
    const ada = await stage.visit('Ada')
    await ada.page.reload()
    await eventually(() => ada.members()).toEqual(['Ada'])
    await ada.click('Leave')
    await ada.page.getByLabel('Your name').waitFor()
  })
})

describe('the order', () => {
  it('changes on the page when its status changes on the server', async () => {
    const ada = await stage.visit('Ada')
    const step = () => ada.page.locator('[aria-current=step]').innerText()
    expect(await step()).toBe('Placed')
    await ada.click('Next step')
    await eventually(step).toBe('Packed')
    await ada.click('Next step')
    await eventually(step).toBe('Shipped')
    await eventually(() => ada.text('toasts')).toMatch(/^Your order \d+ is on its way\.$/)
  })

  it('is told to its owner alone', async () => {
    const [ada, grace] = await stage.pair()
    await ada.click('Next step')
    await eventually(() => ada.page.locator('[aria-current=step]').innerText()).toBe('Packed')
    await ada.say('Packed')
    await eventually(() => grace.messages()).toContain('Packed')
    expect(grace.received.filter((frame) => frame.includes('OrderStatusChanged'))).toEqual([])
    expect(await grace.page.locator('[aria-current=step]').innerText()).toBe('Placed')
  })

  it('of somebody else is refused with what went wrong and what to do, and the rest goes on', async () => {
    stage.allow(unavoidable.refusedRequest)
    const ada = await stage.visit('Ada')
    await ada.click('Open another’s order')
    await eventually(() => ada.text('refusal')).toMatch(/private-orders\.\d+.*403.*docs\/errors\.md#auth-refused/s)
    await ada.click('Next step')
    await eventually(() => ada.page.locator('[aria-current=step]').innerText()).toBe('Packed')
  })
})

describe('the figures', () => {
  it('come by themselves, on a channel that needs no authorization', async () => {
    const ada = await stage.visit('Ada')
    const points = async () => (await ada.page.locator('#spark').getAttribute('points'))?.split(' ').length ?? 0
    await eventually(points).toBeGreaterThan(1)
    expect(await ada.text('memory')).toMatch(/^\d+\.\d$/)
    expect(await ada.text('connections')).toBe('1 connection')
  })
})

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
  it('and its script are under 300 lines of code, to be read in one go', async () => {
    const demo = new URL('../../examples/demo/', import.meta.url)
    const sources = await Promise.all(['page.js', 'server.mjs'].map((name) => readFile(new URL(name, demo), 'utf8')))
    const code = sources.flatMap((source) => source.split('\n').filter((line) => !/^\s*(\/\/.*)?$/.test(line)))
    expect(code.length).toBeLessThan(300)
  })

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
