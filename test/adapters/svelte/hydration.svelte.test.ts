import { configureEcho, echo } from 'antiphon/svelte'
import { flushSync, hydrate, unmount } from 'svelte'
import { expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../../support/clock'
import { Rig } from '../../support/rig'
import Dashboard from './Dashboard.svelte'
import { rendered } from './rendered'

fakeTime()

it('goes on from what a server has rendered: the same elements, no warning, one subscription each', async () => {
  const rig = new Rig({ echo: { autoConnect: false } })
  const warned = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')]
  configureEcho({ ...rig.echo.options, autoConnect: true, broadcaster: 'reverb' } as never)
  const target = document.body.appendChild(document.createElement('main'))
  target.innerHTML = rendered
  const [list, line] = [target.querySelector('ul'), target.querySelector('p')]
  const page = hydrate(Dashboard, { target, props: { id: 1 } })
  flushSync()
  expect(target.innerHTML.replaceAll('<!---->', '')).toContain('<p>joining: 0</p>')
  await advance(200)
  expect(target.textContent).toBe(`joined: 0 ${echo().socketId()} Ada `)
  expect(target.querySelector('ul')).toBe(list)
  expect(target.querySelector('p')).toBe(line)
  rig.server.publish('private-orders.1', 'App\\Events\\Shipped', {})
  await advance(10)
  expect(line?.textContent).toBe('joined: 1')
  for (const spy of warned) expect(spy).not.toHaveBeenCalled()
  const [connection] = rig.server.connections.values()
  expect(connection?.received.map(({ event }: any) => event)).toEqual(['pusher:subscribe', 'pusher:subscribe'])
  void unmount(page)
  await advance(300)
  expect(rig.server.channels()).toEqual([])
  echo().disconnect()
})
