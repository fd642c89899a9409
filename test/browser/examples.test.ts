import type { Visitor } from './visitor'
import { describe, expect, it } from 'vitest'
import { eventually, Stage } from './stage'

const stage = new Stage()

/** Somebody on the page of an example. */
async function open(example: string, name: string): Promise<Visitor> {
  const visitor = await stage.stranger()
  await visitor.page.goto(`${stage.url}/examples/${example}/?name=${name}`)
  return visitor
}

/** Ada and Grace, each in a browser of her own. */
const pair = (example: string) => Promise.all([open(example, 'Ada'), open(example, 'Grace')])

const status = ({ page }: Visitor) => page.getByRole('status').first().innerText()
const rows = ({ page }: Visitor) => page.locator('tbody tr td:first-child').allInnerTexts()

/** How often a channel was subscribed, and asked for at the application. */
const cost = (visitor: Visitor) => ({
  subscribed: visitor.received.filter((frame) => frame.includes('subscription_succeeded')).length,
  authorized: visitor.contacted.filter((url) => url.endsWith('/broadcasting/auth')).length,
})

it('lists the examples on the start page', async () => {
  const visitor = await stage.stranger()
  await visitor.page.goto(stage.url)
  const links = await visitor.page
    .locator('.links a')
    .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href))
  expect(links).toHaveLength(9)
  for (const link of links) expect((await visitor.page.request.get(link)).status()).toBe(200)
})

describe('order status (Alpine, script tag)', () => {
  it('moves on for everybody who looks at the order, and notifies who asked', async () => {
    const [ada, grace] = await pair('order-status')
    const current = ({ page }: Visitor) => page.locator('[aria-current=step]').innerText()
    for (const visitor of [ada, grace]) await eventually(() => status(visitor)).toBe('connected')
    for (const step of ['Packed', 'Shipped', 'Delivered']) {
      await ada.click('Next step')
      for (const visitor of [ada, grace]) await eventually(() => current(visitor)).toBe(step)
    }
    const toasts = ({ page }: Visitor) => page.locator('.toasts p').allInnerTexts()
    expect(await toasts(ada)).toEqual(['Order 1001 is on its way.'])
    expect(await toasts(grace)).toEqual([])
  })
})

describe('a live table (React)', () => {
  it('shows what others do, on every page of it', async () => {
    const [ada, grace] = await pair('live-table')
    await eventually(() => rows(ada)).toHaveLength(6)
    await grace.click('Older')
    await eventually(() => grace.page.locator('nav span').innerText()).toContain('Page 2')
    const [first] = await rows(ada)
    const next = String(Number(first) + 1)
    await ada.click('Place an order')
    await eventually(async () => (await rows(ada))[0]).toBe(next)
    await eventually(async () => (await rows(grace))[0]).toBe(String(Number(next) - 6))
    await ada.click(`Pay ${next}`)
    await eventually(() => ada.page.locator('tbody tr').first().innerText()).toContain('yes')
  })

  it('is right again after a gap', async () => {
    const [ada, grace] = await pair('live-table')
    for (const visitor of [ada, grace]) await eventually(() => rows(visitor)).toHaveLength(6)
    const newest = Number((await rows(ada))[0]) + 3
    const expected = Array.from({ length: 6 }, (_, index) => String(newest - index))
    await grace.click('Cut my connection, and place three')
    for (const visitor of [ada, grace]) await eventually(() => rows(visitor)).toEqual(expected)
    await eventually(() => status(grace)).toBe('connected')
  })

  it('mounts twice, as StrictMode does, at the cost of once', async () => {
    const ada = await open('live-table', 'Ada')
    await eventually(() => rows(ada)).toHaveLength(6)
    expect(cost(ada)).toEqual({ subscribed: 1, authorized: 0 })
  })
})

describe('who is online, and a chat (Vue)', () => {
  it('shows who is there, and every message once', async () => {
    const [ada, grace] = await pair('chat')
    const online = ({ page }: Visitor) => page.locator('.members .name').allInnerTexts()
    await eventually(async () => (await online(ada)).sort()).toEqual(['Ada (you)', 'Grace'])
    await ada.page.getByLabel('Message', { exact: true }).fill('   ')
    await ada.click('Send')
    for (const [visitor, text] of [
      [ada, 'Hello, Grace'],
      [grace, 'Hello, Ada'],
    ] as const) {
      await visitor.page.getByLabel('Message', { exact: true }).fill(text)
      await visitor.click('Send')
      await eventually(() => visitor.page.locator('.messages p').last().innerText()).toContain(text)
    }
    for (const visitor of [ada, grace])
      await eventually(() => visitor.page.locator('.messages p').allInnerTexts()).toEqual([
        'Ada Hello, Grace',
        'Grace Hello, Ada',
      ])
    await grace.leave()
    await eventually(() => online(ada)).toEqual(['Ada (you)'])
  })
})

