import type { Echo, EchoOptions } from 'antiphon'

// What /examples/settings.js puts on a page; in your application .env and the session know these.
declare global {
  interface Window {
    reverb: EchoOptions<'reverb'> & { broadcaster: 'reverb' }
    /** Who is here, under the name they said. */
    guest: string
    /** Sends JSON to the application; rejects when it does not answer 200. */
    send(method: string, path: string, data?: object, echo?: Pick<Echo, 'socketHeaders'>): Promise<any>
  }
}
