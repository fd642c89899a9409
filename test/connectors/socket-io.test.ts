import { io as io4 } from 'socket.io-client'
import io2 from 'socket.io-client-2'
import { describe, vi } from 'vitest'
import { holdsOn } from './socket-io/holds-on'
import { laravelEchoServer } from './socket-io/laravel-echo-server'
import { modernServer } from './socket-io/modern-server'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

// Side by side, because they wait far more than they compute; one after the other on each server.
describe.concurrent.each([
  { server: 'laravel-echo-server 1.6.3', open: laravelEchoServer, version: '2.5', client: io2 },
  { server: 'socket.io 4.8', open: modernServer, version: '4.8', client: io4 },
  { server: 'socket.io 4.8', open: modernServer, version: '2.5', client: io2 },
])('$server', ({ open, version, client }) => {
  describe.sequential(`with socket.io-client ${version}`, () => {
    holdsOn(open, client)
  })
})
