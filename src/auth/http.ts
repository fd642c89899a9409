import type { AuthRequest } from '../contract'
import { invalidOption } from '../wire/address'
import { payload } from '../wire/frame'
import type { Answer } from './answer'
import type { Credentials, LiveSettings } from './credentials'
import type { UserAuthentication } from './settings'

/** Asks for channels of one socket in one request; rejects with what a function of the application's throws. */
export type Ask = (
  requests: readonly AuthRequest[],
  signal: AbortSignal,
  batch: boolean,
) => Promise<(channel: string) => Answer>

/** What the answer to a batch holds for each channel. */
type Members = { readonly [channel: string]: { status?: unknown; data?: unknown } | null }

// A server that wants to be left alone for longer is asked sooner all the same.
const LONGEST_WAIT = 300_000

/** Makes the HTTP request that Laravel's auth endpoint answers (a form, as pusher-js sends it). */
export function createPost(settings: LiveSettings, read: () => Promise<Credentials>, user?: UserAuthentication): Ask {
  const { authTransport, channelAuthorization, credentials = 'same-origin' } = settings
  const { transport } = user ?? channelAuthorization ?? { transport: authTransport }
  return async (requests, signal, batch) => {
    const { endpoint, headers: named, params } = await read()
    const headers = new Headers()
    // An application's own Content-Type would belie the form.
    const all = { Accept: 'application/json', ...named, 'Content-Type': 'application/x-www-form-urlencoded' }
    for (const [name, value] of Object.entries(all))
      try {
        headers.set(name, value)
      } catch {
        // What was caught quotes the value.
        throw invalidOption(`headers.${name}`, 'no text that a header can hold')
      }
    const form: Record<string, string> = { ...params, socket_id: requests[0]!.socketId }
    for (const [index, { channel }] of Object.entries(requests))
      if (channel) form[batch ? `channel_name[${index}]` : 'channel_name'] = channel
    // Not by `URLSearchParams`, of which React Native has little; pusher-js writes it so.
    const body = Object.entries(form).map((field) => field.map(encoded).join('='))
    try {
      const send = transport === 'jsonp' ? (await import('./jsonp')).fetchByScript : (settings.fetch ?? fetch)
      const response = await send(endpoint, {
        method: 'POST',
        headers,
        body: body.join('&'),
        credentials,
        // A redirect leads to a page for people; with 'error' it would look like a failure of the network.
        redirect: 'manual',
        // The user's own requests must not queue behind a hundred subscriptions.
        priority: 'low',
        signal,
      })
      const status = response.type === 'opaqueredirect' ? 302 : response.status
      // Opened whatever its type is: Laravel sends some JSON as text/html. Nothing of it goes into an error.
      const answer = payload(await response.text())
      const wait = waitOf(response.headers.get('Retry-After') ?? '')
      return (channel) => {
        if (!batch || status !== 200) return { status, body: answer, wait }
        const { status: own, data } = (answer as Members | null)?.[channel] ?? {}
        // What has no status of its own is judged by its data.
        return { status: Number(own) || 200, body: data }
      }
    } catch (cause) {
      return () => ({ status: 0, cause })
    }
  }
}

// What a server named a socket, or a user a channel, may hold half a character, which would throw.
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
}

function waitOf(retryAfter: string): number {
  const wait = Number(retryAfter) * 1000 || Date.parse(retryAfter) - Date.now()
  return wait > 0 ? Math.min(wait, LONGEST_WAIT) : 0
}
