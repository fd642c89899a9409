import { catchUp } from 'antiphon'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, chance, fakeTime, until } from '../support/clock'
import { Page } from '../support/page'
import { Rig } from '../support/rig'

fakeTime()
let page: Page
beforeEach(() => {
  page = new Page()
  chance(0.9)
})

const joined = async (rig: Rig) => {
  const room = rig.echo.join('room')
  await until(() => room.status.get() === 'joined')
  return room
}

/** What an Echo may be doing when it is disconnected. */
const doing: Record<string, (rig: Rig) => Promise<unknown> | void> = {
  connects: () => {},
  'waits for a greeting': (rig) => {
    rig.server.faults.greeting = 'none'
    return advance(1_000)
  },
  'waits for its next attempt': async (rig) => {
    await joined(rig)
    rig.server.faults.refuse(1_000)
    rig.server.drop()
    await advance(10_000)
  },
  'waits for an answer to a ping': async (rig) => {
    await joined(rig)
    rig.server.faults.withholdPong = true
    page.show()
    await advance(1_000)
  },
  'is in the back/forward cache': async (rig) => {
    await joined(rig)
    page.pagehide(true)
    await advance(1_000)
  },
  'waits for an authorization': async (rig) => {
    rig.auth.reply = () => 'never'
    for (let i = 0; i < 10; i++) rig.echo.private(`orders.${i}`)
    await advance(1_000)
  },
  'waits before it asks for an authorization again': async (rig) => {
    rig.auth.reply = () => ({ status: 503 })
    rig.echo.private('orders')
    await advance(3_000)
  },
  'waits for the answer to a subscription': async (rig) => {
    rig.server.faults.disturbSubscribe('ignore')
    rig.echo.private('orders')
    await advance(1_000)
  },
  'signs in': async (rig) => {
    rig.echo.signin().catch(() => {})
    await vi.dynamicImportSettled()
    await advance(1_000)
  },
  'holds whispers back': async (rig) => {
    const room = await joined(rig)
    for (let i = 0; i < 30; i++) room.whisper(`typing-${i}`, {})
  },
  'is about to tell of a gap': async (rig) => {
    const room = (await joined(rig)).missed(() => {})
    rig.server.drop()
    await advance(1)
    await until(() => room.status.get() === 'joined')
  },
  'catches up, and would poll': async (rig) => {
    const room = await joined(rig)
    catchUp(room, () => new Promise(() => {}), { initial: true, every: 1_000 })
    await advance(1_500)
  },
  'lingers in a channel that was left': async (rig) => {
    await joined(rig)
    rig.echo.leave('room')
  },
  'holds events back for a new key': async (rig) => {
    const secret = rig.echo.encryptedPrivate('pay').listen('.Paid', () => {})
    await until(() => secret.status.get() === 'joined')
    rig.auth.reply = () => 'never'
    rig.server.publish('private-encrypted-pay', 'Paid', {
      nonce: btoa('n'.repeat(24)),
      ciphertext: btoa('c'.repeat(40)),
    })
    await advance(1_000)
  },
}

describe('an Echo that is disconnected while it', () => {
  it.for(Object.entries(doing))('%s leaves no timer, listener or open socket', async ([, prepare]) => {
    const rig = new Rig()
    await prepare(rig)
    rig.echo.disconnect()
    // The close crosses to the server and back.
    await advance(50)
    rig.server.close()
    expect(vi.getTimerCount()).toBe(0)
    expect(page.listeners).toBe(0)
    expect(rig.sockets.filter(({ readyState, CLOSED }) => readyState !== CLOSED)).toEqual([])
    expect(rig.errors).toEqual([])
  })
})
