import { bare } from './base/record'
import type { LiveOptions } from './options'

const NAME = 'X-Socket-ID'

/** The socket's id for a request to this address: none where it may not go, and while there is no connection. */
export type SocketIdFor = (url: string | URL) => string | undefined

/** The headers of a request, by their names. */
type Headers = Record<string, unknown>

/** The interceptors of an axios: `axios.interceptors.request`. */
export interface AxiosRequests {
  use(intercept: (config: AxiosRequest) => AxiosRequest): number
  eject(id: number): void
}

interface AxiosRequest {
  headers?: Headers | null
  readonly url?: string
  readonly baseURL?: string
  readonly allowAbsoluteUrls?: boolean
}

interface JQueryRequest {
  setRequestHeader(name: string, value: string): unknown
}

interface TurboRequest extends Event {
  readonly detail: { readonly url: URL; readonly fetchOptions: { readonly headers: Headers } }
  /** Whether the header in it is an Echo's. */
  [NAME]?: boolean
}

interface VueRequest {
  readonly headers: { has(name: string): boolean; set(name: string, value: string): void }
  getUrl(): string
}

type Undo = () => void
type Intercept = (library: object, socketId: SocketIdFor) => Undo | undefined

// By where a page has what they are told by.
const libraries = {
  'axios.interceptors.request': interceptAxios,
  'jQuery.ajaxPrefilter': interceptJQuery,
  'document.defaultView': interceptTurbo,
  'Vue.http.interceptors': interceptVue,
}

/** A library whose requests can have the header. */
export type Library = keyof typeof libraries

/** What of an Echo puts `X-Socket-ID` on the requests of the libraries that a page has as globals. */
export interface Interceptors {
  /** Whether the header may go to this address; a relative one is the page's. */
  allows(url: string | URL): boolean
  /** Adds it to those of these libraries that the page has now, once to each. */
  register(wanted?: Iterable<Library>): void
  /** Adds it wherever it is wanted. */
  start(socketId: SocketIdFor): void
  /** Takes it out of every library. */
  stop(): void
}

/** Makes them as the options say; until `start`, no request has the header. */
export function createInterceptors(options: LiveOptions): Interceptors {
  const { authEndpoint, channelAuthorization, interceptorOrigins, withoutInterceptors } = options
  const origins = interceptorOrigins
    ? Array.from(interceptorOrigins, originOf)
    : [globalThis.location?.origin, originOf(channelAuthorization?.endpoint ?? authEndpoint)]
  const all = Object.keys(libraries) as Library[]
  const wanted = new Set(withoutInterceptors ? [] : all)
  const undo = new Map<unknown, Undo | undefined>()
  // None while the Echo is disconnected: what cannot be taken out of a library must not keep it.
  let current: SocketIdFor | undefined
  const register = (names: Iterable<Library> = all) => {
    for (const name of names) {
      let library: object | undefined = globalThis
      for (const key of name.split('.')) library = Object(library)[key]
      wanted.add(name)
      if (library && !undo.has(library))
        undo.set(
          library,
          (libraries[name] as Intercept)(library, (url) => current?.(url)),
        )
    }
  }
  return {
    allows: (url) => origins.includes(originOf(url) ?? ''),
    register,
    start(socketId) {
      current = socketId
      register(wanted)
    },
    stop() {
      current = undefined
      for (const [library, end] of undo) {
        if (!end) continue
        undo.delete(library)
        end()
      }
    },
  }
}

/** Adds the header to the requests of an axios, the page's or an instance. */
export function interceptAxios(requests: AxiosRequests, socketId: SocketIdFor): Undo {
  const id = requests.use((config) => {
    const { allowAbsoluteUrls, baseURL, url = '' } = config
    // As axios puts them together, which is not how a browser would.
    const relative = allowAbsoluteUrls === false || !/^([a-z][\w+.-]*:)?\/\//i.test(url)
    addHeader((config.headers ??= {}), socketId((relative && baseURL) || url))
    return config
  })
  return () => requests.eject(id)
}

/** Adds the header, unless the application has: what is there already is its own, or (`replace`) another Echo's. */
export function addHeader(headers: Headers, id: string | undefined, replace = false): boolean {
  const add = !!id && (replace || !/(^|,)x-socket-id(,|$)/i.test(Object.keys(headers).join()))
  if (add) headers[NAME] = id
  return add
}

// It cannot be removed. The headers that the application gives a request win over a prefilter's.
function interceptJQuery(
  ajaxPrefilter: (filter: (settings: { url: string }, given: unknown, request: JQueryRequest) => void) => void,
  socketId: SocketIdFor,
): undefined {
  ajaxPrefilter(({ url }, _, request) => {
    const id = socketId(url)
    if (id) request.setRequestHeader(NAME, id)
  })
}

// On the window: what the application adds on the document is there before.
function interceptTurbo(window: Window, socketId: SocketIdFor): Undo {
  const stop = new AbortController()
  const hear = (event: Event) => {
    const { detail, [NAME]: another } = event as TurboRequest
    // Of several Echos the last one has its say, as with the other libraries.
    const added = addHeader(detail.fetchOptions.headers, socketId(detail.url), another)
    if (added) (event as TurboRequest)[NAME] = true
  }
  window.addEventListener('turbo:before-fetch-request', hear, bare({ signal: stop.signal }))
  return () => stop.abort()
}

function interceptVue(interceptors: unknown[], socketId: SocketIdFor): Undo {
  const intercept = (request: VueRequest, next: Undo) => {
    const id = socketId(request.getUrl())
    if (id && !request.headers.has(NAME)) request.headers.set(NAME, id)
    next()
  }
  interceptors.push(intercept)
  return () => {
    interceptors.splice(interceptors.indexOf(intercept) >>> 0, 1)
  }
}

// `undefined`: no address, or outside of a page a relative one.
function originOf(url: string | URL): string | undefined {
  try {
    return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).origin
  } catch {
    return undefined
  }
}
