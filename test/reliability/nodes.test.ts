import type { PusherServer } from 'antiphon/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'

fakeTime()
beforeEach(() => {
  new Page()
})

const event = 'App\\Events\\MessageSent'

/** Publishes through one node of a Reverb 1.10.2, which tells the others by Redis what to send, but not whom to leave out. */
function publish(
  through: PusherServer,
  others: readonly PusherServer[],
  channel: string,
  data: object,
  except?: string,
) {
  through.publish(channel, event, data, { except })
  for (const node of others) node.publish(channel, event, data)
}

/** Joins a room, and keeps what is said there. */
async function listening({ echo }: Rig): Promise<unknown[]> {
  const heard: unknown[] = []
  echo.join('chat.1').listen('MessageSent', (payload) => heard.push(payload))
  await advance(100)
  return heard
}

describe('two nodes of a Reverb', () => {
  it('share events', async () => {
    const [ada, ben] = [await connected(), await connected()]
    const [adas, bens] = [await listening(ada), await listening(ben)]
    publish(ada.server, [ben.server], 'presence-chat.1', { id: 1 })
    await advance(100)
    expect([adas, bens]).toEqual([[{ id: 1 }], [{ id: 1 }]])
  })

  it('leave out the sender where it is their own, and send it its own event where it is another’s', async () => {
    const [ada, ben] = [await connected(), await connected()]
    const heard = await listening(ada)
    const { 'X-Socket-ID': sender } = ada.echo.socketHeaders()
    publish(ada.server, [ben.server], 'presence-chat.1', { id: 1 }, sender)
    publish(ben.server, [ada.server], 'presence-chat.1', { id: 2 }, sender)
    await advance(100)
    expect(heard).toEqual([{ id: 2 }])
  })

  it('know their own members only', async () => {
    const [ada, ben] = [await connected(), await connected()]
    ben.auth.user = { user_id: '2', user_info: { name: 'Ben' } }
    await Promise.all([listening(ada), listening(ben)])
    const names = ({ echo }: Rig) => {
      const { members } = echo.join('chat.1').presence.get()
      return members.map(({ info }) => info.name)
    }
    expect([names(ada), names(ben)]).toEqual([['Ada'], ['Ben']])
  })
})
