import { readFileSync } from 'node:fs'
import type { Echo } from 'antiphon'
import { expect, it } from 'vitest'
import { eventually, Gathering } from '../support/gathering'
import type { Member } from '../support/member'

declare const echo: Echo<'reverb'>
declare const tell: (what: string, value?: unknown) => void

const gathering = new Gathering()

const own = '/broadcasting/auth'
const batch = '/broadcasting/auth-batch'

/** Joins so many private channels at once; gives the time that it took, in milliseconds. */
const join = ({ page }: Member, count: number) =>
  page.evaluate(async (wanted) => {
    const start = performance.now()
    const channels = Array.from({ length: wanted }, (_, index) => echo.private(`orders.${index + 1}`))
    for (const channel of channels)
      channel.listen('OrderShipped', ({ order }: { order: number }) => tell('order', order))
    await Promise.all(channels.map((channel) => channel.ready()))
    return performance.now() - start
  }, count)

const note = (what: string, took: number) => process.stdout.write(`  ${what}: ${Math.round(took)} ms\n`)

it('joins 100 private channels with a request for each', async () => {
  const ada = await gathering.connected('Ada')
  note('100 private channels, a request for each', await join(ada, 100))
  expect(await ada.asked(own)).toHaveLength(100)
  await ada.post('/orders/100/ship')
  await eventually(() => ada.told('order')).toEqual([100])
})

it('has the batch route that the docs give, word for word', () => {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
  const [, route] = /```php\n\/\/ routes\/web\.php\n([^`]*auth-batch[^`]*)```/.exec(read('docs/auth.md')) ?? []
  expect(read('test/interop/laravel/routes/auth-batch.php')).toBe(`<?php\n\n${route}`)
})

it('joins 100 private channels with one request, by that route', async () => {
  const ada = await gathering.connected('Ada', { authEndpoint: batch, auth: { batch: true } })
  note('100 private channels, one request for all', await join(ada, 100))
  const [asked, ...more] = await ada.asked(batch)
  expect(asked?.fields.get('channel_name[99]')).toBe('private-orders.100')
  expect(more).toEqual([])
  await ada.post('/orders/100/ship')
  await eventually(() => ada.told('order')).toEqual([100])
})

it('lets one channel of a batch be refused, and another fail, alone', async () => {
  const ada = await gathering.connected('Ada', { authEndpoint: batch, auth: { batch: true } })
  await ada.page.evaluate(async () => {
    const failed = (name: string) => (error: any) => tell('failed', `${name} ${error.code} ${error.status}`)
    echo.private('App.Models.User.2').error(failed('Ben’s'))
    echo.private('fails.1').error(failed('broken'))
    echo.join('chat.4').here((users) => tell('here', users))
    await echo.private('orders.1').ready()
    // What throws is tried again, and of no interest here.
    echo.leave('fails.1')
  })
  await eventually(() => ada.told('here')).toEqual([[{ id: 1, name: 'Ada' }]])
  expect(new Set(await ada.told('failed'))).toEqual(new Set(['Ben’s auth-refused 403', 'broken auth-failed 500']))
})
