import { bare } from '../base/record'
import { invalidOption } from '../wire/address'
import type { AuthSettings, Fields, Source, UserAuthentication } from './settings'

/** Where an authorization request goes, and what it carries. */
export interface Credentials {
  readonly endpoint: string
  readonly headers: Record<string, string>
  readonly params: Record<string, string>
}

/** The settings as they were at first, but for `auth`, which applications write to. */
export type LiveSettings = Partial<AuthSettings> & Pick<AuthSettings, 'auth' | 'authEndpoint'>

/**
 * Makes a function that reads tokens, headers and parameters anew, in this order; it rejects with what they throw. `user`: for
 * a user, who has the channels' and more.
 */
export function createCredentials(live: LiveSettings, user?: UserAuthentication): () => Promise<Credentials> {
  const { authEndpoint, bearerToken, csrfToken, channelAuthorization } = live
  const newer = bare(user ?? channelAuthorization)
  const { endpoint = authEndpoint, headersProvider, paramsProvider } = newer
  return async () => {
    const { headers, params } = bare(user ? live.auth : (channelAuthorization ?? live.auth))
    // As text it stands in `auth.headers` already.
    const written = typeof bearerToken === 'string' && typeof headers !== 'function'
    const bearer = written ? '' : textOf('bearerToken', (await read(bearerToken)) || '')
    const authorization = bearer && { Authorization: `Bearer ${bearer}` }
    const csrf = fieldsOfPage(endpoint, textOf('csrfToken', (await read(csrfToken)) || ''))
    return {
      endpoint,
      headers: await merged({
        authorization,
        csrf,
        headers,
        userAuthentication: user && newer.headers,
        headersProvider,
      }),
      params: await merged({ params, userAuthentication: user && newer.params, paramsProvider }),
    }
  }
}

function read<T>(source: Source<T>): T | Promise<T> {
  return typeof source === 'function' ? (source as () => T | Promise<T>)() : source
}

// The sources by the names of their options, the last word last.
async function merged(sources: Record<string, Source<unknown>>): Promise<Record<string, string>> {
  const fields: [name: string, value: string][] = []
  for (const [option, source] of Object.entries(sources)) {
    const given = (await read(source)) || {}
    // A `Headers` or a list of pairs would seem to hold nothing, or the wrong names.
    if (typeof given !== 'object' || Symbol.iterator in given) throw invalidOption(option, 'no plain object')
    for (const [name, value] of Object.entries(given))
      if (value != null) fields.push([name, textOf(`${option}.${name}`, value)])
  }
  // An assignment would not do for a `__proto__`.
  return Object.fromEntries(fields)
}

function textOf(option: string, value: unknown): string {
  if (typeof value === 'object' || typeof value === 'function') throw invalidOption(option, 'no text')
  return String(value)
}

// The CSRF token that was handed in; what the page itself knows is for its own origin only.
function fieldsOfPage(endpoint: string, csrfToken: string): Fields {
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
