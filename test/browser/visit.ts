import type { ConnectionState } from 'antiphon'
import { expect, vi } from 'vitest'
import { Room } from './room'
import { Tab, type Told } from './tab'
import type { UserBrowser } from './user-browser'

/** With everything that takes longer, and with the figures of a machine that has nothing else to do. */
export const full = process.env.RIG_C === 'full'

/** How a visit begins, and which console lines it cannot avoid. */
export interface VisitOptions {
  readonly activityTimeout?: number
  /** Whether Ada is let in before anything befalls her page; else her authorization is left unanswered. */
  readonly joins?: boolean
  readonly allow?: readonly RegExp[]
}

let visits = 0

/**
 * Ada's page in a room with Bob, and what befalls it. Nobody says a word on the console. Its
 * site is its own, so that it has a process of its own; and it is not this machine's, so that it needs a network.
 */
export async function visit(
  browser: UserBrowser,
  { activityTimeout, joins = true, allow = [] }: VisitOptions,
  story: (room: Room, ada: Tab) => Promise<void>,
): Promise<void> {
  const room = await Room.open(activityTimeout)
  try {
    await room.enter('Bob')
    room.silent = !joins
    const ada = await Tab.open(browser, room.page('Ada', `visit-${visits++}.test`))
    if (joins) {
      await eventually(async () => expect(await ada.told('here')).toEqual([['Ada', 'Bob']]))
      room.say('before')
      await eventually(async () => expect(await ada.told('event')).toEqual(['before']))
      // The connection is the one that was there before its state was followed.
      expect(await state(ada)).toMatchObject({ status: 'connected' })
    }
    await story(room, ada)
    expect(ada.said.filter((line) => !allow.some((pattern) => pattern.test(line)))).toEqual([])
    await ada.close()
    await eventually(() => expect(room.members()).not.toContain('Ada'))
  } finally {
    await room.close()
  }
}

/** Carol comes, Bob goes, and something is said that Ada does not hear. */
export async function changeGuests(room: Room): Promise<void> {
  await room.enter('Carol')
  room.leave('Bob')
  room.say('meanwhile')
  await eventually(() => expect(room.members()).not.toContain('Bob'))
}

/** What Ada has seen when everything is as it should be. */
export interface Healed {
  /** Who is in the room. */
  readonly here?: readonly string[]
  readonly joining?: readonly string[]
  readonly leaving?: readonly string[]
  /** What was said, as she heard it; the last of it is said now. */
  readonly heard?: readonly string[]
  /** Done before each look. */
  readonly look?: () => Promise<void>
}

/** Waits until Ada's page is live again: the members are right, the gap was told once, and nothing was heard twice. */
export async function expectHealed(
  room: Room,
  ada: Tab,
  { here = ['Ada', 'Carol'], joining, leaving, heard = ['before', 'after'], look = async () => {} }: Healed = {},
): Promise<void> {
  const changed = here.includes('Carol')
  const told = async (what: string) => (await look(), ada.told(what))
  await eventually(async () => expect(await told('missed')).toHaveLength(1))
  room.say('after')
  await eventually(async () => expect(await told('event')).toEqual(heard))
  expect(await told('missed')).toEqual([
    { from: expect.any(Number), to: expect.any(Number), reason: 'connection-lost' },
  ])
  expect(await told('here')).toEqual([['Ada', 'Bob'], here])
  expect(await told('joining')).toEqual(joining ?? (changed ? ['Carol'] : []))
  expect(await told('leaving')).toEqual(leaving ?? (changed ? ['Bob'] : []))
  expect(await told('error')).toEqual([])
  expect(await ada.page.evaluate(members)).toEqual(here)
  await eventually(() => expect(room.members()).toEqual(here))
  await eventually(() => expect(room.server.connections.size).toBe(here.length))
}

/** Expects that after this an attempt was due within 500 ms, and how soon there was a connection. */
export async function expectSoon(ada: Tab, what: string, value: unknown): Promise<void> {
  const log = await ada.log()
  const { at, states } = since(log, what, value)
  // None: an attempt was under way already.
  const { retryAt = at } = states.find(({ value }) => value.retryAt)?.value ?? {}
  // The states come in the tick of the event, and a busy machine may stretch that.
  expect(retryAt - at).toBeLessThan(600)
  const live = states.find(({ value }) => value.status === 'connected')
  expectFigure(`live again after ${what} (${String(value)})`, (live?.at ?? Infinity) - at, 1_000, 5_000)
}

/** The milliseconds from what the page was told last under this name until the connection's state was one that `is`. */
export async function after(
  ada: Tab,
  what: string,
  value: unknown,
  is: (state: ConnectionState) => boolean,
): Promise<number> {
  const { at, states } = since(await ada.log(), what, value)
  return (states.find(({ value }) => is(value))?.at ?? Infinity) - at
}

/** Prints a figure and holds it against its limit; in a run with other tests, against what no slow machine makes of it. */
export function expectFigure(what: string, figure: number, limit: number, busy: number): void {
  if (full) process.stdout.write(`  ${what}: ${Math.round(figure)} (at most ${limit})\n`)
  expect(figure, what).toBeLessThanOrEqual(full ? limit : busy)
}

/** How often the page has asked whether the server is there, on the connection of this id. */
export function pings(room: Room, id: string): number {
  const received = (room.server.connections.get(id)?.received ?? []) as { readonly event?: string }[]
  return received.filter(({ event }) => event === 'pusher:ping').length
}

/** The connection's state as it is now; with an id only while there is one. */
export function state({ page }: Tab): Promise<ConnectionState & { readonly socketId: string }> {
  return page.evaluate(() => (window as any).echo.connection.get())
}

/** Waits until it holds. */
export function eventually<T>(holds: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(holds, { timeout: full ? 300_000 : 30_000, interval: 50 })
}

function since(log: readonly Told[], what: string, value: unknown) {
  const happened = log.map((entry) => entry.what === what && entry.value === value).lastIndexOf(true)
  const states = log
    .slice(happened)
    .filter((entry): entry is Told & { value: ConnectionState } => entry.what === 'state')
  return { at: log[happened]?.at ?? -Infinity, states }
}

/** Runs in the page. */
function members(): string[] {
  return (window as any).room.presence
    .get()
    .members.map(({ id }: { id: string }) => id)
    .sort()
}
