import Pusher from 'pusher-js'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { scenarios } from '../testing/transcript'
import { play } from './play'

/** What no client does. */
const left: Record<string, string> = {
  'idle sockets':
    'its sockets are silent for two minutes; a client pings, and has given up a server that says nothing by then',
  'http: unknown app': 'nobody connects',
  'http: other paths and methods': 'nobody connects',
}

/** What pusher-js cannot, and what is seen of it. */
const except: Record<string, { readonly because: string; readonly seen: RegExp }> = {
  'names without a shape': {
    because: 'it keeps channels in an object, where __proto__ is no key',
    seen: /handleEvent is not a function/,
  },
  'kinds go by the beginning of the name': {
    because: 'it refuses names that begin with #, and has no cipher in its browser build',
    seen: /what A sees/,
  },
  'presence: without user_info': {
    because: 'it hands out what a channel hears before the server has accepted it',
    seen: /what A sees/,
  },
  'encrypted: subscribe, an event passes through': {
    because: 'it has no cipher in its browser build',
    seen: /what A sees/,
  },
}

// What is loaded when it is first needed takes a time that no fake clock knows: it is there before.
beforeAll(() => import('../../src/connectors/pusher/crypto'))

beforeEach(() => {
  vi.useFakeTimers()
  // Whoever lost a connection comes back as late as it may.
  vi.spyOn(Math, 'random').mockReturnValue(0.999)
  vi.stubGlobal('WebSocket', undefined)
  localStorage.clear()
})

afterEach(() => {
  Pusher.instances.splice(0)
  vi.restoreAllMocks()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const told = scenarios.filter(({ name }) => !Object.hasOwn(left, name))

describe('a transcript leads to what it implies, on our own socket', () => {
  for (const scenario of told) it(scenario.name, () => play(scenario, 'own socket'))
})

describe('a transcript leads to what it implies, on pusher-js', () => {
  for (const scenario of told.filter(({ name }) => !Object.hasOwn(except, name)))
    it(scenario.name, () => play(scenario, 'pusher-js'))

  for (const scenario of told.filter(({ name }) => Object.hasOwn(except, name))) {
    const { because, seen } = except[scenario.name]!
    it(`${scenario.name}, but ${because}`, () => expect(play(scenario, 'pusher-js')).rejects.toThrow(seen))
  }
})

it('83 of the 86 scenarios are told to clients', () => {
  expect([told.length, scenarios.length]).toEqual([83, 86])
  expect(scenarios.map(({ name }) => name)).toEqual(
    expect.arrayContaining([...Object.keys(left), ...Object.keys(except)]),
  )
})
