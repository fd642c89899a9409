import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Answer } from '../support/auth-endpoint'
import { advance, fakeTime } from '../support/clock'
import { Page } from '../support/page'
import { connected, type Rig } from '../support/rig'
import { hmac } from '../testing/transcript'

/** One answer of a real Laravel's auth endpoints, and the request that it answered. */
interface Recorded {
  readonly name: string
  readonly as: string | number
  readonly request: {
    readonly method: string
    readonly path: string
    readonly form?: Record<string, string>
    readonly json?: Record<string, string>
  }
  readonly answer: { readonly status: number; readonly contentType: string; readonly body: string }
}

const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../transcripts/laravel-12-auth.json'), 'utf8'),
)

/** What rows 7 to 9 of the reliability rules say: the error's code, and how often the endpoint is asked. */
const ends: Record<number, readonly [code: string, requests: number]> = {
  302: ['auth-invalid', 1],
  401: ['auth-expired', 2],
  403: ['auth-refused', 1],
  419: ['auth-expired', 2],
  500: ['auth-failed', 6],
}

/** The socket id that was authorized: the server gives it out again, so that it can check the recorded signatures. */
const socketId = '123.456'

// What is loaded when it is first needed takes a time that no fake clock knows: it is there before.
beforeAll(() => Promise.all([import('../../src/channels/user'), import('../../src/connectors/pusher/user')]))
fakeTime()
beforeEach(() => {
  new Page()
})

describe('an answer that Laravel 12 gave', () => {
  for (const { name, as, request, answer } of recorded) {
    const [code, requests] = ends[answer.status] ?? []
    const outcome = code ? `ends as ${code} after ${requests} requests` : 'lets in'
    it(`${name}, ${as}: ${answer.status} ${outcome}`, async () => {
      const fields = request.form ?? request.json ?? Object.fromEntries(new URLSearchParams(request.path.split('?')[1]))
      const rig = await connected({
        server: {
          like: 'pusher',
          key: 'main-key',
          sign: (text) => hmac('rig-secret', text),
          random: leadingTo(socketId),
        },
        echo: { key: 'main-key', auth: { batch: Object.hasOwn(fields, 'channel_name[0]') } },
      })
      rig.auth.reply = () => replayed(answer)
      const asked = request.path.includes('user-auth') ? signIn(rig) : joinedTo(rig, fields.channel_name)
      const result = asked.catch((error: unknown) => error)
      await advance(120_000)
      if (code) {
        expect(await result).toMatchObject({ code, status: answer.status, retryable: false })
        expect(JSON.stringify([await result, rig.trace])).not.toMatch(/html|Server Error|mismatch|Unauthenticated/)
      } else expect(await result).toBeUndefined()
      expect(rig.auth.requests).toHaveLength(requests ?? 1)
      expect(rig.errors).toEqual([])
    })
  }

  it('was recorded for what is asked for here', async () => {
    const rig = await connected({ server: { random: leadingTo(socketId) } })
    rig.echo.private('orders.1')
    await advance(100)
    const { init, fields, headers } = rig.auth.last
    const { request } = recorded.find(({ name }) => name === 'private')!
    expect(init.method).toBe(request.method)
    expect(Object.fromEntries(fields)).toEqual(request.form)
    expect(headers.get('Accept')).toBe('application/json')
  })
})

async function signIn({ echo }: Rig): Promise<void> {
  await echo.signin()
}

/** Asks for the recorded channel; for one like it, where the request named none that is private. */
async function joinedTo({ echo }: Rig, wire = ''): Promise<void> {
  await echo.channel(/^(private|presence)-/.test(wire) ? wire : 'private-orders.1').ready()
}

function replayed({ status, contentType, body }: Recorded['answer']): Answer {
  if (status === 302) return 'redirect'
  const text = body === 'html' ? '<!DOCTYPE html><html lang="en"></html>' : body
  return { status, body: text, headers: { 'Content-Type': contentType } }
}

/** Numbers from which a server makes this socket id first. */
function leadingTo(id: string): () => number {
  const parts = id.split('.').map(Number)
  return () => ((parts.shift() ?? 1) - 0.5) / 999_999_999
}
