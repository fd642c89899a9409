import { expect } from 'vitest'
import { Placeholders } from './placeholders'
import { type Answer, hmac, md5, type Request, type Scenario, type Step } from './transcript'

/** What reached a client. */
export type Arrival =
  | { readonly frame: string }
  | { readonly closed: { readonly code: number; readonly reason: string } }
  | { readonly refused: Answer }

const noDifference: Exclude<Request['signed'], boolean> = {}

/** What carries a replay: the server in memory, or on a port. What arrives goes to `arrive`. */
export interface Rig {
  open(client: string, path: string, origin: string | undefined): void
  send(client: string, text: string, binary: boolean): void
  close(client: string, code: number | undefined, reason: string | undefined): void
  drop(client: string): void
  request(method: string, path: string, body: string | undefined): Promise<Answer>
  stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void
  wait(milliseconds: number): Promise<void>
}

type Arrive = (client: string, arrival: Arrival) => void

/** Plays a recorded scenario: what was sent is sent, what came must come, and nothing else. */
export async function replay(scenario: Scenario, start: (arrive: Arrive) => Promise<Rig>): Promise<void> {
  const inboxes = new Map<string, Arrival[]>()
  const sockets = new Map<string, string>()
  const inbox = (client: string): Arrival[] => {
    const known = inboxes.get(client) ?? []
    inboxes.set(client, known)
    return known
  }
  const rig = await start((client, arrival) => {
    if ('frame' in arrival) {
      const [, id] = /"socket_id\\":\\"([\d.]+)/.exec(arrival.frame) ?? []
      if (id) sockets.set(client, id)
    }
    inbox(client).push(arrival)
  })
  const player = new Player(scenario, rig, inbox, sockets)
  for (const step of scenario.steps) await player.perform(step)
  await rig.wait(100)
  expect([...inboxes].filter(([, arrivals]) => arrivals.length > 0)).toEqual([])
}

class Player {
  readonly #scenario: Scenario
  readonly #rig: Rig
  readonly #inbox: (client: string) => Arrival[]
  readonly #sockets: ReadonlyMap<string, string>
  readonly #placeholders: Placeholders

  constructor(
    scenario: Scenario,
    rig: Rig,
    inbox: (client: string) => Arrival[],
    sockets: ReadonlyMap<string, string>,
  ) {
    this.#scenario = scenario
    this.#rig = rig
    this.#inbox = inbox
    this.#sockets = sockets
    this.#placeholders = new Placeholders(scenario.app, sockets)
  }

  async perform(step: Step): Promise<void> {
    if ('unordered' in step) for (const each of step.unordered) await this.perform(each)
    else if ('http' in step) expect(await this.#request(step.http)).toEqual(step.answer)
    else if ('server' in step) this.#rig.stop(step.server)
    else if ('wait' in step) {
      await this.#rig.wait(step.wait)
      if (step.nothing !== undefined) expect(this.#inbox(step.nothing)).toEqual([])
    } else if ('open' in step) this.#rig.open(step.client, this.#path(step.open.path), step.open.origin)
    else if ('send' in step) this.#rig.send(step.client, this.#text(step.send), step.binary ?? false)
    else if ('close' in step) this.#rig.close(step.client, step.close.code, step.close.reason)
    else if ('drop' in step) this.#rig.drop(step.client)
    else expect(await this.#arrival(step.client)).toEqual(expectation(step))
  }

  /** The next thing that reaches a client, with placeholders put back. */
  async #arrival(client: string): Promise<unknown> {
    const inbox = this.#inbox(client)
    for (let waited = 0; inbox.length === 0 && waited < 2_000; waited += 10) await this.#rig.wait(10)
    const arrival = inbox.shift()
    if (!arrival || !('frame' in arrival)) return arrival
    let text = arrival.frame
    for (const [name, id] of this.#sockets) text = text.replaceAll(id, `{{socketId:${name}}}`)
    const frame = JSON.parse(text)
    return { frame, keys: Object.keys(frame).sort() }
  }

  #path(path: string): string {
    return path.replace('{key}', this.#scenario.app.key).replace('{id}', this.#scenario.app.id)
  }

  #text(sent: unknown): string {
    if (typeof sent === 'object' && sent !== null && 'raw' in sent) return String(sent.raw)
    return JSON.stringify(this.#placeholders.filled(sent))
  }

  async #request({ method, path, body, signed }: Request): Promise<Answer> {
    const text = body === undefined ? undefined : this.#text(body)
    const target = this.#path(path)
    return this.#rig.request(method, signed ? this.#signed(method, target, text ?? '', signed) : target, text)
  }

  #signed(method: string, target: string, body: string, signed: Exclude<Request['signed'], false>): string {
    const { secret, key, md5: sentDigest, timestamp } = signed === true ? noDifference : signed
    const [path = '', query = ''] = target.split('?')
    const parameters = new Map([
      ...new URLSearchParams(query),
      ['auth_key', key ?? this.#scenario.app.key],
      ['auth_timestamp', String(this.#placeholders.filled(timestamp ?? '{{timestamp-0}}'))],
      ['auth_version', '1.0'],
      ...(body === '' ? [] : [['body_md5', md5(body)] as const]),
    ] as [string, string][])
    const pairs = [...parameters].map(([name, value]) => `${name}=${value}`).sort()
    parameters.set(
      'auth_signature',
      hmac(secret ?? this.#scenario.app.secret, [method, path, pairs.join('&')].join('\n')),
    )
    if (sentDigest) parameters.set('body_md5', sentDigest)
    return `${path}?${new URLSearchParams([...parameters])}`
  }
}

function expectation(step: Step): unknown {
  if ('receive' in step) return { frame: step.receive, keys: Object.keys(step.receive as object).sort() }
  if ('closed' in step) return { closed: step.closed }
  return 'refused' in step ? { refused: step.refused } : step
}
