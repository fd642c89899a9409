import { describe, expect, it } from 'vitest'
import { eventually, Stage, unavoidable } from './stage'

const stage = new Stage()

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
    const ada = await stage.visit('Ada')
    const grace = await stage.visit('Grace')
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
