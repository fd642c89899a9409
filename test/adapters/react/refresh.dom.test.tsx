import { useEchoPublic } from 'antiphon/react'
import { expect, it, vi } from 'vitest'
import { act, asked, pass, publish, show, stage } from './stage'

interface Family {
  current: unknown
}

/** What fast refresh does at the bottom: it takes the renderer when `react-dom` is loaded, and swaps components in it. */
const refresh = vi.hoisted(() => {
  const refresh: { renderer?: any; root?: unknown } = {}
  Object.assign(globalThis, {
    __REACT_DEVTOOLS_GLOBAL_HOOK__: {
      supportsFiber: true,
      inject: (renderer: unknown) => {
        refresh.renderer = renderer
        return 1
      },
      onCommitFiberRoot: (_: number, root: unknown) => {
        refresh.root = root
      },
      onCommitFiberUnmount() {},
      onPostCommitFiberRoot() {},
      onScheduleFiberRoot() {},
      checkDCE() {},
    },
  })
  return refresh
})

stage()

it('survives fast refresh: the new code hears, and the server notices nothing', async () => {
  const heard: string[] = []
  const Old = () => <>{useEchoPublic('news', 'Published', () => heard.push('old')).status}</>
  const New = () => <>new, {useEchoPublic('news', 'Published', () => heard.push('new')).status}</>
  const { rig, text } = await show(<Old />, { strict: true })
  await publish(rig, 'news', 'Published')
  const family: Family = { current: New }
  act(() => {
    refresh.renderer.setRefreshHandler((type: unknown) => (type === Old || type === New ? family : undefined))
    refresh.renderer.scheduleRefresh(refresh.root, { staleFamilies: new Set(), updatedFamilies: new Set([family]) })
  })
  await pass(1000)
  expect(text()).toBe('new, joined')
  await publish(rig, 'news', 'Published')
  expect(heard).toEqual(['old', 'new'])
  expect(asked(rig)).toEqual(['+news'])
})
