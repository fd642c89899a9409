type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** The `XMLHttpRequest` of a page whose requests `fetch` answers: pusher-js, axios and jQuery ask with it. */
export function pageRequest(fetch: Fetch): unknown {
  return class {
    readyState = 0
    status = 0
    statusText = ''
    responseText = ''
    response = ''
    responseType = ''
    responseURL = ''
    timeout = 0
    withCredentials = false
    onreadystatechange: (() => void) | null = null
    onload: (() => void) | null = null
    onloadend: (() => void) | null = null
    onerror: (() => void) | null = null
    readonly upload = {}
    readonly #headers = new Headers()
    #method = 'GET'
    #answered: Headers | undefined

    open(method: string, url: string): void {
      this.#method = method
      this.responseURL = url
      this.readyState = 1
    }

    setRequestHeader(name: string, value: string): void {
      this.#headers.append(name, value)
    }

    getResponseHeader(name: string): string | null {
      return this.#answered?.get(name) ?? null
    }

    getAllResponseHeaders(): string {
      return [...(this.#answered ?? [])].map(([name, value]) => `${name}: ${value}\r\n`).join('')
    }

    addEventListener(): void {}

    removeEventListener(): void {}

    abort(): void {}

    overrideMimeType(): void {}

    send(body?: string): void {
      fetch(this.responseURL, { method: this.#method, headers: this.#headers, body: body ?? null })
        .then(async (response) => {
          this.responseText = await response.text()
          this.response = this.responseText
          this.status = response.status
          this.#answered = response.headers
          this.#end(this.onload)
        })
        .catch(() => this.#end(this.onerror))
    }

    #end(tell: (() => void) | null): void {
      this.readyState = 4
      this.onreadystatechange?.()
      tell?.call(this)
      this.onloadend?.()
    }
  }
}
