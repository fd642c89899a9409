import { describe, expect, it } from 'vitest'
import { type JoinInput, type JoinState, nextJoin, notJoined, PATIENCE } from '../../../src/connectors/pusher/join'
import { AuthError, EchoError } from '../../../src/errors'

const NOW = 1_000_000
const grant = { auth: 'key:signature' }
const refused = new AuthError('auth-refused', 'No.', { channel: 'private-a', status: 403 })
const expired = new AuthError('auth-expired', 'Sign in.', { channel: 'private-a', status: 419 })
const silence = new EchoError('subscribe-timeout', 'Silence.')

const base = { generation: 1 }
const states: Record<string, JoinState> = {
  idle: notJoined,
  authorizing: { ...base, name: 'authorizing', renewed: false },
  asked: { ...base, name: 'asked', grant, renewed: false, until: NOW + PATIENCE },
  'asked again': { ...base, name: 'asked', grant, renewed: true, until: NOW + PATIENCE },
  paused: { ...base, name: 'paused', grant, renewed: false, until: NOW + 1000 },
  joined: { ...base, name: 'joined' },
  failed: { ...base, name: 'failed', error: expired },
  'refused for good': { ...base, name: 'failed', error: refused },
}
const inputs: Record<string, JoinInput> = {
  open: { type: 'open' },
  'connection lost': { type: 'down', loss: { from: NOW - 5, reason: 'connection-lost' } },
  disconnected: { type: 'down', loss: { from: NOW - 5, reason: 'disconnected' } },
  broken: { type: 'broken', error: silence },
  granted: { type: 'granted', generation: 1, grant },
  'granted late': { type: 'granted', generation: 0, grant },
  refused: { type: 'refused', generation: 1, error: refused },
  'refused late': { type: 'refused', generation: 0, error: refused },
  accepted: { type: 'accepted', presence: {} },
  rejected: { type: 'rejected', error: silence },
  limited: { type: 'limited', until: NOW + 1000 },
  'timeout, too early': { type: 'timeout' },
  'timeout, due': { type: 'timeout' },
}

/** `=`: nothing happens at all. */
const table: Record<string, Record<keyof typeof states, string>> = {
  open: row('authorizing authorize', '=', '=', '=', '=', '=', 'authorizing interrupted authorize', '='),
  'connection lost': row('=', gone(), gone(), gone(), gone(), gone(), '=', '='),
  disconnected: row('=', gone(), gone(), gone(), gone(), gone(), gone(), gone()),
  broken: row(broke(), broke(), broke(), broke(), broke(), broke(), '=', '='),
  granted: row('=', 'asked ask', '=', '=', '=', '=', '=', '='),
  'granted late': row('=', '=', '=', '=', '=', '=', '=', '='),
  refused: row('=', 'failed failed', '=', '=', '=', '=', '=', '='),
  'refused late': row('=', '=', '=', '=', '=', '=', '=', '='),
  accepted: row('=', '=', 'joined subscribed', 'joined subscribed', 'joined subscribed', '=', '=', '='),
  rejected: row('=', '=', 'authorizing authorize', 'failed failed', '=', '=', '=', '='),
  limited: row('=', '=', 'paused', 'paused', '=', '=', '=', '='),
  'timeout, too early': row('=', '=', '=', '=', '=', '=', '=', '='),
  'timeout, due': row('=', '=', 'authorizing withdraw authorize', 'failed withdraw failed', 'asked ask', '=', '=', '='),
}
function row(...cells: string[]) {
  return Object.fromEntries(Object.keys(states).map((name, index) => [name, cells[index]!]))
}
function gone() {
  return 'idle abort interrupted'
}
function broke() {
  return 'failed abort failed'
}

function outcome(before: JoinState, input: JoinInput, now = NOW, open = false) {
  const [state, ...effects] = nextJoin(before, input, now, open)
  const done = effects.map((effect) => (typeof effect === 'string' ? effect : effect.type))
  return [state === before ? '=' : state.name, ...done].join(' ')
}

describe('every state of a join meets every input', () => {
  for (const [inputName, cells] of Object.entries(table))
    for (const [stateName, expected] of Object.entries(cells))
      it(`${stateName} × ${inputName} → ${expected}`, () => {
        const late = inputName === 'timeout, due' ? NOW + PATIENCE : NOW
        expect(outcome(states[stateName]!, inputs[inputName]!, late)).toBe(expected)
      })
})

describe('a join', () => {
  it('of a public channel asks at once', () => {
    expect(outcome(notJoined, { type: 'open' }, NOW, true)).toBe('asked ask')
    expect(outcome(states.asked!, { type: 'timeout' }, NOW + PATIENCE, true)).toBe('asked withdraw ask')
  })

  it('is a new generation each time', () => {
    const [first] = nextJoin(notJoined, { type: 'open' }, NOW, false)
    const [down] = nextJoin(first, inputs['connection lost']!, NOW, false)
    const [second] = nextJoin(down, { type: 'open' }, NOW, false)
    expect([first.generation, second.generation]).toEqual([1, 2])
    expect(outcome(second, { type: 'granted', generation: 1, grant })).toBe('=')
  })

  it('tells the gap after a loss, once, and none on the first acceptance', () => {
    const accepted = inputs.accepted!
    expect(nextJoin(states.asked!, accepted, NOW, false)[1]).toEqual({ type: 'subscribed', confirmed: true })
    let state = nextJoin(
      states.joined!,
      { type: 'down', loss: { from: NOW - 5, reason: 'connection-lost' } },
      NOW,
      false,
    )[0]
    // A second loss before it was joined again does not shorten the gap.
    state = nextJoin(nextJoin(state, { type: 'open' }, NOW, false)[0], inputs.disconnected!, NOW + 50, false)[0]
    state = nextJoin(state, { type: 'open' }, NOW + 60, false)[0]
    state = nextJoin(state, { type: 'granted', generation: state.generation, grant }, NOW + 70, false)[0]
    const [joined, told] = nextJoin(state, accepted, NOW + 90, false)
    const gap = { from: NOW - 5, to: NOW + 90, reason: 'connection-lost' }
    expect(told).toEqual({ type: 'subscribed', confirmed: true, gap })
    expect(joined.loss).toBeUndefined()
  })
})
