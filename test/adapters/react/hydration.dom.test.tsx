import { Echo } from 'antiphon'
import { EchoProvider, useConnection, useEcho, usePresence, useSocketId } from 'antiphon/react'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, it, vi } from 'vitest'
import { connected, type Rig } from '../../support/rig'
import { act, asked, pass, publish, stage } from './stage'

stage()

const heard = vi.fn<(event: unknown) => void>()

const Page = () => {
  const { status } = useEcho('orders.1', 'Shipped', heard)
  const { members } = usePresence('chat.1')
  return <p>{`${status} ${members.length} ${useConnection().status} ${useSocketId() ? 'id' : 'no id'}`}</p>
}

const page = (echo: Echo<any>) => (
  <StrictMode>
    <EchoProvider echo={echo}>
      <Page />
    </EchoProvider>
  </StrictMode>
)

it.each([
  ['before the connection is there', () => connected({ echo: { autoConnect: false } })],
  [
    'when it is there already, and in use',
    async () => {
      const rig = await connected()
      for (const channel of [rig.echo.private('orders.1'), rig.echo.join('chat.1')]) void channel.ready()
      await pass(100)
      return rig
    },
  ],
])('hydrates what a server rendered, without a mismatch: %s', async (_, arrive: () => Promise<Rig>) => {
  const complaints = vi.spyOn(console, 'error')
  const server = new Echo({ broadcaster: 'reverb', key: 'app-key', wsHost: 'ws.test', autoConnect: false })
  const root = document.createElement('div')
  root.innerHTML = renderToString(page(server))
  expect(root.textContent).toBe('joining 0 connecting no id')
  const element = root.firstChild

  const rig = await arrive()
  const recovered: unknown[] = []
  const app = await act(async () =>
    hydrateRoot(root, page(rig.echo), { onRecoverableError: (error) => recovered.push(error) }),
  )
  expect(complaints.mock.calls).toEqual([])
  expect(recovered).toEqual([])
  expect(root.firstChild).toBe(element)

  rig.echo.connect()
  await pass()
  expect(root.textContent).toBe('joined 1 connected id')
  await publish(rig, 'private-orders.1', 'Shipped', 1)
  expect(heard.mock.lastCall?.[0]).toBe(1)
  expect(asked(rig).sort()).toEqual(['+presence-chat.1', '+private-orders.1'])
  await act(async () => app.unmount())
})
