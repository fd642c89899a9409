import { describe, expect, it } from 'vitest'
import { type Input, initialState, type Limits, next, type SocketState } from '../../src/wire/machine'

const limits: Limits = { reconnect: { min: 2000, max: 30_000 }, loopback: false }
const NOW = 1_000_000
const at = (now = NOW, chance = 0.5, heard = NOW) => ({ now, chance, heard })

const greeting: Input = {
  frame: { event: 'pusher:connection_established', data: '{"socket_id":"1.2","activity_timeout":30}' },
}
const refusal = (code: number): Input => ({
  frame: { event: 'pusher:error', data: JSON.stringify({ code, message: 'No.' }) },
})
const lost = (code: number): Input => ({ code, reason: '' })

function walk(inputs: Input[], now = NOW): SocketState {
  return inputs.reduce((state, input) => next(state, input, at(now), limits)[0], initialState(false))
}
const connect: Input = 'connect'
const states: Record<SocketState['name'], SocketState> = {
  idle: initialState(false),
  opening: walk([connect]),
  open: walk([connect, greeting]),
  waiting: walk([connect, greeting, lost(1006)]),
  failed: walk([connect, lost(4001)]),
  closed: walk([connect, 'disconnect']),
}

const inputs = {
  connect,
  disconnect: 'disconnect',
  'timeout, too early': 'timeout',
  'timeout, due': 'timeout',
  greeting,
  'a greeting without id': { frame: { event: 'pusher:connection_established', data: '{}' } },
  'a greeting whose id no header can carry': {
    frame: { event: 'pusher:connection_established', data: { socket_id: '1.2\r\nX-Evil: 1' } },
  },
  refusal: refusal(4001),
  ping: { frame: { event: 'pusher:ping' } },
  'another frame': { frame: { event: 'news', channel: 'news', data: '{}' } },
  'lost 1006': lost(1006),
  'lost 4001': lost(4001),
  online: 'online',
  offline: 'offline',
  visible: 'visible',
  frozen: 'frozen',
  resumed: 'resumed',
} as const satisfies Record<string, Input>

/** Rows: inputs. Columns: where it leads from idle, opening, open, waiting, failed, closed. `=` nothing happens at all. */
const table: Record<keyof typeof inputs, string[]> = {
  connect: ['opening open', '=', '=', 'waiting', 'opening open', 'opening open'],
  disconnect: ['=', 'closed close', 'closed close', 'closed close', 'closed close', '='],
  'timeout, too early': ['=', '=', '=', '=', '=', '='],
  'timeout, due': ['=', 'waiting close', 'open ping', 'opening open', '=', '='],
  greeting: ['=', 'open', '=', '=', '=', '='],
  'a greeting without id': ['=', 'waiting close', '=', '=', '=', '='],
  'a greeting whose id no header can carry': ['=', 'waiting close', '=', '=', '=', '='],
  refusal: ['=', 'failed close', '=', '=', '=', '='],
  ping: ['=', '= pong', '= pong', '=', '=', '='],
  'another frame': ['=', '=', '=', '=', '=', '='],
  'lost 1006': ['=', 'waiting close', 'waiting close', '=', '=', '='],
  'lost 4001': ['=', 'failed close', 'failed close', '=', '=', '='],
  online: ['=', 'waiting close', 'open ping', 'waiting', '=', '='],
  offline: ['idle', 'opening', 'open ping', 'waiting', 'failed', 'closed'],
  visible: ['=', '=', 'open ping', 'waiting', '=', '='],
  frozen: ['=', 'waiting close', 'waiting close', 'waiting close', '=', '='],
  resumed: ['=', 'waiting close', 'open ping', 'waiting', '=', '='],
}

describe('every state meets every input', () => {
  const names = Object.keys(states) as SocketState['name'][]
  for (const [name, row] of Object.entries(table))
    for (const [column, expected] of row.entries())
      it(`${names[column]} × ${name} → ${expected}`, () => {
        const before = states[names[column]!]
        const now = name === 'timeout, due' ? Math.max(NOW, before.until === Infinity ? NOW : before.until) : NOW
        const [state, ...effects] = next(before, inputs[name as keyof typeof inputs], at(now), limits)
        const outcome = [state === before ? '=' : state.name, ...effects].join(' ')
        expect(outcome).toBe(expected)
      })
})

