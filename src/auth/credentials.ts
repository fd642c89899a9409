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
  const { endpoint = authEndpoint, headersProvider, paramsProvider } = channelAuthorization ?? {}
  return async () => {
    const { headers, params } = channelAuthorization ?? live.auth ?? {}
    // As text it stands in `auth.headers` already.
    const bearer = typeof bearerToken === 'string' && typeof headers !== 'function' ? '' : await read(bearerToken)
    const authorization = bearer ? { Authorization: `Bearer ${bearer}` } : {}
    const csrf = fieldsOfPage(endpoint, await read(csrfToken))
    return {
      endpoint,
      headers: await merged(authorization, csrf, headers, headersProvider),
      params: await merged(params, paramsProvider),
    }
  }
}

function read<T>(source: Source<T>): T | Promise<T> {
  return typeof source === 'function' ? (source as () => T | Promise<T>)() : source
}

async function merged(...sources: Source<Fields | null | undefined>[]): Promise<Record<string, string>> {
  const fields: Record<string, string> = {}
  for (const source of sources)
    for (const [name, value] of Object.entries((await read(source)) ?? {}))
      if (value != null) fields[name] = String(value)
  return fields
}

// The CSRF token that was handed in; what the page itself knows is for its own origin only.
function fieldsOfPage(endpoint: string, csrfToken: string | null | undefined): Fields {
  const fields: Fields = { 'X-CSRF-TOKEN': csrfToken || null }
  try {
    if (new URL(endpoint, globalThis.document?.baseURI ?? location.href).origin !== location.origin) return fields
    fields['X-Requested-With'] = 'XMLHttpRequest'
    const { Laravel } = window as { Laravel?: { csrfToken?: string } }
    const meta = document.querySelector('meta[name="csrf-token"]')
    fields['X-CSRF-TOKEN'] ||= Laravel?.csrfToken || meta?.getAttribute('content')
    const [, cookie] = /(?:^|; )XSRF-TOKEN=([^;]*)/.exec(document.cookie) ?? []
    if (cookie && !fields['X-CSRF-TOKEN']) fields['X-XSRF-TOKEN'] = decodeURIComponent(cookie)
  } catch {
    // No page, a worker, a sandboxed frame without cookies, or a cookie of another application's that is not encoded.
  }
  return fields
}
