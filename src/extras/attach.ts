import type { Echo } from '../echo'
import { EchoError } from '../errors'
import { addHeader, type AxiosRequests, interceptAxios } from '../interceptors'

/** The part of an axios that is used. */
interface Axios {
  readonly interceptors: { readonly request: object }
}

/** The part of Inertia's router that is used. */
interface Router {
  on(type: 'before', callback: (event: any) => any): () => void
}

/**
 * Adds `X-Socket-ID` to the requests of an axios instance or of Inertia's router, by the rules of the page's axios: to the same
 * origins, while there is a connection, unless the request has one. Returns the undo.
 *
 * @example
 * attach(echo, axios.create({ baseURL: '/api' }))
 */
export function attach(echo: Echo<any>, client: Axios | Router): () => void {
  const socketId = (url: string | URL) => echo.socketHeaders(url)['X-Socket-ID']
  const { interceptors, on } = Object(client) as Partial<Axios & Router>
  if (interceptors?.request) return interceptAxios(interceptors.request as AxiosRequests, socketId)
  if (typeof on !== 'function')
    throw new EchoError('invalid-option', 'attach() needs an axios instance or the router of Inertia.')
  return (client as Router).on('before', ({ detail: { visit } }) => {
    // A copy: what the application handed in may serve for another visit, with another id.
    visit.headers = { ...visit.headers }
    addHeader(visit.headers, socketId(visit.url))
  })
}
