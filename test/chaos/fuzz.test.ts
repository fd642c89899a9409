import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Channel } from 'antiphon'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, fakeTime, randomFrom } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'
import { corpus } from './corpus'
import { mutated } from './mutate'

// `npm run chaos` asks for the whole number.
const frames = Number(process.env.FUZZ_FRAMES ?? 20_000)
const answers = Number(process.env.FUZZ_ANSWERS ?? 1000)
const seed = Number(process.env.CHAOS_SEED ?? 20_260_101)

const uncaught: unknown[] = []
const note = (error: unknown) => uncaught.push(error)

fakeTime()
beforeEach(() => {
  new Page()
  uncaught.length = 0
  process.on('uncaughtException', note).on('unhandledRejection', note)
})
afterEach(() => {
  process.off('uncaughtException', note).off('unhandledRejection', note)
})

/** Bytes of heap in use, without garbage. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

/** Listens to everything that there is. */
function listen({ echo }: Rig): void {
  const heard = () => {}
  const channels: Channel[] = [echo.channel('news'), echo.private('me'), echo.join('room')]
  for (const channel of channels)
    channel
      .listen('Said', heard)
      .listenToAll(heard)
      .notification('App.Paid', heard)
      .listenForWhisper('typing', heard)
      .subscribed(heard)
      .error(heard)
      .missed(heard)
      .on('pusher:subscription_succeeded', heard)
      .on('pusher:subscription_error', heard)
      .on('pusher:subscription_count', heard)
  echo.join('room').here(heard).joining(heard).leaving(heard).presence.subscribe(heard)
  const { pusher } = echo.connector
  pusher.bind_global(heard)
  pusher.channel('presence-room').bind_global(heard)
  pusher.connection.bind('error', heard)
}

describe('what is nearly right', () => {
  it(`${frames} frames harm nothing, and the next one is heard`, { timeout: 3_600_000 }, async () => {
    const random = randomFrom(seed)
    const rig = await connected()
    listen(rig)
    await advance(500)
    const heard = vi.fn()
    rig.echo.channel('news').listen('Said', heard)
    const { socket } = rig
    let before = 0
    // A room of people who never were is no leak.
    const emptied = async () => {
      rig.echo.leave('room')
      await advance(500)
      listen(rig)
      await advance(500)
      return heap()
    }
    for (let n = 0; n < frames; n++) {
      const text = mutated(corpus[n % corpus.length]!, random)
      try {
        socket.onmessage?.({ data: text } as MessageEvent)
      } catch (cause) {
        throw new Error(`Thrown by ${text}`, { cause })
      }
      if (uncaught.length || rig.errors.length)
        throw new Error(`Uncaught from ${text}`, { cause: uncaught[0] ?? rig.errors[0] })
      if (n % 500 !== 0) continue
      rig.trace.length = 0
      // The server and the endpoint keep what they receive: each ping has its pong, each refusal its request.
      ;(rig.connection.received as unknown[]).length = 0
      rig.auth.requests.length = 0
      if (n === frames / 2) before = await emptied()
      await advance(10)
      heard.mockClear()
      rig.server.publish('news', 'App\\Events\\Said', { id: n })
      await advance(10)
      expect(heard).toHaveBeenCalledTimes(1)
      expect(rig.socket).toBe(socket)
    }
    expect(rig.echo.connectionStatus()).toBe('connected')
    expect((await emptied()) - before).toBeLessThan(1_000_000)
  })

  it('greetings lead to a connection or to another attempt', { timeout: 3_600_000 }, async () => {
    const random = randomFrom(seed)
    const greeting =
      '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"1.1\\",\\"activity_timeout\\":30}"}'
    const rig = await connected()
    listen(rig)
    for (let n = 0; n < frames / 100; n++) {
      const junk = mutated(greeting, random)
      rig.server.faults.greeting = { junk }
      rig.server.drop()
      await advance(15_000)
      expect([junk, rig.echo.connectionStatus()]).not.toEqual([junk, 'failed'])
      expect([junk, ...rig.errors, ...uncaught]).toEqual([junk])
      rig.trace.length = 0
    }
    rig.server.faults.clear()
    rig.server.drop()
    await rig.back()
  })

  it(`${answers} answers of an auth endpoint end in a channel that is joined, or that says why not`, {
    timeout: 3_600_000,
  }, async () => {
    const random = randomFrom(seed)
    const rig = await connected({ echo: { linger: 0 } })
    const statuses = [200, 200, 200, 200, 200, 201, 204, 400, 401, 403, 404, 419, 422, 429, 500, 503]
    let body = ''
    rig.auth.reply = () => {
      const status = statuses[Math.floor(random() * statuses.length)]!
      return {
        status,
        body: status === 204 ? '' : body,
        headers: random() < 0.2 ? { 'Retry-After': body.slice(0, 5).replace(/[^ -~]/g, '') } : {},
      }
    }
    for (let n = 0; n < answers; n++) {
      const room = `presence-room-${n}`
      const socketId = rig.echo.socketId()!
      const right = JSON.stringify(rig.server.authorize(socketId, room, { user_id: '1', user_info: {} }))
      // A server that is told more than it takes closes the connection.
      do body = mutated(right, random)
      while (body.length > 5000)
      const channel = rig.echo.join(`room-${n}`)
      const failures: unknown[] = []
      channel.error((error) => failures.push(error))
      await advance(20)
      const status = channel.status.get()
      if (status === 'failed' || (status === 'joining' && rig.subscribes().at(-1) !== room))
        expect([body, failures.length]).not.toEqual([body, 0])
      for (const failure of failures) expect(failure).toMatchObject({ code: expect.any(String), name: 'AuthError' })
      expect([body, ...rig.errors, ...uncaught]).toEqual([body])
      rig.echo.leave(`room-${n}`)
      rig.trace.length = 0
      rig.auth.requests.length = 0
      if (n % 100 === 0) await advance(100)
    }
    expect(rig.echo.connectionStatus()).toBe('connected')
  })
})
