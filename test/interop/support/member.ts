import type { EchoOptions } from 'antiphon'
import type { Browser, Page, Response } from 'playwright-core'
import { Visitor } from '../../browser/visitor'
import type { Server, Target } from './target'

/** Something that a page was told. */
export interface Told {
  readonly what: string
  readonly value: any
}

/** A request to the application, and its answer. */
export interface Exchange {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly fields: URLSearchParams
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** Options of `new Echo` in the page, as far as they are plain data. */
type PlainOptions = Partial<EchoOptions<'reverb'>>

/** `server`: another than the target's; `node`: which of several; `module`: imports the library, instead of its script tag's. */
interface How {
  readonly server?: Server
  readonly node?: number
  readonly module?: boolean
}

/** Somebody with a browser of their own at a page of the application's: `echo` is there, `tell` notes what it hears. */
export class Member {
  readonly #visitor: Visitor
  readonly #target: Target
  /** What the page asked the application for, oldest first. */
  readonly #exchanges: Promise<Exchange>[] = []

  private constructor(visitor: Visitor, target: Target) {
    this.#visitor = visitor
    this.#target = target
    visitor.page.on('response', (response) => this.#exchanges.push(exchangeOf(response)))
  }

  /** A guest, at the application's page. */
  static async arrive(browser: Browser, target: Target): Promise<Member> {
    const visitor = await Visitor.arrive(browser)
    visitor.page.context().setDefaultTimeout(60_000)
    await visitor.page.addInitScript(notebook)
    const member = new Member(visitor, target)
    await visitor.page.goto(target.application)
    return member
  }

  get page(): Page {
    return this.#visitor.page
  }

  /** The frames that came over its WebSockets. */
  get frames(): readonly string[] {
    return this.#visitor.received
  }

  /** Logs in with the application's form, as a person does. */
  async login(name: string): Promise<void> {
    const { page } = this
    await page.goto(`${this.#target.application}/login`)
    await page.getByLabel('Email').fill(`${name.toLowerCase()}@example.com`)
    await page.getByLabel('Password').fill('password')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('heading', { name }).waitFor()
  }

  /** Makes `window.echo` and waits until it is connected. */
  async connect(options: PlainOptions = {}, how: How = {}): Promise<void> {
    const { server = this.#target.server, node = 0, module = false } = how
    const address = new URL(server.nodes.at(node) ?? '')
    const port = address.port || (address.protocol === 'https:' ? '443' : '80')
    const all = {
      broadcaster: 'reverb',
      key: server.key,
      wsHost: address.hostname,
      wsPort: port,
      wssPort: port,
      forceTLS: address.protocol === 'https:',
      ...options,
    }
    const library = module ? `import('/dist/index.js')` : 'window'
    await this.page.evaluate(`(async () => {
      const { Echo } = await ${library}
      window.echo = new Echo(${JSON.stringify(all)})
    })()`)
    await this.page.waitForFunction(() => (window as any).echo.connectionStatus() === 'connected')
  }

  /** What the page was told under this name, oldest first. */
  async told(what: string): Promise<any[]> {
    const told: Told[] = await this.page.evaluate(() => (window as any).told)
    return told.filter((entry) => entry.what === what).map(({ value }) => value)
  }

  /** Posts to the application, as its own pages do: with axios, which the library gives the socket's id. */
  async post(path: string, data: object = {}): Promise<void> {
    await this.page.evaluate(([to, body]) => (window as any).axios.post(to, body), [path, data] as const)
  }

  /** What was asked of a path so far, and answered. */
  async asked(path: string): Promise<Exchange[]> {
    return (await Promise.all(this.#exchanges)).filter((exchange) => exchange.path === path)
  }

  async leave(): Promise<void> {
    await this.#visitor.leave()
  }
}

async function exchangeOf(response: Response): Promise<Exchange> {
  const request = response.request()
  return {
    path: new URL(response.url()).pathname,
    headers: await request.allHeaders().catch(() => request.headers()),
    fields: new URLSearchParams(request.postData() ?? ''),
    status: response.status(),
    contentType: response.headers()['content-type'] ?? '',
    // Redirects have none, nor does what the page left behind.
    body: await response.text().catch(() => ''),
  }
}

/** Runs in the page, before its own scripts. */
function notebook(): void {
  const told: Told[] = []
  const tell = (what: string, value?: unknown) => told.push({ what, value: JSON.parse(JSON.stringify(value ?? null)) })
  Object.assign(window, { told, tell })
}
