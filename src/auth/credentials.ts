import type { AuthSettings, Fields, Source } from './settings'

/** Where an authorization request goes, and what it carries. */
export interface Credentials {
  readonly endpoint: string
  readonly headers: Record<string, string>
  readonly params: Record<string, string>
}

/** The settings as they were at first, but for `auth`, which applications write to. */
export type LiveSettings = Partial<AuthSettings> & Pick<AuthSettings, 'auth' | 'authEndpoint'>

/** Makes a function that reads tokens, headers and parameters anew, in this order; it rejects with what they throw. */
export function createCredentials(live: LiveSettings): () => Promise<Credentials> {
  const { authEndpoint, bearerToken, csrfToken, channelAuthorization } = live
  const { endpoint = authEndpoint } = channelAuthorization ?? {}
  return async () => {
    const headers: Record<string, string> = {}
    const params: Record<string, string> = {}
    const add = async (target: Record<string, string>, source: Source<Fields> | null | undefined) => {
      for (const [name, value] of Object.entries((await read(source)) ?? {}))
        if (value != null) target[name] = String(value)
    }
    const given = channelAuthorization ?? live.auth ?? {}
    // As text it stands in `auth.headers` already.
    const token = typeof bearerToken === 'string' && typeof given.headers !== 'function' ? '' : await read(bearerToken)
    if (token) headers.Authorization = `Bearer ${token}`
    const csrf = await read(csrfToken)
    if (csrf) headers['X-CSRF-TOKEN'] = csrf
    if (isInOrigin(endpoint))
      await add(headers, { 'X-Requested-With': 'XMLHttpRequest', ...(csrf ? {} : tokenOfPage()) })
    await add(headers, given.headers)
    await add(headers, channelAuthorization?.headersProvider)
    await add(params, given.params)
    await add(params, channelAuthorization?.paramsProvider)
    return { endpoint, headers, params }
  }
}

function read<T>(source: Source<T>): T | Promise<T> {
  return typeof source === 'function' ? (source as () => T | Promise<T>)() : source
}

function isInOrigin(endpoint: string): boolean {
  const { document, location } = globalThis as Partial<typeof globalThis>
  try {
    return new URL(endpoint, document?.baseURI ?? location?.href).origin === location?.origin
  } catch {
    // No page, or one without an address of its own.
    return false
  }
}

function tokenOfPage(): Fields {
  const { window, document } = globalThis as Partial<typeof globalThis> & {
    window?: { Laravel?: { csrfToken?: string } }
  }
  const meta = document?.querySelector?.('meta[name="csrf-token"]')
  const token = window?.Laravel?.csrfToken || meta?.getAttribute('content')
  if (token) return { 'X-CSRF-TOKEN': token }
  try {
    const cookie = /(?:^|; )XSRF-TOKEN=([^;]*)/.exec(document?.cookie ?? '')?.[1]
    return { 'X-XSRF-TOKEN': cookie && decodeURIComponent(cookie) }
  } catch {
    // A sandboxed frame has no cookies to read, and what another application wrote need not be encoded.
    return {}
  }
}
