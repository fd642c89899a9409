import { inMemoryWebSocket, PusherServer } from 'antiphon/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const address = 'ws://server.test/app/app-key?protocol=7'

/** A socket that notes its events. */
function open(server: PusherServer, url = address) {
  const socket = new (inMemoryWebSocket(server))(url)
  const seen: string[] = []
  socket.onopen = () => seen.push('open')
  socket.onmessage = ({ data }) => seen.push(JSON.parse(data).event)
  socket.onerror = () => seen.push('error')
  socket.onclose = ({ code, reason, wasClean }) => seen.push(`close ${code} ${reason} ${wasClean}`)
  return { socket, seen }
}
const settle = () => vi.advanceTimersByTime(20)

describe('an in-memory WebSocket', () => {
  it('opens, hears and speaks, nothing of it at once', () => {
    const server = new PusherServer()
    const { socket, seen } = open(server)
    expect([socket.readyState, socket.url, seen]).toEqual([socket.CONNECTING, address, []])
    settle()
    expect([socket.readyState, seen]).toEqual([socket.OPEN, ['open', 'pusher:connection_established']])
    socket.send('{"event":"pusher:ping"}')
    expect([...server.connections.values()][0]?.received).toEqual([])
    settle()
    expect(seen.at(-1)).toBe('pusher:pong')
  })

  it('keeps the order of what was sent, whether a timer sent it or the test did', () => {
    const server = new PusherServer()
    const { socket } = open(server)
    settle()
    setTimeout(() => socket.send('{"event":"first"}'), 5)
    vi.advanceTimersByTime(5)
    socket.send('{"event":"second"}')
    settle()
    expect([...server.connections.values()][0]?.received).toEqual([{ event: 'first' }, { event: 'second' }])
  })

  it('throws when it is told to send while it connects, and is silent when it is closed', () => {
    const { socket } = open(new PusherServer())
    expect(() => socket.send('x')).toThrow(expect.objectContaining({ name: 'InvalidStateError' }))
    settle()
    socket.close()
    socket.send('x')
  })

  it('refuses a bad address, a bad code and a long reason, as a browser does', () => {
    const server = new PusherServer()
    expect(() => open(server, 'nowhere')).toThrow(expect.objectContaining({ name: 'SyntaxError' }))
    expect(() => open(server, 'ftp://x/app/app-key')).toThrow(expect.objectContaining({ name: 'SyntaxError' }))
    const { socket } = open(server)
    settle()
    for (const code of [0, 999, 1001, 1006, 5000])
      expect(() => socket.close(code)).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }))
    expect(() => socket.close(1000, 'é'.repeat(62))).toThrow(expect.objectContaining({ name: 'SyntaxError' }))
    expect(socket.readyState).toBe(socket.OPEN)
  })

  it('closes with its own code and reason, and the server knows', () => {
    const server = new PusherServer()
    const { socket, seen } = open(server)
    settle()
    socket.close(4_000, 'enough')
    expect([socket.readyState, server.connections.size]).toEqual([socket.CLOSING, 1])
    settle()
    expect([socket.readyState, server.connections.size]).toEqual([socket.CLOSED, 0])
    expect(seen.at(-1)).toBe('close 4000 enough true')
  })

  it('closes once, whoever is first', () => {
    const server = new PusherServer()
    const { socket, seen } = open(server)
    settle()
    ;[...server.connections.values()][0]?.close(4200)
    socket.close()
    settle()
    expect(seen.filter((event) => event.startsWith('close'))).toEqual(['close 4200  true'])
    socket.close()
    expect(socket.readyState).toBe(socket.CLOSED)
  })

  it('is answered in kind when it closes without a code, by a reverb with 1000', () => {
    for (const [like, code] of [
      ['pusher', 1005],
      ['reverb', 1000],
    ] as const) {
      const { socket, seen } = open(new PusherServer({ like }))
      settle()
      socket.close()
      settle()
      expect(seen.at(-1)).toBe(`close ${code}  true`)
    }
  })

  it('that is closed while it connects fails, and never reaches the server', () => {
    const server = new PusherServer()
    const { socket, seen } = open(server)
    socket.close()
    settle()
    expect([seen, server.connections.size]).toEqual([['error', 'close 1006  false'], 0])
  })

  it('hears nothing more once it is closing', () => {
    const server = new PusherServer()
    const { socket, seen } = open(server)
    settle()
    socket.send('{"event":"pusher:ping"}')
    vi.advanceTimersByTime(0)
    socket.close(1000)
    settle()
    expect(seen).toEqual(['open', 'pusher:connection_established', 'close 1000  true'])
  })

  it('sees a close with its code, and a cut as 1006', () => {
    const server = new PusherServer()
    const [one, two] = [open(server), open(server)]
    settle()
    const [first, second] = [...server.connections.values()]
    first?.close(4200, 'later')
    second?.drop()
    settle()
    expect([one.seen.at(-1), two.seen.at(-1)]).toEqual(['close 4200 later true', 'close 1006  false'])
  })

  it('does not open where nobody listens or the path is not a server’s', () => {
    const server = new PusherServer()
    server.faults.refuse()
    const sockets = [open(server), open(server, 'ws://server.test/elsewhere')]
    settle()
    for (const { seen } of sockets) expect(seen).toEqual(['error', 'close 1006  false'])
  })

  it('hears why it is turned away', () => {
    const { seen } = open(new PusherServer({ like: 'reverb' }), 'ws://server.test/app/nobody')
    settle()
    expect(seen).toEqual(['open', 'pusher:error', 'close 1006  false'])
  })

  it('hangs while the server is offline: neither open nor closed, nor heard when it leaves', () => {
    const server = new PusherServer()
    const before = open(server)
    settle()
    server.offline = true
    const during = open(server)
    before.socket.send('{"event":"pusher:ping"}')
    vi.advanceTimersByTime(60_000)
    expect([during.seen, during.socket.readyState]).toEqual([[], during.socket.CONNECTING])
    expect(before.seen).toEqual(['open', 'pusher:connection_established'])
    before.socket.close()
    settle()
    expect(before.seen.at(-1)).toBe('close 1006  false')
    expect(server.connections.size).toBe(1)
    server.offline = false
    ;[...server.connections.values()][0]?.sendRaw('{"event":"x"}')
    settle()
    expect([before.seen.at(-1), server.connections.size]).toEqual(['close 1006  false', 0])
  })

  it('takes listeners as an EventTarget too, and once more by attribute', () => {
    const { socket, seen } = open(new PusherServer())
    const heard: string[] = []
    socket.addEventListener('message', ({ data }) => heard.push(data), { once: true })
    settle()
    expect([heard.length, seen.length]).toEqual([1, 2])
  })

  it('has the constants of a browser’s, on the class and on its sockets', () => {
    const Socket = inMemoryWebSocket(new PusherServer())
    const { socket } = open(new PusherServer())
    for (const holder of [Socket, socket])
      expect([holder.CONNECTING, holder.OPEN, holder.CLOSING, holder.CLOSED]).toEqual([0, 1, 2, 3])
    expect([socket.binaryType, socket.bufferedAmount, socket.protocol]).toEqual(['blob', 0, ''])
  })
})
