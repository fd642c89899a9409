import { expect, it } from 'vitest'
import { eventually, Gathering } from '../support/gathering'
import { Session } from '../support/session'

const gathering = new Gathering()

const path = '/livewire-orders'
const { application } = gathering.target
const { status } = await new Session(application).ask('GET', path)
const installed = status !== 404

it.skipIf(!installed)(
  `a Livewire component hears others by window.Echo, and is left out of what it broadcasts${installed ? '' : ': Livewire is not installed'}`,
  async () => {
    const [ada, ben] = [await gathering.user('Ada'), await gathering.user('Ben')]
    for (const { page } of [ada, ben]) {
      await page.goto(`${application}${path}`)
      await page.waitForFunction(() => (window as any).Echo.connector.channels['private-orders.1'])
      await page.evaluate(() => (window as any).Echo.private('orders.1').ready())
    }
    const list = ({ page }: typeof ada) => page.getByRole('listitem').allInnerTexts()
    const ship = ({ page }: typeof ada) => page.getByRole('button', { name: 'Ship' }).click()
    await ship(ada)
    await eventually(() => list(ben)).toEqual(['Order 1'])
    await ship(ben)
    await eventually(() => list(ada)).toEqual(['Order 1'])
    expect(await list(ben)).toEqual(['Order 1'])
  },
)
