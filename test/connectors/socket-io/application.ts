import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { textOf } from '../../conformance/http-fetch'

/** What laravel-echo-server asked the application for one socket. */
export interface Question {
  readonly channel: string
  readonly headers: IncomingHttpHeaders
}

/** What the application answers: that the user may, or an HTTP status; `after` something has come about. */
export type Verdict = 'yes' | { readonly status: number } | { readonly after: Promise<unknown> }

/** A Laravel application's `/broadcasting/auth`, which knows its users by their bearer token. */
export class Application {
  /** What came, oldest first. */
  readonly questions: Question[] = []
  reply: (question: Question) => Verdict = () => 'yes'
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => {
      const answer = async () => {
        const fields = new URLSearchParams(await textOf(request))
        const question = { channel: fields.get('channel_name') ?? '', headers: request.headers }
        this.questions.push(question)
        const verdict = this.reply(question)
        if (typeof verdict === 'object' && 'after' in verdict) await verdict.after
        const status = typeof verdict === 'object' && 'status' in verdict ? verdict.status : 200
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answerFor(question)))
      }
      answer().catch(() => response.destroy())
    })
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The questions about one channel. */
  about(channel: string): Question[] {
    return this.questions.filter((question) => question.channel === channel)
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** What Laravel's RedisBroadcaster answers to a user who may. */
function answerFor({ channel, headers }: Question): unknown {
  const [, name = 'nobody'] = /^Bearer (.*)$/.exec(headers.authorization ?? '') ?? []
  return channel.startsWith('presence-') ? { channel_data: { user_id: name, user_info: { name } } } : true
}
