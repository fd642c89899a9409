import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** One connection through the proxy. */
interface Link {
  readonly client: Socket
  readonly server: Socket
  /** It fell into a black hole, for good: nothing that is sent arrives, and neither side learns of the other's end. */
  lost: boolean
  /** What the client hears next is cut in the middle. */
  torn: boolean
}

/** A TCP proxy before a port of this machine, with a network's misfortunes. */
export class Proxy {
  /** When each connection came, in Unix milliseconds. */
  readonly arrivals: number[] = []
  /** Milliseconds by which every byte is late, both ways; order is kept. */
  delay = 0
  /** Nobody is there: connections are reset as they come. */
  refuses = false
  #swallows = false
  readonly #links = new Set<Link>()
  readonly #listener: Server

  /** Listens on a free port. */
  static async before(target: number): Promise<Proxy> {
    const proxy = new Proxy(target)
    await once(proxy.#listener.listen(0, '127.0.0.1'), 'listening')
    return proxy
  }

  private constructor(target: number) {
    this.#listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client, target))
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port
  }

  /** How many connections there are. */
  get size(): number {
    return this.#links.size
  }

  /** Resets every connection. */
  cut(): void {
    for (const link of this.#links) end(link)
  }

  /** Cuts every connection in the middle of what its client hears next. */
  tear(): void {
    for (const link of this.#links) link.torn = true
  }

  /** Ends one direction only of every connection: one side is told that the other has nothing more to say. */
  halfClose(told: 'client' | 'server'): void {
    for (const link of this.#links) link[told].end()
  }

  /** From now on everything vanishes, without an end: what there is, and what is opened meanwhile. */
  swallow(): void {
    this.#swallows = true
    for (const link of this.#links) link.lost = true
  }

  /** Ends every fault. Connections that lost something do not come back. */
  heal(): void {
    this.delay = 0
    this.refuses = false
    this.#swallows = false
    for (const link of this.#links) {
      if (!link.lost && !link.torn) continue
      link.lost = false
      end(link)
    }
  }

  /** Ends everything. */
  async close(): Promise<void> {
    const closed = once(this.#listener.close(), 'close')
    this.cut()
    await closed
  }

  #accept(client: Socket, target: number): void {
    this.arrivals.push(Date.now())
    if (this.refuses) return void client.on('error', () => {}).resetAndDestroy()
    const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const link: Link = { client, server, lost: this.#swallows, torn: false }
    this.#links.add(link)
    this.#pass(link, 'client', 'server')
    this.#pass(link, 'server', 'client')
  }

  #pass(link: Link, from: 'client' | 'server', to: 'client' | 'server'): void {
    let order = Promise.resolve()
    const inTurn = (act: () => void) => {
      const due = Date.now() + this.delay
      order = order.then(async () => {
        if (due > Date.now()) await new Promise((resolve) => setTimeout(resolve, due - Date.now()))
        if (!link.lost) act()
      })
    }
    const say = (bytes: Buffer) => {
      if (link[to].writable) link[to].write(new Uint8Array(bytes))
    }
    link[from].on('error', () => {})
    link[from].on('data', (bytes) =>
      inTurn(() => {
        if (!link.torn || to === 'server') return say(bytes)
        say(bytes.subarray(0, bytes.length >> 1))
        link.client.end(() => end(link))
      }),
    )
    link[from].on('end', () => inTurn(() => link[to].end()))
    link[from].on('close', () => {
      if (link.lost) return
      this.#links.delete(link)
      inTurn(() => link[to].destroySoon())
    })
  }
}

function end({ client, server }: Link): void {
  client.resetAndDestroy()
  server.resetAndDestroy()
}
