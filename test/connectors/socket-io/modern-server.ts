import { createServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { Application } from './application'
import { freePort, type Place } from './place'

interface Member {
  readonly user_id: string
  readonly user_info: unknown
  readonly socketId: string
}

/** socket.io 4.8 with laravel-echo-server's messages; clients of version 2 are let in, too. */
export interface ModernPlace extends Place {
  /** The server's sockets, by id. */
  readonly sockets: ReadonlyMap<string, Socket>
  /** What its check says to the next sockets; '': nothing against them. */
  refusal: string
  /** Emits to the namespace `/elsewhere`. */
  emitElsewhere(event: string, ...args: unknown[]): void
}

export async function modernServer(): Promise<ModernPlace> {
  const application = await new Application().listen()
  const port = await freePort()
  let io: Server

  const join = async (socket: Socket, { channel, auth }: { channel: string; auth?: { headers?: object } }) => {
    const kind = /^(private|presence)-/.exec(channel)?.[1]
    if (!kind) return socket.join(channel)
    const response = await fetch(`${application.url}/broadcasting/auth`, {
      method: 'POST',
      headers: { ...auth?.headers, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: String(new URLSearchParams({ channel_name: channel })),
      redirect: 'manual',
    })
    if (response.status !== 200) return socket.emit('subscription_error', channel, response.status)
    const { channel_data } = await response.json()
    const others = members(channel)
    socket.data[channel] = { ...channel_data, socketId: socket.id }
    await socket.join(channel)
    if (kind === 'private') return undefined
    const list = unique([socket.data[channel], ...others])
    socket.emit('presence:subscribed', channel, list)
    const known = others.some(({ user_id }) => user_id === channel_data.user_id)
    return known || socket.to(channel).emit('presence:joining', channel, socket.data[channel])
  }

  const leave = (socket: Socket, channel: string) => {
    const member: Member | undefined = socket.data[channel]
    delete socket.data[channel]
    void socket.leave(channel)
    if (!member || !channel.startsWith('presence-')) return
    const { user_id, user_info } = member
    if (members(channel).some((other) => other.user_id === user_id)) return
    socket.to(channel).emit('presence:leaving', channel, { user_id, user_info })
  }

  const members = (channel: string): Member[] =>
    [...io.sockets.sockets.values()].flatMap(({ data }) => data[channel] ?? [])

  const accept = (socket: Socket) => {
    socket.on('subscribe', (message) => void join(socket, message).catch(() => {}))
    socket.on('unsubscribe', ({ channel }) => leave(socket, channel))
    socket.on('client event', ({ channel, event, data }) => {
      if (/^(private|presence)-/.test(channel) && event.includes('client-') && socket.rooms.has(channel))
        socket.to(channel).emit(event, channel, data)
    })
    socket.on('disconnecting', () => {
      for (const channel of socket.rooms) leave(socket, channel)
    })
  }

  const place: ModernPlace = {
    application,
    url: `http://127.0.0.1:${port}`,
    refusal: '',
    faults: 0,
    get sockets() {
      return io.sockets.sockets
    },
    emitElsewhere: (event, ...args) => io.of('/elsewhere').emit(event, ...args),
    async publish(channel, event, data, except) {
      io.to(channel)
        .except(except ?? [])
        .emit(event, channel, data)
    },
    count: async (channel) => io.sockets.adapter.rooms.get(channel)?.size ?? 0,
    clients: async () => io.engine.clientsCount,
    async start() {
      const http = createServer()
      io = new Server(http, { allowEIO3: true })
      io.use((_socket, next) => next(place.refusal ? new Error(place.refusal) : undefined))
      io.on('connection', accept)
      io.of('/elsewhere')
      await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
    },
    async stop() {
      await io.close()
    },
    async close() {
      await place.stop()
      await application.close()
    },
  }
  await place.start()
  return place
}

function unique(members: readonly Member[]): Member[] {
  return members.filter(({ user_id }, index) => members.findIndex((other) => other.user_id === user_id) === index)
}
