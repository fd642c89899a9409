import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { authorizer } from './endpoint'

const ENDPOINT = 'https://api.test/auth'
const grant = { auth: 'key:signature' }
const settle = () => vi.advanceTimersByTimeAsync(0)

/** The scripts in the page, oldest first. */
const scripts: Script[] = []

class Script {
  src = ''
  onerror = () => {}

  remove(): void {
    scripts.splice(scripts.indexOf(this), 1)
  }

  /** The function that the server's script calls. */
  get callback(): string {
    return new URL(this.src).searchParams.get('callback') ?? ''
  }

  run(answer: unknown): void {
    Reflect.get(globalThis, this.callback)(answer)
  }
}

/** Asks for a channel; `script` is the one in the page for it, or the next one after it was asked. */
async function asking(authEndpoint = ENDPOINT) {
  const { ask, problems } = authorizer({ authTransport: 'jsonp', authEndpoint })
  const controller = new AbortController()
  const granted = ask('private-a b', controller.signal)
  await settle()
  return { granted, problems, leave: () => controller.abort('left'), script: scripts[0] as Script }
}

// What is loaded when it is first needed takes a time that no fake clock knows: it is there before.
beforeAll(() => import('../../src/auth/jsonp'))

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', {
    createElement: (name: string) => (name === 'script' ? new Script() : undefined),
    head: { append: (script: Script) => scripts.push(script) },
  })
})

afterEach(() => {
  expect(scripts).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
  expect(Object.keys(globalThis).filter((name) => name.startsWith('antiphon'))).toEqual([])
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it.each([
  [ENDPOINT, `${ENDPOINT}?`],
  [`${ENDPOINT}?v=1`, `${ENDPOINT}?v=1&`],
])('a script of %s is asked, with the form in its address and a function to call', async (endpoint, start) => {
  const { granted, script } = await asking(endpoint)
  expect(script.src).toBe(`${start}callback=${script.callback}&socket_id=1.1&channel_name=private-a%20b`)
  expect(script.callback).toMatch(/^antiphon_[a-z0-9]+$/)
  script.run(grant)
  expect(await granted).toEqual(grant)
})

it('two scripts have a function each', async () => {
  const [first, second] = [await asking(), await asking()]
  const [, other] = scripts
  other?.run({ auth: 'key:other' })
  first.script.run(grant)
  expect(await Promise.all([first.granted, second.granted])).toEqual([grant, { auth: 'key:other' }])
})

it('a script that cannot be loaded is a failure of the network, and asked again', async () => {
  const { granted, problems, script } = await asking()
  const { callback } = script
  script.onerror()
  await settle()
  expect(problems).toMatchObject([
    { code: 'auth-failed', status: 0, cause: { name: 'TypeError', message: 'The script could not be loaded.' } },
  ])
  expect([scripts, callback in globalThis]).toEqual([[], false])
  await vi.runOnlyPendingTimersAsync()
  scripts[0]?.run(grant)
  expect(await granted).toEqual(grant)
})

it('a channel that is left takes its script out of the page; one that runs all the same does no harm', async () => {
  const { granted, problems, leave, script } = await asking()
  const outcome = expect(granted).rejects.toBe('left')
  leave()
  await outcome
  await settle()
  expect(scripts).toEqual([])
  script.run(grant)
  expect(problems).toEqual([])
})
