import { useEcho } from 'antiphon/react'
import { describe, expect, it } from 'vitest'
import { act, asked, pass, publish, show, stage } from './stage'

stage()

describe('components that share a channel', () => {
  const Listener = ({ heard }: { heard: (event: unknown) => void }) => <>{useEcho('a', 'Told', heard).status}</>

  it('ask for it once, and the last one leaves it', async () => {
    const heard: string[] = []
    const Page = ({ both = false, none = false }) => (
      <>
        {both && <Listener heard={() => heard.push('first')} />}
        {!none && <Listener key="second" heard={() => heard.push('second')} />}
      </>
    )
    const { rig, rerender } = await show(<Page both />)
    await publish(rig, 'private-a', 'Told')
    rerender(<Page />)
    await pass(1000)
    await publish(rig, 'private-a', 'Told')
    expect(heard).toEqual(['first', 'second', 'second'])
    expect(asked(rig)).toEqual(['+private-a'])
    expect(rig.auth.requests).toHaveLength(1)
    rerender(<Page none />)
    await pass(1000)
    expect(asked(rig)).toEqual(['+private-a', '-private-a'])
  })

  it('do not take it from each other by leave(), leaveChannel() or leaveChannel(true)', async () => {
    const heard: unknown[] = []
    const leavers: (() => void)[] = []
    const Leaver = () => {
      const { leave, leaveChannel } = useEcho('a', 'Told', () => heard.push('leaver'))
      leavers.push(leave, leaveChannel, () => leaveChannel(true))
      return null
    }
    const { rig } = await show(
      <>
        <Leaver />
        <Listener heard={() => heard.push('other')} />
      </>,
    )
    act(() => leavers.forEach((leave) => leave()))
    await pass(1000)
    await publish(rig, 'private-a', 'Told')
    expect(heard).toEqual(['other'])
    expect(asked(rig)).toEqual(['+private-a'])
  })

  it('do not take each other down when one throws', async () => {
    const heard: unknown[] = []
    const mistake = new Error('a mistake in a component')
    const { rig, text } = await show(
      <>
        <Listener
          heard={() => {
            throw mistake
          }}
        />
        <Listener heard={(event) => heard.push(event)} />
      </>,
    )
    await publish(rig, 'private-a', 'Told', 1)
    await publish(rig, 'private-a', 'Told', 2)
    expect(heard).toEqual([1, 2])
    expect(rig.errors).toEqual([mistake, mistake])
    expect(text()).toBe('joinedjoined')
  })
})
