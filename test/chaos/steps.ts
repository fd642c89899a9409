import fc from 'fast-check'

/** What auth endpoints do, for as long as nothing else is said. */
export type AuthMood = 'fine' | 'slow' | 'flaky' | 'expired' | 'refusing' | 'junk' | 'deaf'

/** How a listener behaves when it is called. */
export type Manner = 'plain' | 'once' | 'throws' | 'leaves' | 'removes' | 'adds'

/** One thing that happens. Numbers choose among what there is at that time. */
export type Step =
  | { readonly do: 'wait'; readonly milliseconds: number }
  | { readonly do: 'hold'; readonly channel: number; readonly leased: boolean }
  | { readonly do: 'let go' | 'retry' | 'whisper' | 'stop listening'; readonly handle: number }
  | { readonly do: 'listen'; readonly handle: number; readonly event: number; readonly manner: Manner }
  | { readonly do: 'publish'; readonly channel: number; readonly event: number }
  | { readonly do: 'arrive' | 'depart'; readonly peer: number }
  | { readonly do: 'cut' | 'restart' | 'mute' | 'heal' | 'offline' | 'online' | 'connect' | 'disconnect' }
  | { readonly do: 'close'; readonly code: number }
  | { readonly do: 'refuse'; readonly count: number; readonly code: number | undefined }
  | { readonly do: 'vanish' | 'sleep'; readonly milliseconds: number }
  | { readonly do: 'delay'; readonly milliseconds: number }
  | { readonly do: 'greet'; readonly how: 'none' | 'ping-first' | 'junk' }
  | { readonly do: 'disturb'; readonly how: 'ignore' | 'refuse' | 'delay'; readonly count: number }
  | { readonly do: 'auth'; readonly mood: AuthMood }
  | { readonly do: 'junk'; readonly text: string }

const some = fc.nat(30)
const one = <const T extends string>(...names: T[]) => fc.constantFrom(...names)
const record = <T extends Step>(step: { [K in keyof T]: fc.Arbitrary<T[K]> | T[K] }): fc.Arbitrary<Step> =>
  fc.record(
    Object.fromEntries(
      Object.entries(step).map(([key, value]) => [
        key,
        typeof value === 'object' ? (value as fc.Arbitrary<unknown>) : fc.constant(value),
      ]),
    ),
  ) as unknown as fc.Arbitrary<Step>

const junk = [
  '',
  'null',
  '{"event":7}',
  '{"event":"pusher:error","data":null}',
  '{"event":"pusher_internal:subscription_succeeded","channel":"presence-nobody"}',
  '{"event":"pusher_internal:member_removed","channel":"presence-room","data":"{"}',
  '{"event":"pusher_internal:member_added","channel":"__proto__","data":{}}',
  '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"9.9\\"}"}',
]

const step = fc.oneof(
  { weight: 5, arbitrary: record({ do: 'hold', channel: some, leased: fc.boolean() }) },
  { weight: 4, arbitrary: record({ do: one('let go'), handle: some }) },
  {
    weight: 6,
    arbitrary: record({
      do: 'listen',
      handle: some,
      event: some,
      manner: one('plain', 'plain', 'plain', 'once', 'throws', 'leaves', 'removes', 'adds'),
    }),
  },
  { weight: 3, arbitrary: record({ do: one('stop listening', 'retry', 'whisper', 'whisper'), handle: some }) },
  { weight: 10, arbitrary: record({ do: 'publish', channel: some, event: some }) },
  { weight: 4, arbitrary: record({ do: one('arrive', 'depart'), peer: some }) },
  { weight: 4, arbitrary: record({ do: one('cut', 'cut', 'restart') }) },
  { weight: 4, arbitrary: record({ do: one('heal', 'online', 'connect') }) },
  { weight: 2, arbitrary: record({ do: one('mute', 'offline', 'disconnect') }) },
  {
    weight: 2,
    arbitrary: record({ do: 'close', code: fc.constantFrom(1000, 1001, 1006, 1011, 4004, 4100, 4200, 4555, 4001) }),
  },
  {
    weight: 1,
    arbitrary: record({
      do: 'refuse',
      count: fc.integer({ min: 1, max: 4 }),
      code: fc.constantFrom(undefined, 4100, 4200, 4004),
    }),
  },
  { weight: 1, arbitrary: record({ do: 'vanish', milliseconds: fc.integer({ min: 100, max: 60_000 }) }) },
  { weight: 1, arbitrary: record({ do: 'sleep', milliseconds: fc.integer({ min: 1000, max: 300_000 }) }) },
  { weight: 1, arbitrary: record({ do: 'delay', milliseconds: fc.constantFrom(0, 50, 2000, 9000) }) },
  { weight: 1, arbitrary: record({ do: 'greet', how: one('none', 'ping-first', 'junk') }) },
  {
    weight: 1,
    arbitrary: record({ do: 'disturb', how: one('ignore', 'refuse', 'delay'), count: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: record({
      do: 'auth',
      mood: one<AuthMood>('fine', 'fine', 'slow', 'flaky', 'expired', 'refusing', 'junk', 'deaf'),
    }),
  },
  { weight: 1, arbitrary: record({ do: 'junk', text: fc.constantFrom(...junk) }) },
)

const wait = record({
  do: 'wait',
  milliseconds: fc.oneof(
    { weight: 4, arbitrary: fc.nat(30) },
    { weight: 4, arbitrary: fc.integer({ min: 100, max: 3000 }) },
    { weight: 2, arbitrary: fc.integer({ min: 3000, max: 45_000 }) },
  ),
})

/** About ten simulated minutes. */
export const story: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof({ weight: 3, arbitrary: step }, { weight: 2, arbitrary: wait }),
  { minLength: 0, maxLength: 300, size: 'max' },
)
