import { readFileSync } from 'node:fs'
import { describe, expect, inject, it } from 'vitest'
import { Session } from '../support/session'

/** One of the answers that a real Laravel, with Reverb and version 7 of Pusher's SDK, once gave. */
interface Recorded {
  readonly name: string
  readonly as: '1' | '2' | '3' | 'guest'
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers?: Record<string, string>
    readonly form?: Record<string, string>
    readonly json?: object
  }
  readonly answer: {
    readonly status: number
    readonly contentType: string
    readonly location?: string
    readonly sets: readonly string[]
    readonly body: string
  }
}

const file = new URL('../../transcripts/laravel-12-auth.json', import.meta.url)
const answers = JSON.parse(readFileSync(file, 'utf8')) as readonly Recorded[]
const names = { 1: 'Ada', 2: 'Ben', 3: 'Cleo', guest: '' }
const { application, recorded } = inject('target')

describe.skipIf(!recorded)(
  `this application answers as the recorded one did${recorded ? '' : ': its key is another'}`,
  () => {
    it.each(answers)('$name', async ({ as, request, answer }) => {
      const session = new Session(application)
      const name = names[as]
      if (name) await session.login(name)
      const filled = await blanks(session)
      const headers = { ...filled(request.headers ?? {}), ...(request.json && { 'Content-Type': 'application/json' }) }
      const body = request.json
        ? JSON.stringify(request.json)
        : request.form && new URLSearchParams(filled(request.form))
      const { method, path } = request
      const response = await session.ask(method, path, { headers, ...(body && { body }) })
      const text = await response.text()
      const location = response.headers.get('Location')
      expect({
        status: response.status,
        contentType: response.headers.get('Content-Type'),
        ...(location !== null && { location: new URL(location, application).pathname }),
        sets: new Set(response.headers.getSetCookie().map((cookie) => cookie.split('=', 1)[0])),
        body: /^<!doctype html>/i.test(text.trim()) ? 'html' : text,
      }).toEqual({ ...answer, sets: new Set(answer.sets) })
    })
  },
)

/** Puts the session's own tokens where the recording has a placeholder. */
async function blanks(session: Session) {
  const tokens: Record<string, string> = { csrf: await session.csrf(), xsrf: session.xsrf }
  tokens.xsrfDecoded = decodeURIComponent(session.xsrf)
  return (fields: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        value.replace(/{{(\w+)}}/, (_, token) => tokens[token] ?? ''),
      ]),
    )
}