describe('a lost connection', () => {
  const delay = (state: SocketState, code: number, chance: number, now = NOW) => {
    const [after] = next(state, lost(code), at(now, chance), limits)
    return after.until - now
  }
  const stable = { ...states.open, startedAt: 0, openedAt: 0 }

  it('is tried again after uniform(0, half the time since the loss, within 2 s and 30 s)', () => {
    expect(delay(stable, 1006, 0)).toBe(0)
    expect(delay(stable, 1006, 0.999)).toBeCloseTo(1998)
    const opening = { ...states.opening, startedAt: 0, lostAt: NOW - 20_000 }
    expect(delay(opening, 1006, 0.5)).toBe(5000)
    expect(delay({ ...opening, lostAt: 0 }, 1006, 0.999)).toBeCloseTo(29_970)
  })

  it('forgets when it was lost only after 5 s of uptime', () => {
    const lostAt = NOW - 60_000
    const up = (ms: number) => ({ ...states.open, lostAt, openedAt: NOW - ms })
    expect(next(up(4999), lost(1006), at(), limits)[0].lostAt).toBe(lostAt)
    expect(next(up(5000), lost(1006), at(), limits)[0].lostAt).toBe(NOW)
  })

  it('never starts two attempts less than 600 ms apart', () => {
    for (const code of [1006, 4000, 4200]) expect(delay(states.opening, code, 0)).toBe(600)
  })

  it.each([
    [1000, 'waiting'],
    [1006, 'waiting'],
    [1013, 'waiting'],
    [4000, 'waiting'],
    [4001, 'failed'],
    [4002, 'waiting'],
    [4003, 'failed'],
    [4004, 'waiting'],
    [4005, 'failed'],
    [4009, 'failed'],
    [4010, 'waiting'],
    [4100, 'waiting'],
    [4200, 'waiting'],
    [4301, 'waiting'],
    [4999, 'waiting'],
    [Number.NaN, 'waiting'],
  ])('with code %d is %s', (code, name) => {
    expect(next(states.open, lost(code), at(), limits)[0].name).toBe(name)
  })

  it('with 4000 is tried once more over TLS, and then has failed', () => {
    const [waiting] = next(states.opening, lost(4000), at(), limits)
    const [opening, ...effects] = next(waiting, 'timeout', at(waiting.until), limits)
    expect(effects).toEqual(['open'])
    expect(opening.tls).toBe(true)
    expect(next(opening, lost(4000), at(), limits)[0].name).toBe('failed')
  })

  it('with 4004 waits 10–30 s, and up to 60 s later on', () => {
    expect(delay(stable, 4004, 0)).toBe(10_000)
    expect(delay(stable, 4004, 1)).toBe(30_000)
    expect(delay({ ...states.opening, lostAt: NOW - 30_000 }, 4004, 1)).toBe(60_000)
  })

  it('with 4100–4199 waits at least a second', () => {
    expect(delay(stable, 4100, 0)).toBe(1000)
    expect(delay(stable, 4199, 0)).toBe(1000)
  })

  it('with 4200–4299 comes back within a second, until it has been refused for 5 s', () => {
    expect(delay(stable, 4200, 0.9)).toBe(900)
    expect(delay({ ...states.opening, startedAt: 0, lostAt: NOW - 10_000 }, 4200, 0.9)).toBe(4500)
  })

  it('waits for the network at least as long as the longest retry, but for a server on this machine', () => {
    const [offline] = next(stable, 'offline', at(), limits)
    expect(delay(offline, 1006, 0)).toBe(30_000)
    const near = { ...limits, loopback: true }
    expect(next(stable, 'offline', at(), near)[0].offline).toBe(false)
  })

  it('is told with the reason, cut short', () => {
    const [{ error }] = next(states.open, { code: 1011, reason: 'x'.repeat(500) }, at(), limits)
    expect(error).toMatchObject({ code: 'connection-lost', closeCode: 1011 })
    expect(error?.message.length).toBeLessThan(300)
  })
})

describe('a silent connection', () => {
  const quiet = { ...states.open, until: NOW + 30_000 }

  it('is pinged after the time that the server named, and lost 10 s later', () => {
    const due = NOW + 30_000
    const [asked, ...effects] = next(quiet, 'timeout', at(due), limits)
    expect(effects).toEqual(['ping'])
    expect(asked.until).toBe(due + 10_000)
    expect(next(asked, 'timeout', at(due + 10_000), limits)[0].name).toBe('waiting')
  })

  it('is alive when any frame came', () => {
    const [later] = next(quiet, 'timeout', at(NOW + 30_000, 0, NOW + 20_000), limits)
    expect(later).toMatchObject({ name: 'open', until: NOW + 50_000, asked: undefined })
    const [asked] = next(quiet, 'timeout', at(NOW + 30_000), limits)
    const [alive] = next(asked, 'timeout', at(NOW + 40_000, 0, NOW + 30_000), limits)
    expect(alive).toMatchObject({ name: 'open', until: NOW + 60_000, asked: undefined })
  })

  it('gets 5 s only when the timer has slept with the machine', () => {
    const [asked] = next(quiet, 'timeout', at(NOW + 3_600_000), limits)
    expect(asked.until).toBe(NOW + 3_600_000 + 5000)
  })

  it('gets 5 s when the page wakes, also when a ping is under way', () => {
    const visible: Input = 'visible'
    const [probed] = next(quiet, visible, at(), limits)
    expect(probed.until).toBe(NOW + 5000)
    const [asked] = next(quiet, 'timeout', at(NOW + 30_000), limits)
    const [sooner, ...effects] = next(asked, visible, at(NOW + 31_000), limits)
    expect([sooner.until, effects]).toEqual([NOW + 36_000, []])
  })

  it('is never trusted for longer than two minutes, whatever the server says', () => {
    const frame = (activity: unknown): Input => ({
      frame: { event: 'pusher:connection_established', data: { socket_id: '1.2', activity_timeout: activity } },
    })
    for (const [named, until] of [
      [30, 30_000],
      [86_400, 120_000],
      [0, 120_000],
      [undefined, 120_000],
      ['junk', 120_000],
    ] as const)
      expect(next(states.opening, frame(named), at(), limits)[0].until).toBe(NOW + until)
  })
})

describe('a page that comes back', () => {
  it('connects within half a second, whatever it waited for', () => {
    const waiting = { ...states.waiting, until: NOW + 30_000, startedAt: 0 }
    for (const change of ['online', 'visible', 'resumed'] as const)
      expect(next(waiting, change, at(NOW, 0.999), limits)[0].until).toBeCloseTo(NOW + 499.5)
  })

  it('holds no socket in the back/forward cache and connects when it is shown again', () => {
    const [frozen] = next(states.open, 'frozen', at(), limits)
    expect(frozen).toMatchObject({ name: 'waiting', until: Infinity })
    const [shown] = next(frozen, 'resumed', at(NOW + 60_000), limits)
    expect(shown.until).toBe(NOW + 60_250)
  })
})
