import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { type HttpAnswer, PusherHttp, PusherServer, type PusherServerOptions } from '../testing/index'
import { hmacSha256, md5 } from './signing'
import { attach, socketClass } from './socket-transport'

/** How long an orderly stop waits for clients to answer their close frames, in milliseconds. */
const patience = 1_000

/** A `PusherServer`'s options, and where it listens. */
export interface ServeOptions extends PusherServerOptions {
  /** 8080 if absent; 0 takes any free one. */
  readonly port?: number | undefined
  /** `'127.0.0.1'` if absent. */
  readonly host?: string | undefined
  /** Answers requests for paths that are not the protocol's: a page, an auth endpoint. */
  readonly fallback?: RequestListener | undefined
}

/** A server on a port. */
export interface RunningServer {
  /** The protocol's side of it: publish, look, arrange misfortunes. */
  readonly server: PusherServer
  readonly port: number
  readonly host: string
  /** `http://HOST:PORT` */
  readonly url: string
  /** Ends sockets as a killed process does, without a word; `'stopped'`: as an orderly stop of this kind of server. */
  close(how?: 'killed' | 'stopped'): Promise<void>
}

/**
 * Runs a `PusherServer` on a real port: WebSockets on `/app/KEY`, the HTTP API on `/apps/ID`, signatures verified. Rejects
 * with Node's error if it cannot listen. For development and tests; in production use Reverb, Pusher or soketi.
 *
 * @example const running = await serve({ port: 0, like: 'reverb' })
 */
export async function serve(options: ServeOptions = {}): Promise<RunningServer> {
  const { port = 8080, host = '127.0.0.1', fallback, ...rest } = options
  const server: PusherServer = new PusherServer({
    ...rest,
    sign: rest.sign ?? ((text) => hmacSha256(server.options.secret, text)),
  })
  const http = new PusherHttp(server, md5)
  const sockets = new Set<Socket>()
  const listener = createServer((request, response) => {
    if (fallback && !isProtocol(server, request.url ?? '/')) fallback(request, response)
    // A caller that goes away in the middle of its request needs no answer.
    else answer(http, request, response).catch(() => response.destroy())
  })
  listener.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  listener.on('upgrade', upgrades(server, http))
  await listening(listener, port, host)
  const address = listener.address() as AddressInfo
  const name = host.includes(':') ? `[${host}]` : host
  return {
    server,
    port: address.port,
    host,
    url: `http://${name}:${address.port}`,
    close: async (how = 'killed') => {
      server.close(how)
      await ended(listener, sockets, how === 'killed' ? 0 : patience)
    },
  }
}

const isProtocol = (server: PusherServer, path: string): boolean =>
  server.serves(path) || /^\/(apps\/|up(\?|$))/.test(path)

async function answer(http: PusherHttp, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString()
  const { status, contentType, ...answered } = http.answer({
    method: request.method ?? 'GET',
    path: pathOf(request),
    body,
  })
  response.writeHead(status, contentType === undefined ? {} : { 'Content-Type': contentType })
  response.end(answered.body)
}

function upgrades(server: PusherServer, http: PusherHttp) {
  const webSockets = new WebSocketServer({
    noServer: true,
    WebSocket: socketClass(server.options.personality.bareCloseCode),
  })
  return (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    const socket = duplex as Socket
    const path = pathOf(request)
    socket.on('error', () => socket.destroy())
    // Away from the network, nobody answers.
    if (server.offline) return
    if (server.faults.cutsNext()) return socket.destroy()
    if (!server.serves(path)) return refuse(socket, http.answer({ method: 'GET', path, body: '' }))
    webSockets.handleUpgrade(request, socket, head, (webSocket) =>
      attach(server, webSocket, socket, { path, origin: request.headers.origin }),
    )
  }
}

/** Answers an upgrade with plain HTTP. */
function refuse(socket: Socket, { status, contentType, body }: HttpAnswer): void {
  const type = contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`
  const length = Buffer.byteLength(body)
  socket.end(`HTTP/1.1 ${status} Refused\r\n${type}Content-Length: ${length}\r\nConnection: close\r\n\r\n${body}`)
}

function listening(listener: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(port, host, () => {
      listener.off('error', reject)
      resolve()
    })
  })
}

/** Stops listening and ends what is still connected after so many milliseconds. */
function ended(listener: Server, sockets: ReadonlySet<Socket>, grace: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      for (const socket of sockets) socket.destroySoon()
    }
    const timer = setTimeout(end, grace)
    listener.close(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

const pathOf = (request: IncomingMessage): string => request.url ?? '/'
