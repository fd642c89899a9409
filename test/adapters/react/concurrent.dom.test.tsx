import { inspect } from 'antiphon'
import { useEcho, useEchoPublic } from 'antiphon/react'
import * as React from 'react'
import { type ComponentType, type PropsWithChildren, Suspense, startTransition, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { act, asked, pass, publish, show, stage } from './stage'

stage()

/** Suspends whoever reads it, until it is given. */
function later() {
  let given = false
  let wake = () => {}
  const waiting = new Promise<void>((resolve) => {
    wake = resolve
  })
  return {
    read() {
      if (!given) throw waiting
    },
    async give() {
      given = true
      await act(async () => wake())
    },
  }
}

describe('a tree that suspends', () => {
  it('leaks nothing before it is shown, however often it is rendered', async () => {
    const data = later()
    const heard: unknown[] = []
    let renders = 0
    const Order = ({ id }: { id: number }) => {
      const { status } = useEcho(`orders.${id}`, 'Shipped', (event) => heard.push(event))
      renders++
      data.read()
      return <>{status}</>
    }
    const Page = ({ id }: { id: number }) => (
      <Suspense fallback="waiting">
        <Order id={id} />
      </Suspense>
    )
    const { rig, rerender, text } = await show(<Page id={1} />, { strict: true })
    for (const id of [2, 3, 4]) rerender(<Page id={id} />)
    await pass(1000)
    expect(renders).toBeGreaterThan(3)
    expect(text()).toBe('waiting')
    expect(asked(rig)).toEqual([])
    expect(inspect(rig.echo).channels).toEqual([])
    await data.give()
    await pass()
    expect(text()).toBe('joined')
    expect(asked(rig)).toEqual(['+private-orders.4'])
    await publish(rig, 'private-orders.4', 'Shipped', 1)
    expect(heard).toEqual([1])
  })

  it('leaks nothing when it is given up', async () => {
    const data = later()
    const Order = () => {
      useEcho('orders.1', 'Shipped', () => {})
      data.read()
      return null
    }
    const { rig, unmount } = await show(
      <Suspense fallback="waiting">
        <Order />
      </Suspense>,
    )
    unmount()
    await data.give()
    await pass(1000)
    expect(asked(rig)).toEqual([])
    expect(rig.auth.requests).toEqual([])
  })

  it('hears with what is shown, not with what is only rendered', async () => {
    const data = later()
    const heard: string[] = []
    let next = () => {}
    const Page = () => {
      const [page, setPage] = useState('old')
      next = () => startTransition(() => setPage('new'))
      useEchoPublic('news', 'Published', () => heard.push(page))
      if (page === 'new') data.read()
      return <>{page}</>
    }
    const { rig, text } = await show(
      <Suspense fallback="waiting">
        <Page />
      </Suspense>,
    )
    act(() => next())
    expect(text()).toBe('old')
    await publish(rig, 'news', 'Published')
    await data.give()
    expect(text()).toBe('new')
    await publish(rig, 'news', 'Published')
    expect(heard).toEqual(['old', 'new'])
    expect(asked(rig)).toEqual(['+news'])
  })

  it('keeps its channel while it shows the fallback again', async () => {
    const data = later()
    const heard: unknown[] = []
    const Page = ({ wait }: { wait: boolean }) => {
      useEchoPublic('news', 'Published', (event) => heard.push(event))
      if (wait) data.read()
      return <>shown</>
    }
    const tree = (wait: boolean) => (
      <Suspense fallback="waiting">
        <Page wait={wait} />
      </Suspense>
    )
    const { rig, rerender } = await show(tree(false))
    rerender(tree(true))
    await pass(1000)
    await publish(rig, 'news', 'Published', 1)
    await data.give()
    await pass(1000)
    expect(heard).toEqual([1])
    expect(asked(rig)).toEqual(['+news'])
  })
})

type Activity = ComponentType<PropsWithChildren<{ mode: 'visible' | 'hidden' }>>

// React 19 has it.
describe.each(Object.entries(React).filter(([name]) => name === 'Activity') as [string, Activity][])(
  'an %s',
  (_, Activity) => {
    it('leaves its channel while it is hidden, and comes back to it', async () => {
      const heard: unknown[] = []
      const seen: unknown[] = []
      const Order = () => {
        const order = useEcho('orders.1', 'Shipped', (event) => heard.push(event))
        seen.push(order)
        return <>{order.status}</>
      }
      const page = (mode: 'visible' | 'hidden') => (
        <Activity mode={mode}>
          <Order />
        </Activity>
      )
      const { rig, rerender, text } = await show(page('visible'))
      rerender(page('hidden'))
      await pass(1000)
      await publish(rig, 'private-orders.1', 'Shipped', 'hidden')
      expect(asked(rig)).toEqual(['+private-orders.1', '-private-orders.1'])
      rerender(page('visible'))
      await pass()
      expect(text()).toBe('joined')
      await publish(rig, 'private-orders.1', 'Shipped', 'visible')
      expect(heard).toEqual(['visible'])
      expect(new Set(seen).size).toBe(1)
    })

    it('costs nothing when it is hidden for a moment', async () => {
      const Order = () => <>{useEcho('orders.1').status}</>
      const { rig, rerender } = await show(<Activity mode="visible">{<Order />}</Activity>)
      rerender(<Activity mode="hidden">{<Order />}</Activity>)
      await pass(100)
      rerender(<Activity mode="visible">{<Order />}</Activity>)
      await pass(1000)
      expect(asked(rig)).toEqual(['+private-orders.1'])
    })
  },
)
