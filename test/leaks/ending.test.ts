import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type RunningServer, serve } from 'antiphon/server'
import { Server as SocketIoServer } from 'socket.io'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Story } from './ending'
import { Program } from './program'

/** What an application's server does about an authorization. */
type Answer = 'grant' | 'never' | 'refuse' | 'fail' | 'stall'

let program: Program
let running: RunningServer
let dumb: RunningServer
let ioListener: Server
let io: SocketIoServer

beforeAll(async () => {
  program = await Program.of(new URL('./ending.ts', import.meta.url))
  running = await serve({ port: 0, like: 'reverb', fallback: (...exchange) => void respond(...exchange) })
  dumb = await serve({ port: 0, like: 'reverb' })
  dumb.server.faults.greeting = 'none'
  ioListener = createServer()
  io = new SocketIoServer(ioListener)
  await new Promise<void>((resolve) => ioListener.listen(0, '127.0.0.1', resolve))
}, 60_000)
afterAll(async () => {
  await io?.close()
  await dumb?.close()
  await running?.close()
  await program?.remove()
})

const groups: Record<string, readonly (readonly [name: string, answer?: Answer])[]> = {
  'our own socket': [
    ['joined'],
    ['connecting'],
    ['not greeted'],
    ['retrying'],
    ['authorizing', 'never'],
    ['authorizing', 'stall'],
    ['authorizing in batches', 'never'],
    ['authorizing again', 'fail'],
    ['refused', 'refuse'],
    ['signing in', 'never'],
    ['whispering'],
    ['telling a gap'],
    ['leaving everything, then disconnecting'],
  ],
  'pusher-js': [['pusher-js, joined'], ['pusher-js, connecting'], ['pusher-js, retrying']],
  'socket.io': [['socket.io, connecting'], ['socket.io, joined']],
}

describe('a Node process whose Echos were disconnected, whatever they were doing, ends by itself', () => {
  it.for(Object.entries(groups))('over %s', { timeout: 60_000 }, async ([, group], { signal }) => {
    const stories = group.map(([name, answer = 'grant']): Story => [name, optionsFor(name, answer)])
    expect(await program.run(signal, JSON.stringify(stories))).toBe('')
  })
})

function optionsFor(name: string, answer: Answer): object {
  const { port, url } = running
  if (name.startsWith('socket.io')) return { host: `http://127.0.0.1:${(ioListener.address() as AddressInfo).port}` }
  return {
    broadcaster: 'reverb',
    key: 'app-key',
    wsHost: '127.0.0.1',
    wsPort: name === 'not greeted' ? dumb.port : port,
    forceTLS: false,
    authEndpoint: `${url}/auth/${answer}`,
    userAuthentication: { endpoint: `${url}/auth/${answer}` },
  }
}

async function respond(...[request, response]: Parameters<RequestListener>): Promise<void> {
  const form = new URLSearchParams(await text(request))
  const [socketId, channel] = [form.get('socket_id') ?? '', form.get('channel_name') ?? '']
  switch (request.url?.split('/').at(-1) as Answer) {
    case 'never':
      return
    case 'stall':
      return void response.write('{"auth":')
    case 'refuse':
      return void response.writeHead(403).end('{"message":"This action is unauthorized."}'.padEnd(100_000))
    case 'fail':
      return void response.writeHead(500).end('{}')
    case 'grant': {
      const user = channel.startsWith('presence-') ? { user_id: '1', user_info: {} } : undefined
      response.end(JSON.stringify(running.server.authorize(socketId, channel, user)))
    }
  }
}
