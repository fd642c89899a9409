import { describe, expect, it } from 'vitest'
import { type JoinInput, type JoinState, nextJoin, notJoined, PATIENCE } from '../../../src/connectors/pusher/join'
import { AuthError, EchoError } from '../../../src/errors'

const NOW = 1_000_000
const grant = { auth: 'key:signature' }
const refused = new AuthError('auth-refused', 'No.', { channel: 'private-a', status: 403 })
const expired = new AuthError('auth-expired', 'Sign in.', { channel: 'private-a', status: 419 })
const silence = new EchoError('subscribe-timeout', 'Silence.')

const states: Record<string, JoinState> = {
  idle: notJoined,
  authorizing: { name: 'authorizing', renewed: false },
  asked: { name: 'asked', grant, renewed: false, until: NOW + PATIENCE },
  'asked again': { name: 'asked', grant, renewed: true, until: NOW + PATIENCE },
  paused: { name: 'paused', grant, renewed: false, until: NOW + 1000 },
  joined: { name: 'joined' },
  failed: { name: 'failed', error: expired },
  'refused for good': { name: 'failed', error: refused },
}
const inputs: Record<string, JoinInput> = {
  open: ['open'],
  'connection lost': ['down', { from: NOW - 5, reason: 'connection-lost' }],
  disconnected: ['down', { from: NOW - 5, reason: 'disconnected' }],
  granted: ['granted', grant],
  refused: ['refused', refused],
  accepted: ['accepted', {}],
  rejected: ['rejected', silence],
  limited: ['limited', NOW + 1000],
  timeout: ['timeout'],
}

/** `=`: nothing happens at all. */
const table: Record<string, Record<keyof typeof states, string>> = {
  open: row('authorizing authorize', '=', '=', '=', '=', '=', 'authorizing authorize interrupted', '='),
  'connection lost': row('=', gone(), gone(), gone(), gone(), gone(), '=', '='),
  disconnected: row('=', gone(), gone(), gone(), gone(), gone(), gone(), gone()),
  granted: row('=', 'asked ask', '=', '=', '=', '=', '=', '='),
  refused: row(broke(), broke(), broke(), broke(), broke(), 'joined problem', '=', '='),
  accepted: row('=', '=', 'joined subscribed', 'joined subscribed', 'joined subscribed', '=', '=', '='),
  rejected: row('=', '=', 'authorizing authorize', 'failed failed', '=', '=', '=', '='),
  limited: row('=', '=', 'paused', 'paused', '=', '=', '=', '='),
  timeout: row('=', '=', 'authorizing withdraw authorize', 'failed withdraw failed', 'asked ask', '=', '=', '='),
}
function row(...cells: string[]) {
  return Object.fromEntries(Object.keys(states).map((name, index) => [name, cells[index]!]))
}
function gone() {
  return 'idle interrupted'
}
function broke() {
  return 'failed failed'
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
        expect(outcome(states[stateName]!, inputs[inputName]!)).toBe(expected)
      })
})

describe('a join', () => {
  it('of a public channel asks at once', () => {
    expect(outcome(notJoined, ['open'], NOW, true)).toBe('asked ask')
    expect(outcome(states.asked!, ['timeout'], NOW + PATIENCE, true)).toBe('asked withdraw ask')
  })

  it('says what was lost with the connection', () => {
    const [, told] = nextJoin(states.joined!, inputs['connection lost']!, NOW, false)
    expect(told).toEqual({ type: 'interrupted', loss: { from: NOW - 5, reason: 'connection-lost' } })
  })
})
