import { expect, it } from 'vitest'
import { PusherServer, type Transport } from '../../src/testing'

it.each(['drop', 'closeAll', 'close'] as const)('%s takes everybody at once: nobody sees the others leave', (verb) => {
  const server = new PusherServer({ pingInterval: Number.POSITIVE_INFINITY })
  const heard: string[] = []
  const transport = (): Transport => ({ send: (text) => heard.push(text), close() {}, drop() {} })
  for (const id of ['1', '2']) {
    const connection = server.accept(transport())
    const data = { channel: 'presence-a', ...server.authorize(connection.socketId, 'presence-a', { user_id: id }) }
    connection.receive(JSON.stringify({ event: 'pusher:subscribe', data }))
  }
  expect(server.members('presence-a')).toHaveLength(2)
  if (verb === 'closeAll') server.closeAll(4200)
  else server[verb]()
  expect(heard.filter((text) => text.includes('member_removed'))).toEqual([])
  expect(server.members('presence-a')).toEqual([])
  server.close()
})
