import { expect, it, vi } from 'vitest'
import { inMemoryWebSocket, PusherServer } from '../../src/testing'

it('calls a handler once also where the page is a happy-dom', async () => {
  const server = new PusherServer()
  const socket = new (inMemoryWebSocket(server))('ws://localhost/app/app-key')
  const heard = vi.fn()
  const listened = vi.fn()
  socket.onmessage = heard
  socket.addEventListener('message', listened)
  await vi.waitFor(() => expect(heard).toHaveBeenCalled())
  expect(heard).toHaveBeenCalledOnce()
  expect(listened).toHaveBeenCalledOnce()
  server.close()
})
