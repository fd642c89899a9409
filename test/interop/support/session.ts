/** An HTTP client with cookies, for what a browser would not show: a guest, or somebody who has logged in. */
export class Session {
  readonly #application: string
  readonly #cookies = new Map<string, string>()

  constructor(application: string) {
    this.#application = application
  }

  /** The session's CSRF token, as a page's meta tag has it. */
  async csrf(): Promise<string> {
    const answer = await this.ask('GET', '/csrf-token')
    return answer.text()
  }

  /** The `XSRF-TOKEN` cookie as it stands. */
  get xsrf(): string {
    return this.#cookies.get('XSRF-TOKEN') ?? ''
  }

  async login(name: string): Promise<void> {
    const body = new URLSearchParams({ email: `${name.toLowerCase()}@example.com`, password: 'password' })
    const headers = { Accept: 'application/json', 'X-CSRF-TOKEN': await this.csrf() }
    const { status } = await this.ask('POST', '/login', { headers, body })
    if (status !== 200) throw new Error(`${name} could not log in: ${status}`)
  }

  /** Asks the application, and keeps the cookies that it sets; redirects are not followed. */
  async ask(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('Cookie', [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(`${this.#application}${path}`, { ...init, method, headers, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      this.#cookies.set(name, value)
    }
    return response
  }
}
