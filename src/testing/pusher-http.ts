import { infoNames, type PublishRequest, readBatch, readEvent } from './http-events'
import { type HttpAnswer, type HttpRequest, json } from './http-message'
import { objectionToSignature } from './http-signature'
import type { ChannelInfo, HttpDialect } from './personalities/http-dialect'
import { isAppPath } from './pusher-admission'
import { type Fields, parseJson } from './pusher-frame'
import type { ChannelReport, PusherServer } from './pusher-server'

type Route = (request: HttpRequest, name: string, query: URLSearchParams) => HttpAnswer

/** The HTTP API of a server, without HTTP: requests in, answers out. */
export class PusherHttp {
  readonly #server: PusherServer
  readonly #md5: (text: string) => string
  readonly #dialect: HttpDialect
  readonly #routes: ReadonlyArray<readonly [method: string, path: RegExp, route: Route]>

  /** `md5` is the digest of a text's UTF-8 bytes in lower-case hex. */
  constructor(server: PusherServer, md5: (text: string) => string) {
    this.#server = server
    this.#md5 = md5
    this.#dialect = server.options.personality.http
    this.#routes = [
      ['POST', /^\/events()$/, (request) => this.#events(request)],
      ['POST', /^\/batch_events()$/, (request) => this.#batch(request)],
      ['GET', /^\/channels()$/, (_request, _name, query) => this.#channels(query)],
      ['GET', /^\/channels\/([^/]+)$/, (_request, name, query) => this.#channel(name, query)],
      ['GET', /^\/channels\/([^/]+)\/users$/, (_request, name) => this.#users(name)],
      ['POST', /^\/users\/([^/]+)\/terminate_connections$/, (_request, name) => this.#terminate(name)],
      ...(this.#dialect.countsConnections ? [['GET', /^\/connections()$/, () => this.#connections()] as const] : []),
    ]
  }

  /** Answers a request. A path of nobody's is a 404. */
  answer(request: HttpRequest): HttpAnswer {
    const [path = '', query] = request.path.split('?')
    if (path === '/up') return json(200, { health: 'OK' })
    if (isAppPath(path)) return this.#dialect.upgradeExpected
    const [, app, rest = ''] = /^\/apps\/([^/]+)(\/.*)$/.exec(path) ?? []
    const matching = this.#routes.filter(([, pattern]) => pattern.test(rest))
    if (app === undefined || matching.length === 0) return this.#dialect.notFound
    const found = matching.find(([method]) => method === request.method)
    if (!found) return this.#dialect.wrongMethod
    const [, pattern, route] = found
    return this.#objection(request, app) ?? route(request, named(pattern, rest), new URLSearchParams(query))
  }

  #objection(request: HttpRequest, app: string): HttpAnswer | undefined {
    const { id, key, sign } = this.#server.options
    const { checks, limits } = this.#dialect
    if (app !== id) return this.#dialect.unknownApp(app)
    if (bytes(request.body) > limits.body) return this.#dialect.tooLarge('The request is too large')
    if (!sign) return undefined
    const why = objectionToSignature(request, { key, sign, md5: this.#md5, checks })
    return why === undefined ? undefined : this.#dialect.unauthorized(why)
  }

  #events(request: HttpRequest): HttpAnswer {
    const body = objectIn(request.body)
    if (!body) return this.#dialect.notJson
    const event = readEvent(body, this.#server.options.personality.objectData)
    if (event instanceof Map) return this.#dialect.invalid(event)
    const excess = this.#excess([event])
    if (excess) return excess
    this.#publish(event)
    const about = event.channels.map((name) => [name, this.#info(this.#report(name), event.info)] as const)
    return this.#dialect.published(event.info.length > 0 ? new Map(about) : undefined)
  }

  #batch(request: HttpRequest): HttpAnswer {
    const body = objectIn(request.body)
    if (!body) return this.#dialect.notJson
    const batch = readBatch(body, this.#server.options.personality.objectData)
    if (batch instanceof Map) return this.#dialect.invalid(batch)
    const excess = this.#excess(batch)
    if (excess) return excess
    for (const event of batch) {
      if (this.#dialect.batchBreaksOnSocket && this.#isSubscribed(event.except)) return this.#dialect.broken
      this.#publish(event)
    }
    const about = batch.map((event) => this.#info(this.#report(event.channels[0] ?? ''), event.info))
    return this.#dialect.batched(batch.some((event) => event.info.length > 0) ? about : undefined)
  }

  #channels(query: URLSearchParams): HttpAnswer {
    const prefix = query.get('filter_by_prefix') ?? ''
    const wanted = infoNames(query.get('info'))
    if (this.#dialect.info === 'strict' && wanted.includes('user_count') && !prefix.startsWith('presence-'))
      return this.#dialect.invalid(new Map([['info', ['user_count is only there for presence channels']]]))
    const found = this.#server.channels().filter(({ name }) => name.startsWith(prefix))
    return this.#dialect.channels(new Map(found.map((report) => [report.name, this.#info(report, wanted)])))
  }

  #channel(name: string, query: URLSearchParams): HttpAnswer {
    const report = this.#report(name)
    const wanted = infoNames(query.get('info'))
    if (this.#dialect.info === 'strict' && report.kind !== 'presence' && wanted.includes('user_count'))
      return this.#dialect.invalid(new Map([['info', ['user_count is only there for presence channels']]]))
    const cached = wanted.includes('cache') && this.#dialect.info !== 'always' ? this.#server.cached(name) : undefined
    const cache = cached && { cache: this.#dialect.cached(cached) }
    return this.#dialect.channel({ occupied: report.subscriptions > 0, ...this.#info(report, wanted), ...cache })
  }

  #users(name: string): HttpAnswer {
    const report = this.#report(name)
    if (report.kind !== 'presence') return this.#dialect.notPresence
    if (report.subscriptions === 0) return this.#dialect.noUsers
    const users = this.#server.members(name).map(({ id }) => ({ id: this.#dialect.idsAsText ? String(id) : id }))
    return json(200, { users })
  }

  #terminate(userId: string): HttpAnswer {
    return this.#server.terminate(userId) ? this.#dialect.done : this.#dialect.broken
  }

  #connections(): HttpAnswer {
    return json(200, { connections: this.#server.subscribed().size })
  }

  #publish(event: PublishRequest): void {
    this.#server.publish(event.channels, event.name, event.data, { except: event.except })
  }

  /** What is too much of events: their number, channels, names or data. */
  #excess(events: readonly PublishRequest[]): HttpAnswer | undefined {
    const { limits, invalid, tooLarge } = this.#dialect
    const over = (field: string, most: number) => invalid(new Map([[field, [`${field}: at most ${most}`]]]))
    if (events.length > limits.batch) return over('batch', limits.batch)
    for (const { name, channels, data } of events) {
      if (channels.length > limits.channels) return over('channels', limits.channels)
      if (name.length > limits.name) return over('name', limits.name)
      if (bytes(typeof data === 'string' ? data : JSON.stringify(data)) > limits.data)
        return tooLarge(`The data of event ${name} is larger than ${limits.data} bytes`)
    }
    return undefined
  }

  #isSubscribed(socketId: string | undefined): boolean {
    return [...this.#server.subscribed()].some((connection) => connection.socketId === socketId)
  }

  #report(name: string): ChannelReport {
    const found = this.#server.channels().find((report) => report.name === name)
    return found ?? { name, kind: this.#server.options.personality.kindOf(name), subscriptions: 0, users: 0 }
  }

  /** The counts of a channel: users of a presence channel, sockets of any other. */
  #info({ kind, users, subscriptions }: ChannelReport, wanted: readonly string[]): ChannelInfo {
    if (this.#dialect.info === 'always')
      return {
        subscription_count: subscriptions,
        occupied: subscriptions > 0,
        ...(kind === 'presence' && { user_count: users }),
      }
    if (subscriptions === 0 && this.#dialect.info === 'lenient') return {}
    if (kind === 'presence') return wanted.includes('user_count') ? { user_count: users } : {}
    return wanted.includes('subscription_count') ? { subscription_count: subscriptions } : {}
  }
}

function objectIn(body: string): Fields | undefined {
  const value = parseJson(body)
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined
}

function named(pattern: RegExp, path: string): string {
  const [, name = ''] = pattern.exec(path) ?? []
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

const bytes = (text: string): number => new TextEncoder().encode(text).length
