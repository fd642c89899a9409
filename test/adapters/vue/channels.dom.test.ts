import { useChannel, useEcho } from 'antiphon/vue'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import { advance, fakeTime } from '../../support/clock'
import { connected } from '../../support/rig'
import { mount, run } from './stage'

fakeTime()

describe('useEcho', () => {
  it('hears events while the component is mounted, and leaves the channel with it', async () => {
    const rig = await connected()
    const heard = vi.fn()
    const page = run(rig, () => useEcho('orders.1', 'OrderShipped', heard))
    await advance(50)
    rig.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 7 })
    await advance(10)
    expect(heard.mock.calls.map(([payload]) => payload)).toEqual([{ id: 7 }])
    page.unmount()
    rig.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { id: 8 })
    await advance(300)
    expect(heard).toHaveBeenCalledTimes(1)
    expect(rig.received('pusher:unsubscribe').map(({ data }) => data.channel)).toEqual(['private-orders.1'])
  })
})
