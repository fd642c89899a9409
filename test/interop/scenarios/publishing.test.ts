import type { Echo } from 'antiphon'
import { describe, expect, it } from 'vitest'
import { eventually, Gathering } from '../support/gathering'
import type { Member } from '../support/member'

declare const echo: Echo<'reverb'>
declare const tell: (what: string, value?: unknown) => void

const gathering = new Gathering()

/** Who sends is on the node that Laravel publishes to; across nodes some versions of Reverb do not know the sender. */
const elsewhere = { node: -1 }

const listenToOrder = async ({ page }: Member) => {
  await page.evaluate(async () => {
    await echo
      .private('orders.1')
      .listen('OrderShipped', (event: unknown) => tell('shipped', event))
      .listen('.order.renamed', (event: unknown) => tell('renamed', event))
      .ready()
  })
}

describe('what Laravel broadcasts', () => {
  it('reaches others but not the page whose axios asked for it (`toOthers`)', async () => {
    const [ada, ben] = [await gathering.connected('Ada'), await gathering.connected('Ben', {}, elsewhere)]
    await listenToOrder(ada)
    await listenToOrder(ben)
    await ada.post('/orders/1/ship/others')
    await ada.post('/orders/1/rename', { name: 'later' })
    await eventually(() => ben.told('shipped')).toEqual([{ order: 1 }])
    await eventually(() => ada.told('renamed')).toEqual([{ to: 'later' }])
    expect(await ada.told('shipped')).toEqual([])
  })

  it('reaches others but not the page whose fetch carried `socketHeaders()`, and all without them', async () => {
    const [ada, ben] = [await gathering.connected('Ada'), await gathering.connected('Ben', {}, elsewhere)]
    await listenToOrder(ada)
    await listenToOrder(ben)
    const ship = (withId: boolean) =>
      ada.page.evaluate(async (known) => {
        const csrf = document.querySelector('meta[name="csrf-token"]')?.getAttribute('content') ?? ''
        const headers = { 'X-CSRF-TOKEN': csrf, ...(known ? echo.socketHeaders() : {}) }
        const { status } = await fetch('/orders/1/ship/others', { method: 'POST', headers })
        return status
      }, withId)
    expect(await ship(true)).toBe(200)
    await eventually(() => ben.told('shipped')).toHaveLength(1)
    expect(await ship(false)).toBe(200)
    await eventually(() => ben.told('shipped')).toHaveLength(2)
    await eventually(() => ada.told('shipped')).toHaveLength(1)
  })

  it('comes by the name that `broadcastAs` gives, with what `broadcastWith` gives', async () => {
    const ada = await gathering.connected('Ada')
    await listenToOrder(ada)
    await ada.post('/orders/1/rename', { name: 'Tulips' })
    await eventually(() => ada.told('renamed')).toEqual([{ to: 'Tulips' }])
  })

  it('comes once for each of 150 channels, which is more than Laravel publishes to at once', async () => {
    const ada = await gathering.connected('Ada', { namespace: false })
    await ada.page.evaluate(async () => {
      const channels = Array.from({ length: 150 }, (_, index) => echo.channel(`news.${index + 1}`))
      for (const channel of channels)
        channel.listen('App.Events.NewsPublished', (event: unknown, meta: { channel: string }) =>
          tell('news', { event, channel: meta.channel }),
        )
      await Promise.all(channels.map((channel) => channel.ready()))
    })
    await ada.post('/news', { channels: 150, headline: 'It rains' })
    await eventually(async () => (await ada.told('news')).length).toBe(150)
    const told = await ada.told('news')
    expect(new Set(told.map(({ channel }) => channel)).size).toBe(150)
    expect(new Set(told.map(({ event }) => JSON.stringify(event)))).toEqual(new Set(['{"headline":"It rains"}']))
  })

  it('comes in a batch of several events for several channels', async () => {
    const ada = await gathering.connected('Ada')
    await ada.page.evaluate(async () => {
      const orders = [1, 2, 3].map((order) =>
        echo.private(`orders.${order}`).listen('OrderShipped', (event: unknown) => tell('shipped', event)),
      )
      await Promise.all(orders.map((order) => order.ready()))
    })
    await ada.post('/orders/import', { orders: [1, 2, 3] })
    await eventually(() => ada.told('shipped')).toEqual([{ order: 1 }, { order: 2 }, { order: 3 }])
  })

  it('comes as a notification, to all who listen and to those who listen to its type', async () => {
    const ada = await gathering.connected('Ada')
    await ada.page.evaluate(async () => {
      await echo
        .private('App.Models.User.1')
        .notification((notification: unknown) => tell('any', notification))
        .notification('App\\Notifications\\InvoicePaid', (notification: unknown) => tell('paid', notification))
        .notification('App.Notifications.TrialEnding', (notification: unknown) => tell('trial', notification))
        .ready()
    })
    await ada.post('/invoices/250/pay')
    const id = expect.stringMatching(/^[\da-f-]{36}$/)
    const paid = { amount: 250, id, type: 'App\\Notifications\\InvoicePaid' }
    const trial = { days: 3, id, type: 'App\\Notifications\\TrialEnding' }
    await eventually(() => ada.told('any')).toEqual([trial, paid])
    expect(await ada.told('paid')).toEqual([paid])
    expect(await ada.told('trial')).toEqual([trial])
  })

  it('comes from a model that broadcasts what becomes of it', async () => {
    const [ada, ben] = [await gathering.connected('Ada'), await gathering.connected('Ben')]
    const { id } = await ada.page.evaluate(async () => {
      const { data } = await (window as any).axios.post('/posts', { title: 'Draft' })
      return data as { id: number }
    })
    await ben.page.evaluate(async (post) => {
      await echo
        .private(`App.Models.Post.${post}`)
        .listen('.PostUpdated', (event: unknown) => tell('updated', event))
        .listen('.PostDeleted', (event: unknown) => tell('deleted', event))
        .ready()
    }, id)
    await ada.page.evaluate((post) => (window as any).axios.put(`/posts/${post}`, { title: 'Final' }), id)
    await ada.page.evaluate((post) => (window as any).axios.delete(`/posts/${post}`), id)
    const shape = { connection: null, queue: null, afterCommit: false }
    await eventually(() => ben.told('updated')).toMatchObject([{ model: { id, title: 'Final' }, ...shape }])
    await eventually(() => ben.told('deleted')).toMatchObject([{ model: { id }, ...shape }])
  })

  it('waits for a queue worker, but for `ShouldBroadcastNow`', async () => {
    const ada = await gathering.connected('Ada')
    await ada.page.evaluate(async () => {
      await echo
        .channel('reports')
        .listen('ReportFinished', (event: unknown) => tell('report', { finished: event }))
        .listen('AlarmRaised', (event: unknown) => tell('report', { alarm: event }))
        .ready()
    })
    const report = Date.now()
    await ada.post(`/reports/${report}`)
    await eventually(() => ada.told('report')).toEqual([{ alarm: { report } }])
    await ada.post('/queue/work')
    await eventually(() => ada.told('report')).toEqual([{ alarm: { report } }, { finished: { report } }])
  })
})