describe('a dashboard (Svelte)', () => {
  it('draws what is measured', async () => {
    const visitors = await pair('dashboard')
    for (const visitor of visitors) {
      const { page } = visitor
      await eventually(() => status(visitor)).toBe('connected')
      await eventually(() => page.locator('article h2').allInnerTexts()).toEqual(['Oslo', 'Lima', 'Pune'])
      await eventually(() => page.locator('polyline').first().getAttribute('points')).toMatch(
        /^[\d.]+,\d+( [\d.]+,\d+)+$/,
      )
    }
  })
})

describe('who is typing (all four)', () => {
  it('shows in each framework what is typed in another', async () => {
    const visitor = await open('typing', '')
    const frames = ['React', 'Vue', 'Svelte', 'Alpine'].map((title) =>
      visitor.page.frameLocator(`iframe[title=${title}]`),
    )
    for (const frame of frames)
      await eventually(async () => (await frame.locator('.soft').innerText()).split(', ').sort().join()).toBe(
        'Alpine,React,Svelte,Vue',
      )
    for (const [index, frame] of frames.entries()) {
      const text = `number ${index}`
      await frame.getByLabel('Text').fill(text)
      for (const other of frames.filter((one) => one !== frame))
        await eventually(() => other.getByRole('status').innerText()).toContain(text)
    }
  })
})

describe('a shared document (React)', () => {
  it('shows the newest version to everybody, and never an older one again', async () => {
    const [ada, grace] = await pair('shared-document')
    const document = ({ page }: Visitor) => page.getByLabel('Document').inputValue()
    const version = ({ page }: Visitor) => page.locator('output').innerText()
    await eventually(() => version(ada)).toBe('1')
    await eventually(() => version(grace)).toBe('1')
    await ada.page.getByLabel('Document').fill('Ada was here.')
    await ada.click('Save')
    for (const visitor of [ada, grace]) {
      await eventually(() => version(visitor)).toBe('2')
      expect(await document(visitor)).toBe('Ada was here.')
    }
    const replayed = () => grace.received.filter((frame) => frame.includes('An old version.')).length
    await ada.click('Send an old version again')
    await eventually(replayed).toBe(1)
    expect(await document(grace)).toBe('Ada was here.')
  })

  it('lets who was overtaken choose', async () => {
    const [ada, grace] = await pair('shared-document')
    const document = ({ page }: Visitor) => page.getByLabel('Document').inputValue()
    await eventually(() => document(grace)).not.toBe('')
    await eventually(() => document(ada)).not.toBe('')
    await grace.page.getByLabel('Document').fill('What Grace began')
    await ada.page.getByLabel('Document').fill('What Ada saved')
    await ada.click('Save')
    await grace.click('Take what Ada wrote')
    expect(await document(grace)).toBe('What Ada saved')
  })
})

describe('an activity feed (Vue)', () => {
  it('announces what others do, and loads what was missed', async () => {
    const [ada, grace] = await pair('activity-feed')
    const list = ({ page }: Visitor) =>
      page.getByRole('list', { name: 'Activities' }).getByRole('listitem').allInnerTexts()
    for (const visitor of [ada, grace]) await eventually(() => status(visitor)).toBe('connected')
    await ada.click('OrderShipped')
    for (const visitor of [ada, grace]) {
      await visitor.click('1 new')
      await eventually(async () => (await list(visitor))[0]).toContain('Ada shipped')
    }
    await grace.click('Cut my connection, and miss one')
    await grace.click('1 new')
    await eventually(async () => (await list(grace))[0]).toContain('Grace was paid for what you did not hear')
  })
})

describe('what Livewire calls (Livewire)', () => {
  it('keeps one component alive when the other leaves the room for each of its listeners', async () => {
    const [ada, grace] = await pair('livewire')
    const readers = ({ page }: Visitor) => page.locator('#readers').innerText()
    for (const visitor of [ada, grace])
      await eventually(async () => (await readers(visitor)).split(', ').sort().join()).toBe('Ada,Grace')
    await ada.click('Like')
    for (const { page } of [ada, grace])
      await eventually(() => page.locator('#likes').innerText()).toContain('last by Ada')
    await ada.click('Remove this component')
    await grace.leave()
    await eventually(() => readers(ada)).toBe('Ada')
  })
})
